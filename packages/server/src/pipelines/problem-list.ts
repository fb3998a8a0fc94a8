import type { Problem } from "@gaia/contracts";
import { didYouMean } from "@gaia/core/text/index.ts";
import { type Path, type Place, placeAt } from "./place.ts";

/** Past this, more problems do not help anybody, and a hostile file could make millions. */
const MAX_PROBLEMS = 100;

/** Names compared for "did you mean", over all problems: a third of a second. A file can misspell 10,000 names 10,000 times. */
const MAX_COMPARISONS = 100_000;

/** What to underline: the value, the key in front of it, or a part of the file by its offsets. */
export type Mark = "value" | "key" | { readonly start: number; readonly end: number };

/** Gathers the problems of one file, so that all of them are reported in one go. */
export class ProblemList {
  readonly file: string;
  readonly #source: string;
  readonly #lineStarts: readonly number[];
  readonly #problems: Problem[] = [];
  readonly #seen = new Set<string>();
  #root: Place | null = null;
  #dropped = 0;
  #errors = 0;
  #comparisons = MAX_COMPARISONS;

  constructor(file: string, source: string) {
    this.file = file;
    this.#source = source;
    this.#lineStarts = lineStartsOf(source);
  }

  /** Gives the list the places that paths lead to. */
  locate(root: Place): void {
    this.#root = root;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Further problems are only counted: what costs time to word need not be worded. */
  get isFull(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** "; did you mean `x`?", as long as looking for it does not take too long. */
  meant(name: string, names: Iterable<string>): string {
    if (this.isFull) return "";
    const known = [...names];
    if (known.length > this.#comparisons) return "";
    this.#comparisons -= known.length;
    return didYouMean(name, known);
  }

  /** How many errors were reported so far. */
  get errors(): number {
    return this.#errors;
  }

  /** The problems in order of their places; the last one says how many more there are. */
  get all(): readonly Problem[] {
    const sorted = this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    if (this.#dropped === 0) return sorted;
    const last = sorted.at(-1);
    const more = `${this.#dropped} more problems are not shown; mend these first`;
    return [...sorted, { ...(last ?? this.#problemAt(0, 0, [])), message: more, severity: "error" }];
  }

  /** A problem with the value under `path`. */
  add(path: Path, message: string, mark: Mark = "value"): void {
    this.#report("error", path, message, mark);
  }

  /** Something that is allowed and probably not meant. */
  warn(path: Path, message: string, mark: Mark = "value"): void {
    this.#report("warning", path, message, mark);
  }

  /** A problem with a part of a scalar: the `occurrence`-th time (from 0) that `snippet` stands in it. */
  addInside(path: Path, message: string, snippet: string, occurrence: number): void {
    this.add(path, message, this.#inside(path, snippet, occurrence));
  }

  warnInside(path: Path, message: string, snippet: string, occurrence: number): void {
    this.warn(path, message, this.#inside(path, snippet, occurrence));
  }

  /** Line and column, both from 1, of the value under a path. */
  positionOf(path: Path): { readonly line: number; readonly column: number } {
    return this.#positionAt(this.#root === null ? 0 : placeAt(this.#root, path).start);
  }

  #report(severity: "error" | "warning", path: Path, message: string, mark: Mark): void {
    const { start, end } = this.#rangeOf(path, mark);
    const identity = `${start} ${message}`;
    if (this.#seen.has(identity)) return;
    if (severity === "error") this.#errors++;
    if (this.#problems.length >= MAX_PROBLEMS) {
      this.#dropped++;
      return;
    }
    this.#seen.add(identity);
    this.#problems.push({ ...this.#problemAt(start, end, path), severity, message });
  }

  #rangeOf(path: Path, mark: Mark): { readonly start: number; readonly end: number } {
    if (typeof mark === "object") return mark;
    const place = this.#root === null ? null : placeAt(this.#root, path);
    if (place === null) return { start: 0, end: 0 };
    return mark === "key" && place.key !== null ? place.key : place;
  }

  /**
   * Escapes and folded lines make offsets in a value differ from offsets in the file, so the snippet is looked up in
   * the file's own text.
   */
  #inside(path: Path, snippet: string, occurrence: number): Mark {
    const place = this.#root === null ? null : placeAt(this.#root, path);
    if (place === null || snippet === "") return "value";
    let at = this.#source.indexOf(snippet, place.start);
    for (let skipped = 0; skipped < occurrence && at !== -1; skipped++) {
      at = this.#source.indexOf(snippet, at + snippet.length);
    }
    return at === -1 || at + snippet.length > place.end ? "value" : { start: at, end: at + snippet.length };
  }

  #problemAt(start: number, end: number, path: Path): Problem {
    const { line, column } = this.#positionAt(start);
    const lineEnd = (this.#lineStarts[line] ?? this.#source.length + 1) - 1;
    const length = Math.max(1, Math.min(end, lineEnd) - start);
    return { severity: "error", message: "", file: this.file, line, column, length, path: [...path] };
  }

  #positionAt(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

/** Offsets at which lines start; LF, CRLF and a lone CR end a line. */
function lineStartsOf(source: string): readonly number[] {
  const starts = [0];
  for (const match of source.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}
