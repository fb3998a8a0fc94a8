import { closeSync, ftruncateSync, openSync, readSync } from "node:fs";
import { Readable } from "node:stream";

/** The handshake is a program's first word, and somebody waits for it; what follows is only thrown away. */
const FIRST_WORD_POLL_MS = 2;
const POLL_MS = 500;
const CHUNK_BYTES = 64 * 1024;
/** A file that nobody needs is emptied when it is as large as this. */
const EMPTY_AT_BYTES = 1024 * 1024;

/**
 * What a process appends to a file, as a stream. The file does not grow without end: what was read is taken out of it.
 *
 * @param over resolves when nothing will be appended any more: then the stream ends behind what is there
 */
export function stdoutOf(path: string, over: Promise<unknown>): Readable {
  const file = openSync(path, "r+");
  let position = 0;
  let timer: NodeJS.Timeout | null = null;
  const stream = new Readable({
    read() {},
    destroy(error, callback) {
      if (timer !== null) clearTimeout(timer);
      closeSync(file);
      callback(error);
    },
  });
  const readOn = (): void => {
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      const length = readSync(file, buffer, 0, buffer.length, position);
      if (length === 0) break;
      position += length;
      stream.push(buffer.subarray(0, length));
    }
    if (position < EMPTY_AT_BYTES) return;
    ftruncateSync(file, 0);
    position = 0;
  };
  const poll = (): void => {
    if (stream.destroyed) return;
    readOn();
    timer = setTimeout(poll, position === 0 ? FIRST_WORD_POLL_MS : POLL_MS);
  };
  poll();
  void over.then(() => {
    if (stream.destroyed) return;
    readOn();
    stream.push(null);
  });
  return stream;
}
