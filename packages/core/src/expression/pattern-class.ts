import type { PatternText } from "./pattern-text.ts";
import type { Range } from "./pattern-program.ts";

const LAST_POINT = 0x10ffff;
const DIGITS: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** RE2's `\s`: tab, line feed, form feed, carriage return and space, but not the vertical tab. */
const SPACE: readonly Range[] = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];
const SHORT_CLASSES: ReadonlyMap<string, readonly Range[]> = new Map([
  ["d", DIGITS],
  ["D", invert(DIGITS)],
  ["w", WORD],
  ["W", invert(WORD)],
  ["s", SPACE],
  ["S", invert(SPACE)],
]);
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["a", 0x07],
  ["t", 0x09],
  ["n", 0x0a],
  ["v", 0x0b],
  ["f", 0x0c],
  ["r", 0x0d],
]);

/** Reads what follows a `\`, inside or outside of a class. */
export function readEscape(text: PatternText): readonly Range[] {
  if (text.ended) {
    text.fail("a `\\` at the end escapes nothing; write `\\\\` for a backslash");
    return [];
  }
  const character = text.advance();
  const short = SHORT_CLASSES.get(character);
  if (short !== undefined) return short;
  const control = CONTROLS.get(character);
  if (control !== undefined) return [[control, control]];
  if (/[\dA-Za-z]/.test(character)) {
    text.fail(`\`\\${character}\` is not known (back-references, \\b, \\p and \\x are not supported)`);
    return [];
  }
  return [single(character)];
}

/** Reads a class after its `[`. A `]` that comes first is a literal one. */
export function readClass(text: PatternText): readonly Range[] {
  const negated = text.take("^");
  const ranges: Range[] = [];
  do {
    if (text.ended) text.fail("a class is not closed; a `]` is missing");
    else ranges.push(...readClassPart(text));
  } while (text.problem === null && !text.take("]"));
  return negated ? invert(ranges) : merge(ranges);
}

function readClassPart(text: PatternText): readonly Range[] {
  const from = readClassAtom(text);
  if (!text.take("-")) return from;
  // In `[a-]` the dash is a literal one.
  if (text.next === "]") return [...from, single("-")];
  if (text.ended) return from;
  const to = readClassAtom(text);
  const first = pointOf(from);
  const last = pointOf(to);
  if (first !== null && last !== null && first <= last) return [[first, last]];
  text.fail("a range in a class does not go from a lower to a higher character; write `\\-` for a dash");
  return [];
}

function readClassAtom(text: PatternText): readonly Range[] {
  const character = text.advance();
  if (character === "\\") return readEscape(text);
  if (character === "[" && text.next === ":")
    text.fail("classes such as [:alpha:] are not supported; write a-zA-Z");
  return [single(character)];
}

/** The range of one character. */
export function single(character: string): Range {
  const point = Number(character.codePointAt(0));
  return [point, point];
}

/** The only character of a set; null when it has more, or none. */
function pointOf(ranges: readonly Range[]): number | null {
  const [range, more] = ranges;
  return range === undefined || more !== undefined || range[0] !== range[1] ? null : range[0];
}

/** The same characters as ranges in order that do not touch. */
function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last === undefined || range[0] > last[1] + 1) merged.push(range);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], range[1])];
  }
  return merged;
}

function invert(ranges: readonly Range[]): readonly Range[] {
  const inverted: Range[] = [];
  let from = 0;
  for (const [first, last] of merge(ranges)) {
    if (first > from) inverted.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= LAST_POINT) inverted.push([from, LAST_POINT]);
  return inverted;
}
