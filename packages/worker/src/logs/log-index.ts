import { appendFile, readFile } from "node:fs/promises";

const LINES_PER_ENTRY = 1_000;
const NEWLINE = 10;
const ENTRY = /^\[(\d+),(\d+),(\d+)\]$/;

/**
 * The sparse index of a log: a JSON array a line, `[offset in bytes, time in ms, line from 0]`. An entry is made for
 * the first byte of each batch, and for each thousandth line in it; what lies between two entries came between their
 * times.
 */
export class LogIndex {
  readonly #path: string;
  #line = 0;
  #lastEntryLine = 0;
  /** Entries up to this offset were written by an earlier process of the worker. */
  #knownTo = -1;
  #knownLine = 0;
  #hasResumed = false;
  #pending = "";

  constructor(path: string) {
    this.#path = path;
  }

  /** Goes on after the entries that exist. Returns the offset of the last one, 0 without any. */
  async resume(): Promise<number> {
    if (this.#hasResumed) return Math.max(0, this.#knownTo);
    this.#hasResumed = true;
    const text = await readFile(this.#path, "utf8").catch(() => "");
    for (const line of text.trimEnd().split("\n")) {
      const match = ENTRY.exec(line);
      if (match === null) continue;
      this.#knownTo = Number(match[1]);
      this.#knownLine = Number(match[3]);
    }
    return Math.max(0, this.#knownTo);
  }

  /** Bytes that begin at `offset` of the shown log came at `atMs`. Called for all bytes, or for all after `resume`. */
  add(bytes: Buffer, offset: number, atMs: number): void {
    if (offset === this.#knownTo) this.#line = this.#knownLine;
    this.#entry(offset, atMs);
    // A plain loop: with short lines it is several times faster than a search for each of them.
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] !== NEWLINE) continue;
      this.#line += 1;
      if (this.#line - this.#lastEntryLine >= LINES_PER_ENTRY) this.#entry(offset + at + 1, atMs);
    }
  }

  async flush(): Promise<void> {
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    await appendFile(this.#path, text, { mode: 0o600 });
  }

  #entry(offset: number, atMs: number): void {
    this.#lastEntryLine = this.#line;
    if (offset > this.#knownTo) this.#pending += `[${offset},${atMs},${this.#line}]\n`;
  }
}
