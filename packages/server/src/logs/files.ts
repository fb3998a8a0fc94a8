import { LIMITS, logFile, logIndexFile, runFolder } from "@gaia/contracts";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LogPiece, LogPlace, LogReader } from "./port.ts";
import { timesAt } from "./times.ts";

const NOTHING: LogPiece = { data: Buffer.alloc(0), sizeBytes: 0, changedAt: 0 };

/** Logs below the server's home. */
export class LogFiles implements LogReader {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  async read(place: LogPlace, offset: number, length: number, into?: Buffer): Promise<LogPiece> {
    const file = await openIfThere(this.#fileOf(place));
    if (file === null) return NOTHING;
    try {
      const { size, mtimeMs } = await file.stat();
      const wanted = Math.max(0, Math.min(length, size - offset, LIMITS.logReadBytes));
      const changedAt = Math.round(mtimeMs);
      if (wanted === 0) return { data: NOTHING.data, sizeBytes: size, changedAt };
      const { buffer, bytesRead } = await file.read(into ?? Buffer.allocUnsafe(wanted), 0, wanted, offset);
      return { data: buffer.subarray(0, bytesRead), sizeBytes: size, changedAt };
    } finally {
      await file.close();
    }
  }

  async times(place: LogPlace, offsets: readonly number[]): Promise<readonly (number | null)[]> {
    const file = await openIfThere(this.#indexFileOf(place));
    if (file === null) return offsets.map(() => null);
    try {
      const { size } = await file.stat();
      const read = async (position: number, length: number): Promise<Buffer> => {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
        return buffer.subarray(0, bytesRead);
      };
      return await timesAt(read, size, offsets);
    } finally {
      await file.close();
    }
  }

  /**
   * Keeps bytes that a worker without access to this home sent. Bytes that are there already are passed over, a gap is
   * not filled: the answer, how far the log reaches, tells the worker what to send next.
   */
  async store(place: LogPlace, offset: number, data: Uint8Array, index: Uint8Array): Promise<number> {
    const path = this.#fileOf(place);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "a", 0o600);
    try {
      const { size } = await file.stat();
      const fresh = offset > size ? data.subarray(0, 0) : data.subarray(Math.min(data.length, size - offset));
      if (fresh.length > 0) {
        await file.appendFile(fresh);
        if (index.length > 0) await this.#storeIndex(place, index);
      }
      return size + fresh.length;
    } finally {
      await file.close();
    }
  }

  async #storeIndex(place: LogPlace, index: Uint8Array): Promise<void> {
    const file = await open(this.#indexFileOf(place), "a", 0o600);
    try {
      await file.appendFile(index);
    } finally {
      await file.close();
    }
  }

  #indexFileOf(place: LogPlace): string {
    return join(this.#home, runFolder(place.run, place.runCreatedAt), logIndexFile(place.job, place.attempt));
  }

  #fileOf(place: LogPlace): string {
    return join(this.#home, runFolder(place.run, place.runCreatedAt), logFile(place.job, place.attempt));
  }
}

async function openIfThere(path: string): Promise<Awaited<ReturnType<typeof open>> | null> {
  try {
    return await open(path, "r");
  } catch (caught) {
    if (
      caught instanceof Error &&
      "code" in caught &&
      (caught.code === "ENOENT" || caught.code === "ENOTDIR")
    )
      return null;
    throw caught;
  }
}
