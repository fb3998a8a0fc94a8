import { LIMITS, logFile, logIndexFile, runFolder } from "@gaia/contracts";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { AttemptPlace, LogPiece, LogReader } from "./port.ts";
import { timesAt } from "./times.ts";

const NOTHING: LogPiece = { data: Buffer.alloc(0), sizeBytes: 0, changedAt: 0 };

/** Logs below the server's home. */
export class LogFiles implements LogReader {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  async read(place: AttemptPlace, offset: number, length: number, into?: Buffer): Promise<LogPiece> {
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

  async times(place: AttemptPlace, offsets: readonly number[]): Promise<readonly (number | null)[]> {
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

  #indexFileOf(place: AttemptPlace): string {
    return join(this.#home, runFolder(place.run, place.runCreatedAt), logIndexFile(place.job, place.attempt));
  }

  #fileOf(place: AttemptPlace): string {
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
