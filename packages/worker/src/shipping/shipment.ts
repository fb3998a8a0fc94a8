import { open } from "node:fs/promises";
import type { FileAck, FileChunk } from "@gaia/contracts";
import type { AttemptName } from "@gaia/core";

const CHUNK_BYTES = 256 * 1024;
/** So much of one file may be under way: a slow server does not make the worker grow. */
const WINDOW_BYTES = 1024 * 1024;

/** What an acknowledgement means for a file. */
export type Progress =
  | { readonly kind: "goes_on" }
  /** The server has it to its end. */
  | { readonly kind: "stored" }
  /** The server cannot store it now: its disk is full. */
  | { readonly kind: "not_now" }
  | { readonly kind: "refused"; readonly message: string };

/**
 * One file on its way to the server. Chunks go out in order, within a window; acknowledgements come in the same order.
 * After a gap or a failure everything from there on is sent again, and what was under way is not waited for.
 */
export class Shipment {
  readonly file: string;
  readonly path: string;
  readonly #name: AttemptName;
  #sentTo = 0;
  #ackedTo = 0;
  #isLastSent = false;
  /** Nothing will be added to it. */
  #hasEnded: boolean;
  /** Ends of the chunks that are under way. */
  #underWay: number[] = [];
  /** Acknowledgements that are still to come for chunks which are sent again. */
  #toIgnore = 0;
  /** The server may have more than this worker knows of, from a former one: one chunk is sent, its answer awaited. */
  #isProbing = true;

  constructor(name: AttemptName, file: string, path: string, hasEnded: boolean) {
    this.#name = name;
    this.file = file;
    this.path = path;
    this.#hasEnded = hasEnded;
  }

  get unacknowledgedBytes(): number {
    return this.#sentTo - this.#ackedTo;
  }

  end(): void {
    this.#hasEnded = true;
  }

  /** A new stream: what was not acknowledged on the old one is sent again. */
  restart(): void {
    this.#underWay = [];
    this.#toIgnore = 0;
    this.#isProbing = true;
    this.#sendAgainFrom(this.#ackedTo);
  }

  /** The next chunk; null: nothing can be sent now. @throws when the file cannot be read */
  async next(): Promise<FileChunk | null> {
    const isFull = this.#isProbing ? this.#underWay.length > 0 : this.unacknowledgedBytes >= WINDOW_BYTES;
    if (this.#isLastSent || isFull) return null;
    const offset = this.#sentTo;
    // Asked first: what is added between this and the look at the file must not be left out.
    const hasEnded = this.#hasEnded;
    const { data, size } = await readAt(this.path, offset, CHUNK_BYTES);
    if (this.#sentTo !== offset || this.#isLastSent) return null;
    const end = offset + data.length;
    const last = hasEnded && end >= size;
    if (data.length === 0 && !last) return null;
    this.#sentTo = end;
    this.#isLastSent = last;
    this.#underWay.push(end);
    return { name: this.#name, file: this.file, offset, data, last };
  }

  acknowledged(ack: FileAck): Progress {
    if (this.#toIgnore > 0) {
      this.#toIgnore -= 1;
      return { kind: "goes_on" };
    }
    const end = this.#underWay.shift();
    // Of a stream that is gone.
    if (end === undefined) return { kind: "goes_on" };
    if (ack.code !== "" && !ack.retry) return { kind: "refused", message: ack.message };
    if (ack.code !== "") {
      this.#sendAgainFrom(this.#ackedTo);
      return { kind: "not_now" };
    }
    if (ack.complete) return { kind: "stored" };
    this.#isProbing = false;
    if (ack.offset < end || ack.offset > this.#sentTo) this.#sendAgainFrom(ack.offset);
    else this.#ackedTo = ack.offset;
    return { kind: "goes_on" };
  }

  #sendAgainFrom(offset: number): void {
    this.#toIgnore += this.#underWay.length;
    this.#underWay = [];
    this.#isLastSent = false;
    this.#sentTo = offset;
    this.#ackedTo = offset;
  }
}

/** A file that there is not yet is empty. */
async function readAt(
  path: string,
  offset: number,
  most: number,
): Promise<{ readonly data: Buffer; readonly size: number }> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (file === null) return { data: Buffer.alloc(0), size: 0 };
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(most, size - offset)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return { data: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}
