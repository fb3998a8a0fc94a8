import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

export interface RotatingFile {
  write(line: string): void;
  /** Writes what is left and lets the file go. */
  close(): void;
}

/** Old files that are kept, as `server.log.1` (the newest) to `server.log.4`. */
const KEPT = 4;

/**
 * A file that is moved away when it has reached a size. What is written in one turn of the event loop is one call to the
 * system, at the turn's end, so that a crash loses at most that. A disk that refuses lines loses them, and nothing else.
 */
export function openRotatingFile(path: string, maxBytes: number): RotatingFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file: number | null = openSync(path, "a", 0o600);
  let sizeBytes = fstatSync(file).size;
  let lines: string[] = [];

  function flush(): void {
    const text = lines.join("");
    lines = [];
    if (text === "" || file === null) return;
    try {
      if (sizeBytes > 0 && sizeBytes + Buffer.byteLength(text) > maxBytes) rotate();
      sizeBytes += writeSync(file, text);
    } catch {
      // The disk is full or gone. Saying so would need a disk.
    }
  }

  function rotate(): void {
    moveAway(path);
    const next = openSync(path, "a", 0o600);
    if (file !== null) closeSync(file);
    file = next;
    sizeBytes = 0;
  }

  process.once("exit", flush);

  return {
    write(line) {
      lines.push(line);
      if (lines.length === 1) setImmediate(flush);
    },
    close() {
      process.off("exit", flush);
      flush();
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function moveAway(path: string): void {
  rmSync(`${path}.${KEPT}`, { force: true });
  for (let number = KEPT - 1; number >= 1; number--) {
    if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  }
  renameSync(path, `${path}.1`);
}
