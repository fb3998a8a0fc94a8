import { api, data } from "../../api/client.ts";
import { type Refusal, refusalFrom } from "../../api/refusal.ts";
import { styleAfter } from "./ansi.ts";
import { PLAIN, type Style, styled } from "./sgr.ts";

/** A line as it was printed. */
export interface LogLine {
  readonly text: string;
  /** Milliseconds since 1970; null: it is not known. */
  readonly at: number | null;
  readonly cutBytes: number;
  /** In force where it begins. */
  readonly style: Style;
}

/** Which log. */
export interface LogName {
  readonly run: string;
  readonly job: string;
  readonly attempt: number;
}

export const BLOCK_LINES = 250;
const BLOCKS_MAX = 60;
const TEXT_MAX = 16_000_000;
const ASKED_AT_ONCE = 3;
/** After a question that failed; the log goes on being shown as far as it is there. */
const AGAIN_MS = 2_000;

interface Block {
  lines: readonly LogLine[];
  /** Size of the log when it was asked: the last line may have grown since. */
  sizeBytes: number;
  characters: number;
}

/** Lines near those that are looked at, fetched in blocks; what was not looked at for long is let go. */
export class LineStore {
  readonly #name: LogName;
  readonly #changed: () => void;
  readonly #blocks = new Map<number, Block>();
  readonly #asked = new Set<number>();
  #wanted: readonly number[] = [];
  #lines = 0;
  #sizeBytes = 0;
  #failedAt = 0;
  #abort = new AbortController();
  failure: Refusal | null = null;

  constructor(name: LogName, changed: () => void) {
    this.#name = name;
    this.#changed = changed;
  }

  get(line: number): LogLine | null {
    const block = Math.floor((line - 1) / BLOCK_LINES);
    return this.#blocks.get(block)?.lines[(line - 1) % BLOCK_LINES] ?? null;
  }

  /** How long the log is now. */
  grow(lines: number, sizeBytes: number): void {
    this.#lines = lines;
    this.#sizeBytes = sizeBytes;
    this.#ask();
  }

  /** These lines are looked at: they come, if they are not here. Those wanted before are forgotten. */
  want(lines: readonly number[]): void {
    this.#wanted = [...new Set(lines.map((line) => Math.floor((line - 1) / BLOCK_LINES)))];
    this.#ask();
  }

  /** False when no line that is here says when it came: times are noted only of attempts that last a moment. */
  get hasTimes(): boolean {
    const blocks = [...this.#blocks.values()];
    return blocks.length === 0 || blocks.some(({ lines }) => lines.some(({ at }) => at !== null));
  }

  /** Lines that are looked at are on their way. */
  get isAsking(): boolean {
    return this.#asked.size > 0;
  }

  retry(): void {
    this.#failedAt = 0;
    this.failure = null;
    this.#ask();
    this.#changed();
  }

  close(): void {
    this.#abort.abort();
  }

  #ask(): void {
    if (this.#abort.signal.aborted || Date.now() - this.#failedAt < AGAIN_MS) return;
    for (const block of this.#wanted) {
      if (this.#asked.size >= ASKED_AT_ONCE) return;
      if (!this.#asked.has(block) && this.#isDue(block)) void this.#fetch(block);
    }
  }

  #isDue(number: number): boolean {
    const first = number * BLOCK_LINES + 1;
    if (first > this.#lines) return false;
    const block = this.#blocks.get(number);
    if (block === undefined) return true;
    const there = Math.min(BLOCK_LINES, this.#lines - first + 1);
    if (block.lines.length < there) return true;
    // The log's last line may have no end yet.
    return first + there - 1 === this.#lines && block.sizeBytes < this.#sizeBytes;
  }

  async #fetch(number: number): Promise<void> {
    this.#asked.add(number);
    const kept = this.#blocks.get(number)?.lines ?? [];
    // The last line is asked again, because it may have been a half.
    const skip = Math.max(0, kept.length - 1);
    const sizeBytes = this.#sizeBytes;
    try {
      const { run: ref, job: key, attempt } = this.#name;
      const query = {
        attempt: String(attempt),
        from: String(number * BLOCK_LINES + 1 + skip),
        count: String(BLOCK_LINES - skip),
      };
      const params = { path: { ref, key }, query };
      const answer = await data(
        api.GET("/runs/{ref}/jobs/{key}/log/lines", { params, signal: this.#abort.signal }),
      );
      const lines = [...kept.slice(0, skip), ...linesOf(answer)];
      this.failure = null;
      this.#keep(number, lines, sizeBytes);
    } catch (caught) {
      if (this.#abort.signal.aborted) return;
      this.#failedAt = Date.now();
      this.failure = refusalFrom(caught);
      setTimeout(() => this.#ask(), AGAIN_MS);
    } finally {
      this.#asked.delete(number);
    }
    this.#changed();
    this.#ask();
  }

  #keep(number: number, lines: readonly LogLine[], sizeBytes: number): void {
    const characters = lines.reduce((sum, { text }) => sum + text.length, 0);
    this.#blocks.delete(number);
    this.#blocks.set(number, { lines, sizeBytes, characters });
    let all = 0;
    for (const block of this.#blocks.values()) all += block.characters;
    for (const [oldest, block] of this.#blocks) {
      if (this.#blocks.size <= BLOCKS_MAX && all <= TEXT_MAX) return;
      if (this.#wanted.includes(oldest)) continue;
      this.#blocks.delete(oldest);
      all -= block.characters;
    }
  }
}

interface Answer {
  readonly sgr: string;
  readonly lines: readonly {
    readonly text: string;
    readonly at: string | null;
    readonly cut_bytes: number;
  }[];
}

/** Each line with the looks that those before it left on. */
export function linesOf({ sgr, lines }: Answer): readonly LogLine[] {
  let style = sgr === "" ? PLAIN : styled(PLAIN, sgr);
  return lines.map(({ text, at, cut_bytes }) => {
    const line = { text, at: at === null ? null : Date.parse(at), cutBytes: cut_bytes, style };
    style = styleAfter(text, style);
    return line;
  });
}
