import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readlink, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { diskError } from "../disk.ts";
import { BuildError } from "../build-error.ts";
import { fingerprint } from "./fingerprint.ts";
import { scanSource, type SourceTree } from "./scan.ts";

/** Copies a tree to a new folder. Throws a `BuildError` when it is no longer what `hash` was taken of. */
export async function copySource(tree: SourceTree, target: string, hash: string): Promise<void> {
  await mkdir(target, { recursive: true });
  // One time for all: make would otherwise take generated files for older than what they were made from.
  const now = new Date();
  try {
    for (const { path, kind, executable } of tree.entries) {
      const [from, to] = [join(tree.root, path), join(target, path)];
      if (kind === "folder") await mkdir(to, { recursive: true });
      else if (kind === "link") await symlink(await readlink(from), to);
      else {
        await copyFile(from, to, constants.COPYFILE_FICLONE);
        await chmod(to, executable ? 0o755 : 0o644);
        await utimes(to, now, now);
      }
    }
  } catch (reason) {
    throw (await diskError(target, reason)) ?? changed(tree.root, reason);
  }
  if ((await fingerprint(await scanSource(target))) !== hash) throw changed(tree.root, null);
}

function changed(root: string, cause: unknown): BuildError {
  return new BuildError(`${root} changed while it was read.`, "Build again when nothing writes to it.", {
    cause,
  });
}
