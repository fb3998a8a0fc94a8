import { closeSync, openSync, writeFileSync } from "node:fs";
import type { JobLogLevel } from "@gaia/program";
import type { Masker } from "../../logs/masker.ts";
import type { LogSink } from "../../programs/program-log.ts";

/** The log of one job, that people see: what its process prints meanwhile, and what it says itself. Masked before. */
export class JobLog implements LogSink {
  readonly #file: number;
  /** The last byte that was written: a line of our own begins on a line of its own. */
  #last = NEWLINE;
  #problem: unknown = null;

  /** @throws when the file is there: the job was called before, and nobody knows how that ended */
  constructor(path: string) {
    this.#file = openSync(path, "ax", 0o600);
  }

  /** What went wrong first: the log is not whole. Null: nothing. */
  get problem(): unknown {
    return this.#problem;
  }

  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    try {
      writeFileSync(this.#file, bytes);
      this.#last = bytes[bytes.length - 1] ?? NEWLINE;
    } catch (reason) {
      this.failed(reason);
    }
  }

  /** Something that belongs here is missing. The job goes on: its outcome does not hang on its log. */
  failed(reason: unknown): void {
    this.#problem ??= reason;
  }

  /** What the job says itself, by its level. */
  say(level: JobLogLevel, text: string, masker: Masker): void {
    this.#line(masker.text(`${level.toUpperCase()} ${text}`));
  }

  /** What Gaia says about it. */
  note(text: string): void {
    this.#line(`[gaia] ${text}`);
  }

  close(): void {
    closeSync(this.#file);
  }

  #line(text: string): void {
    const begin = this.#last === NEWLINE ? "" : "\n";
    this.write(Buffer.from(`${begin}${text.endsWith("\n") ? text : `${text}\n`}`, "utf8"));
  }
}

const NEWLINE = 10;
