import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "./errno.ts";

const REMEMBERED_FOLDERS = 10_000;

/** Creates the folders of logs (0700), each once. */
export class LogFolders {
  readonly #known = new Set<string>();

  /** Makes sure that the folder of this log exists; throws what mkdir throws. */
  ensure(logPath: string): void {
    const folder = dirname(logPath);
    if (this.#known.has(folder)) return;
    makeFolder(folder);
    if (this.#known.size >= REMEMBERED_FOLDERS) this.#known.clear();
    this.#known.add(folder);
  }

  /** True when the folder was believed to exist and is gone, so that trying again makes sense. */
  mistaken(logPath: string): boolean {
    const folder = dirname(logPath);
    return !existsSync(folder) && this.#known.delete(folder);
  }
}

/** Not mkdir's own `recursive`: Node 24 never returns from it for a folder that /proc refuses. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "EEXIST") return;
    const parent = dirname(folder);
    if (errno !== "ENOENT" || parent === folder || existsSync(parent)) throw error;
    makeFolder(parent);
    makeFolder(folder);
  }
}
