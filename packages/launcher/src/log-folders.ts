import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

const REMEMBERED_FOLDERS = 10_000;

/** Creates the folders of logs (0700), each once. */
export class LogFolders {
  readonly #known = new Set<string>();

  /** Makes sure that the folder of this log exists; throws what mkdir throws. */
  ensure(logPath: string): void {
    const folder = dirname(logPath);
    if (this.#known.has(folder)) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (this.#known.size >= REMEMBERED_FOLDERS) this.#known.clear();
    this.#known.add(folder);
  }

  /** The folder turned out to be gone: true when it was believed to exist, so that trying again makes sense. */
  mistaken(logPath: string): boolean {
    return this.#known.delete(dirname(logPath));
  }
}
