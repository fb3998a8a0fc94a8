import { accessSync, constants, statSync } from "node:fs";

/** A command installed meanwhile is found after this time at the latest. */
const CACHE_MS = 1_000;
const CACHE_ENTRIES = 4_096;

/**
 * Finds commands in the PATH of the attempt, as a shell would (posix_spawnp would search the launcher's own PATH).
 * What was found is kept for a second: five lookups cost as much as a tenth of a start.
 */
export class CommandFinder {
  readonly #nowMs: () => number;
  readonly #found = new Map<string, string>();
  #emptiedAtMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The path to execute, or null. A command with a slash is its own path, relative to the attempt's folder. */
  find(command: string, searchPath: string | undefined, cwd: string): string | null {
    if (command.includes("/")) return command;
    const now = this.#nowMs();
    if (now - this.#emptiedAtMs > CACHE_MS || this.#found.size > CACHE_ENTRIES) {
      this.#found.clear();
      this.#emptiedAtMs = now;
    }
    const folders = searchPath ?? "/usr/local/bin:/usr/bin:/bin";
    const key = `${command}\0${folders}\0${cwd}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    for (const folder of folders.split(":")) {
      const path = folder.startsWith("/") ? `${folder}/${command}` : `${cwd}/${folder}/${command}`;
      if (isExecutable(path)) {
        this.#found.set(key, path);
        return path;
      }
    }
    return null;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
