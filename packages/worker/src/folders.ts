import { mkdirSync } from "node:fs";

const REMEMBERED_FOLDERS = 10_000;

/** Creates folders (0700, with their parents), each once: a job costs no system call for what its run has already. */
export class FolderCache {
  readonly #known = new Set<string>();

  ensure(folder: string): void {
    if (this.#known.has(folder)) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (this.#known.size >= REMEMBERED_FOLDERS) this.#known.clear();
    this.#known.add(folder);
  }
}
