import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

/** What has to be undone when the benchmark is interrupted: Gaia's worker and launcher do not end with a terminal. */

const folders: string[] = [];
const closers = new Set<() => Promise<void>>();
let interrupted = false;

/** Remembers how to undo something. Answers how to undo it now: once, whoever calls. */
export function onEnd(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  const once = (): Promise<void> => {
    closing ??= close().finally(() => closers.delete(once));
    return closing;
  };
  closers.add(once);
  return once;
}

/**
 * Has the folder removed when all is measured, not now. For minutes after thousands of files were removed, ext4 looks
 * for inodes that were not in use lately whenever a file is created: what comes next takes up to three times as long
 * (`find_inode_bit` and `recently_deleted` were 49 % of the launcher's samples), and ninja, which creates none, does not.
 */
export function removeAtEnd(folder: string): void {
  folders.push(folder);
}

/** Removes what `removeAtEnd` was told of. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  spawnSync("sync");
}

/** From now on Ctrl-C and SIGTERM undo everything before the process ends. */
export function cleanUpWhenInterrupted(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      interrupted = true;
      void Promise.allSettled([...closers].toReversed().map((close) => close())).then(() => {
        removeFolders();
        process.exit(signal === "SIGINT" ? 130 : 143);
      });
    });
}

/** Whether the process is on its way out: what fails now fails because of that. */
export function isInterrupted(): boolean {
  return interrupted;
}
