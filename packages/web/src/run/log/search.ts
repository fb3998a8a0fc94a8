import { api, data } from "../../api/client.ts";
import { type Refusal, refusalFrom } from "../../api/refusal.ts";
import { firstAtLeast } from "./folds.ts";
import type { LogName } from "./line-store.ts";

/** Typing is followed by a search after this. */
const TYPED_MS = 180;
/** Lines with hits that are held; more are counted only. */
export const HIT_LINES_MAX = 10_000;

export interface Hits {
  readonly text: string;
  readonly lines: readonly number[];
  /** For each line how many hits stand before it. */
  readonly before: readonly number[];
  /** Hits in the lines that are held. */
  readonly held: number;
  readonly total: number;
  /** Share of the log that was searched, 0 to 1. */
  readonly share: number;
  readonly isComplete: boolean;
  readonly failure: Refusal | null;
}

export const NO_HITS: Hits = {
  text: "",
  lines: [],
  before: [],
  held: 0,
  total: 0,
  share: 0,
  isComplete: true,
  failure: null,
};

interface Answer {
  readonly hits: readonly { readonly line: number; readonly count: number }[];
  readonly total: number;
  readonly scanned_bytes: number;
  readonly size_bytes: number;
  readonly complete: boolean;
}

/** Adds an answer to the hits so far. */
export function withAnswer(hits: Hits, answer: Answer): Hits {
  const lines = [...hits.lines];
  const before = [...hits.before];
  let { held } = hits;
  for (const { line, count } of answer.hits) {
    if (lines.length >= HIT_LINES_MAX) break;
    lines.push(line);
    before.push(held);
    held += count;
  }
  return {
    ...hits,
    lines,
    before,
    held,
    total: hits.total + answer.total,
    share: answer.complete || answer.size_bytes === 0 ? 1 : answer.scanned_bytes / answer.size_bytes,
    isComplete: answer.complete,
    failure: null,
  };
}

/** Line of the hit with this number (from 0), and which one of its line it is. */
export function hitAt(hits: Hits, number: number): { readonly line: number; readonly match: number } | null {
  const at = firstAtLeast(hits.before, number + 1) - 1;
  const line = hits.lines[at];
  return line === undefined ? null : { line, match: number - (hits.before[at] ?? 0) };
}

/** Number of the first hit in or behind a line; the first of all when none is. */
export function hitFrom(hits: Hits, line: number): number {
  return hits.before[firstAtLeast(hits.lines, line)] ?? 0;
}

/** One text in one log: searched part by part, and on when the log grows. */
export class LogSearch {
  readonly #name: LogName;
  readonly #heard: (hits: Hits) => void;
  readonly #abort = new AbortController();
  #hits: Hits;
  #cursor: string | null = null;
  /** Null: the first question was not answered yet. */
  #searchedBytes: number | null = null;
  #isAsking = false;
  #hasEnded = false;

  constructor(name: LogName, text: string, heard: (hits: Hits) => void) {
    this.#name = name;
    this.#heard = heard;
    this.#hits = { ...NO_HITS, text, isComplete: false };
    setTimeout(() => void this.#ask(), TYPED_MS);
  }

  /** The log is so long now: what was added is searched, too. */
  more(sizeBytes: number): void {
    const isKnown = this.#searchedBytes === null || sizeBytes <= this.#searchedBytes;
    if (!isKnown && !this.#isAsking && !this.#hasEnded) void this.#ask();
  }

  close(): void {
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#isAsking = true;
    const { run: ref, job: key, attempt } = this.#name;
    try {
      do {
        const cursor = this.#cursor === null ? {} : { cursor: this.#cursor };
        const query = { attempt: String(attempt), q: this.#hits.text, ...cursor };
        const answer = await data(
          api.GET("/runs/{ref}/jobs/{key}/log/search", {
            params: { path: { ref, key }, query },
            signal: this.#abort.signal,
          }),
        );
        this.#cursor = answer.next_cursor;
        this.#searchedBytes = answer.size_bytes;
        this.#hasEnded = answer.next_cursor === null;
        this.#hits = withAnswer(this.#hits, answer);
        this.#heard(this.#hits);
      } while (!this.#hits.isComplete);
    } catch (caught) {
      if (!this.#abort.signal.aborted) this.#heard({ ...this.#hits, failure: refusalFrom(caught) });
    } finally {
      this.#isAsking = false;
    }
  }
}
