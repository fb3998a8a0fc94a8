import { secretPatterns } from "./patterns.ts";

/** Stands for any run of bytes that belong to secrets. */
export const MASK = "***";
const MASK_BYTES = Buffer.from(MASK, "utf8");

/** Replaces secrets in text and in streams of bytes. */
export interface Masker {
  text(text: string): string;
  /** For bytes that come in pieces; the result does not depend on where they were cut. */
  stream(options?: StreamOptions): MaskStream;
  /** Bytes of context that decide about one byte: the longest pattern. */
  readonly overlapBytes: number;
}

export interface StreamOptions {
  /** Leave out the first bytes of the input; they are context only. */
  readonly skipBytes?: number;
}

export interface MaskStream {
  /**
   * What is certain so far. Held back is only an end that could be the beginning of a secret. The result may share
   * memory with the chunk: use it before the chunk is read into again.
   */
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** A masker for these values. Without any it passes everything on as it is. */
export function maskerFor(secrets: readonly string[]): Masker {
  const patterns = secretPatterns(secrets);
  const overlapBytes = patterns[0]?.length ?? 0;
  return {
    overlapBytes,
    text: (text) => {
      if (patterns.length === 0) return text;
      const stream = new PatternStream(patterns, overlapBytes, 0);
      return Buffer.concat([stream.push(Buffer.from(text, "utf8")), stream.end()]).toString("utf8");
    },
    stream: (options = {}) => new PatternStream(patterns, overlapBytes, options.skipBytes ?? 0),
  };
}

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * A byte is masked when any occurrence of any pattern covers it; each run of masked bytes becomes one mask. Bytes are
 * held back between pushes from the first one on with which an occurrence could begin that is not complete yet.
 */
class PatternStream implements MaskStream {
  readonly #patterns: readonly Buffer[];
  readonly #holdBytes: number;
  #held: Buffer = NOTHING;
  /** How many of the held bytes are covered by what began before them. */
  #covered = 0;
  /** The byte before the held ones was masked. */
  #isInMask = false;
  #skipBytes: number;

  constructor(patterns: readonly Buffer[], overlapBytes: number, skipBytes: number) {
    this.#patterns = patterns;
    this.#holdBytes = Math.max(0, overlapBytes - 1);
    this.#skipBytes = skipBytes;
  }

  push(chunk: Buffer): Buffer {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    return this.#emit(data, this.#certainBytes(data));
  }

  end(): Buffer {
    return this.#emit(this.#held, this.#held.length);
  }

  /** Up to the first place from which all that follows is the beginning of a pattern. */
  #certainBytes(data: Buffer): number {
    for (let at = Math.max(0, data.length - this.#holdBytes); at < data.length; at += 1) {
      const rest = data.length - at;
      for (const pattern of this.#patterns) {
        if (pattern.length <= rest) break;
        if (pattern[0] === data[at] && data.compare(pattern, 0, rest, at) === 0) return at;
      }
    }
    return data.length;
  }

  /** Decides about the first `certain` bytes of `data` and holds the rest. */
  #emit(data: Buffer, certain: number): Buffer {
    if (certain === 0) {
      this.#held = Buffer.from(data);
      return NOTHING;
    }
    const runs = this.#runs(data, certain);
    const skip = Math.min(this.#skipBytes, certain);
    this.#skipBytes -= skip;
    const out = skip < certain ? masked(data, runs, skip, certain, skip === 0 && this.#isInMask) : NOTHING;
    const reached = runs.at(-1)?.end ?? 0;
    this.#isInMask = reached >= certain && skip < certain;
    this.#covered = Math.max(0, reached - certain);
    // A copy: the chunk may be a buffer that is read into again.
    this.#held = Buffer.from(data.subarray(certain));
    return out;
  }

  /** Covered stretches that begin before `certain`, in order, merged where they overlap or touch. */
  #runs(data: Buffer, certain: number): readonly Run[] {
    const found = this.#covered > 0 ? [{ start: 0, end: this.#covered }] : [];
    for (const pattern of this.#patterns) {
      for (let at = data.indexOf(pattern); at !== -1 && at < certain; at = data.indexOf(pattern, at + 1)) {
        found.push({ start: at, end: at + pattern.length });
      }
    }
    found.sort((left, right) => left.start - right.start);
    const merged: { start: number; end: number }[] = [];
    for (const run of found) {
      const last = merged.at(-1);
      if (last !== undefined && run.start <= last.end) last.end = Math.max(last.end, run.end);
      else merged.push({ ...run });
    }
    return merged;
  }
}

interface Run {
  readonly start: number;
  readonly end: number;
}

/** The bytes from `from` to `to`, each run of covered ones as one mask; a run that goes on from before has its mask. */
function masked(data: Buffer, runs: readonly Run[], from: number, to: number, isInMask: boolean): Buffer {
  if (runs.length === 0) return data.subarray(from, to);
  const out: Buffer[] = [];
  let at = from;
  for (const run of runs) {
    if (run.end <= from) continue;
    if (run.start > at) out.push(data.subarray(at, run.start));
    if (!(isInMask && run.start === 0)) out.push(MASK_BYTES);
    at = Math.min(run.end, to);
  }
  if (at < to) out.push(data.subarray(at, to));
  return Buffer.concat(out);
}
