import type { LogOutline } from "./outline.ts";

/** Lines that can be shown as one row. */
export interface Fold {
  /** Also its key: no two folds begin with the same line. */
  readonly line: number;
  readonly end: number;
  readonly isOpen: boolean;
  readonly kind: "group" | "repeat";
  readonly title: string;
  /** It goes on. */
  readonly isGrowing: boolean;
  readonly at: string | null;
  readonly until: string | null;
  /** How many lines repeat; 0 for a group. */
  readonly period: number;
}

/**
 * The folds of a log in order. A group is open when its marker asks for it, while it is the last, or when an error is in
 * it: what a person would open first. `chosen`: what was opened and closed by hand, which stands.
 */
export function foldsOf(outline: LogOutline, chosen: ReadonlyMap<number, boolean>): readonly Fold[] {
  const last = outline.groups.at(-1)?.line;
  const groups = outline.groups.map((group): Fold => {
    const end = group.end ?? outline.lines;
    const isWanted = group.open || group.line === last || group.end === null;
    return {
      line: group.line,
      end,
      isOpen: chosen.get(group.line) ?? (isWanted || hasWithin(outline.errors, group.line, end)),
      kind: "group",
      title: group.title,
      isGrowing: group.end === null && !outline.ended,
      at: group.at,
      until: group.until,
      period: 0,
    };
  });
  const repeats = outline.repeats.map(
    ({ line, end, period }): Fold => ({
      line,
      end,
      isOpen: chosen.get(line) ?? false,
      kind: "repeat",
      title: "",
      isGrowing: false,
      at: null,
      until: null,
      period,
    }),
  );
  return [...groups, ...repeats]
    .filter(({ line, end }) => end > line)
    .toSorted((one, other) => one.line - other.line);
}

/** Whether one of the ascending numbers lies within. */
function hasWithin(numbers: readonly number[], from: number, to: number): boolean {
  const found = numbers[firstAtLeast(numbers, from)];
  return found !== undefined && found <= to;
}

/** Index of the first of the ascending numbers that is not below. */
export function firstAtLeast(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
