/** Fuzzy matching of what a person types against names. */

/** Which characters of the text were matched: begin and end, the end not included. */
export type Ranges = readonly (readonly [number, number])[];

export interface Match {
  /** Higher is better. */
  readonly score: number;
  readonly ranges: Ranges;
}

const WHOLE = 100;
const BEGIN = 60;
const WORD = 40;
const INSIDE = 20;
/** Each gap of a scattered match costs so much; with more gaps than its letters allow it is none. */
const GAP = 3;

/** Every word of the query must be found: together, or else scattered in its order. Null: it does not match. */
export function matchText(query: string, text: string): Match | null {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return { score: 0, ranges: [] };
  const lower = text.toLowerCase();
  let score = 0;
  const ranges: (readonly [number, number])[] = [];
  for (const word of words) {
    const match = together(word, lower) ?? scattered(word, lower);
    if (match === null) return null;
    score += match.score;
    ranges.push(...match.ranges);
  }
  // Of two that match alike the shorter is nearer to what was meant.
  return { score: score - text.length / 100, ranges: merged(ranges) };
}

/** The text in pieces, those that matched apart. */
export function piecesOf(
  text: string,
  ranges: Ranges,
): readonly { readonly text: string; readonly at: number; readonly isMatch: boolean }[] {
  const cuts = [0, ...ranges.flat(), text.length];
  return cuts.slice(0, -1).flatMap((begin, index) => {
    const end = cuts[index + 1] ?? text.length;
    return begin === end ? [] : [{ text: text.slice(begin, end), at: begin, isMatch: index % 2 === 1 }];
  });
}

function together(word: string, text: string): Match | null {
  let best: Match | null = null;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const score =
      at === 0 ? (word.length === text.length ? WHOLE : BEGIN) : isWordStart(text, at) ? WORD : INSIDE;
    if (best === null || score > best.score) best = { score, ranges: [[at, at + word.length]] };
  }
  return best;
}

/** `sfr` finds `StoreFront-Release`: beginnings of words are taken first. */
function scattered(word: string, text: string): Match | null {
  const places: number[] = [];
  let from = 0;
  for (const letter of word) {
    const start = startOfWord(letter, text, from);
    const at =
      start >= 0 && restFits(word.slice(places.length + 1), text, start + 1)
        ? start
        : text.indexOf(letter, from);
    if (at < 0) return null;
    places.push(at);
    from = at + 1;
  }
  const ranges = merged(places.map((at): readonly [number, number] => [at, at + 1]));
  const starts = places.filter((at) => isWordStart(text, at)).length;
  // Letters that lie anywhere are no match: half of the pieces must begin a word.
  if (starts * 2 < ranges.length) return null;
  return { score: INSIDE / 2 + starts - GAP * (ranges.length - 1), ranges };
}

function startOfWord(letter: string, text: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1))
    if (isWordStart(text, at)) return at;
  return -1;
}

function restFits(rest: string, text: string, from: number): boolean {
  let at = from;
  for (const letter of rest) {
    const found = text.indexOf(letter, at);
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "");
}

function merged(ranges: Ranges): Ranges {
  const result: [number, number][] = [];
  for (const [begin, end] of ranges.toSorted((one, other) => one[0] - other[0])) {
    const last = result.at(-1);
    if (last !== undefined && begin <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([begin, end]);
  }
  return result;
}
