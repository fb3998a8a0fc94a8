import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";

export interface RotatingFile {
  write(line: string): void;
  /** Writes what is buffered and lets the file go. */
  close(): void;
}

/** Old files that are kept, as `server.log.1` (the newest) to `server.log.4`. */
const KEPT = 4;

/**
 * A file that is moved away when it has reached a size. Lines are written in the background, so that a slow disk holds
 * nobody up; a disk that refuses them loses them, and nothing else.
 */
export function openRotatingFile(path: string, maxBytes: number): RotatingFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let sizeBytes = sizeOf(path);
  const destination = pino.destination({ dest: path, append: true, sync: false, mode: 0o600 });
  destination.on("error", () => undefined);

  function rotate(): void {
    destination.flushSync();
    rmSync(`${path}.${KEPT}`, { force: true });
    for (let number = KEPT - 1; number >= 1; number--) {
      if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
    }
    renameSync(path, `${path}.1`);
    destination.reopen(path);
    sizeBytes = 0;
  }

  return {
    write(line) {
      destination.write(line);
      sizeBytes += Buffer.byteLength(line);
      if (sizeBytes < maxBytes) return;
      try {
        rotate();
      } catch {
        sizeBytes = 0; // the file stays as it is; the next attempt is made after as many bytes again
      }
    },
    close() {
      try {
        destination.flushSync();
      } catch {
        // not open yet, or the disk is full: there is nobody left to tell
      }
      destination.end();
    },
  };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
