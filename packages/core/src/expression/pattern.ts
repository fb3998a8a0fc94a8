import { PATTERN_LIMITS } from "./limits.ts";
import { readClass, readEscape, single } from "./pattern-class.ts";
import { PatternText } from "./pattern-text.ts";
import { compilePattern, type PatternNode, type Program } from "./pattern-program.ts";

/** A pattern that is ready to be matched, or a sentence that says why not. */
export type ParsedPattern =
  | { readonly kind: "ok"; readonly program: Program }
  | { readonly kind: "error"; readonly message: string };

/**
 * Reads the pattern of `matches()`: a part of RE2's syntax, which needs no backtracking, so that matching takes time
 * in proportion to pattern × text whatever the two are. Literals, `.`, classes, `\d \w \s` and their opposites,
 * `* + ? {m,n}` (also lazy, which makes no difference to whether there is a match), `|`, groups, `^` and `$`.
 * Refused, with a message: back-references, look-around, flags, `\b`, POSIX and Unicode classes.
 */
export function parsePattern(pattern: string): ParsedPattern {
  if (pattern.length > PATTERN_LIMITS.textLength) {
    return refuse(`the pattern is longer than the limit of ${PATTERN_LIMITS.textLength} characters`);
  }
  const text = new PatternText(pattern);
  const node = readChoice(text, 0);
  if (!text.ended) text.fail("`)` closes no group; write `\\)` for a bracket");
  if (text.problem !== null) return refuse(`${text.problem}, in the pattern \`${pattern}\``);
  const program = compilePattern(node);
  if (program !== null) return { kind: "ok", program };
  return refuse(
    `the pattern \`${pattern}\` has more than ${PATTERN_LIMITS.states} states; use smaller numbers in {m,n}`,
  );
}

function refuse(message: string): ParsedPattern {
  return { kind: "error", message };
}

const EMPTY: PatternNode = { kind: "sequence", parts: [] };
/** Every character but the line feed, as in RE2. */
const ANY: PatternNode = {
  kind: "set",
  ranges: [
    [0, 9],
    [11, 0x10ffff],
  ],
};

function readChoice(text: PatternText, depth: number): PatternNode {
  if (depth > PATTERN_LIMITS.nesting) {
    text.fail(`groups are more than ${PATTERN_LIMITS.nesting} levels deep`);
  }
  const first = readSequence(text, depth);
  if (text.next !== "|") return first;
  const options = [first];
  while (text.take("|")) options.push(readSequence(text, depth));
  return { kind: "choice", options };
}

function readSequence(text: PatternText, depth: number): PatternNode {
  const parts: PatternNode[] = [];
  while (!text.ended && text.next !== "|" && text.next !== ")") parts.push(readRepeated(text, depth));
  return { kind: "sequence", parts };
}

function readRepeated(text: PatternText, depth: number): PatternNode {
  const part = readAtom(text, depth);
  const count = readCount(text);
  if (count === null) return part;
  text.take("?");
  if (readCount(text) !== null) text.fail("a repetition cannot be repeated; put it into a group");
  return { kind: "repeat", part, ...count };
}

/** The repetition that stands here, if one does. */
function readCount(text: PatternText): { readonly least: number; readonly most: number | null } | null {
  if (text.take("*")) return { least: 0, most: null };
  if (text.take("+")) return { least: 1, most: null };
  if (text.take("?")) return { least: 0, most: 1 };
  const braces = text.takeRepeat();
  if (braces === null) return null;
  const { least, most } = braces;
  if (Math.max(least, most ?? 0) > PATTERN_LIMITS.repeat) {
    text.fail(`a repetition is past the limit of ${PATTERN_LIMITS.repeat}`);
  } else if (most !== null && most < least) {
    text.fail(`in {${least},${most}} the first number is larger than the second`);
  }
  return braces;
}

function readAtom(text: PatternText, depth: number): PatternNode {
  const character = text.advance();
  switch (character) {
    case "(":
      return readGroup(text, depth);
    case "[":
      return { kind: "set", ranges: readClass(text) };
    case "\\":
      return { kind: "set", ranges: readEscape(text) };
    case ".":
      return ANY;
    case "^":
      return { kind: "anchor", at: "start" };
    case "$":
      return { kind: "anchor", at: "end" };
    case "*":
    case "+":
    case "?":
      text.fail(`\`${character}\` repeats nothing; write \`\\${character}\` for the character itself`);
      return EMPTY;
    default:
      return { kind: "set", ranges: [single(character)] };
  }
}

function readGroup(text: PatternText, depth: number): PatternNode {
  if (text.take("?") && !text.take(":")) {
    text.fail("of the `(?` forms only `(?:…)` is known; look-around, flags and names are not");
  }
  const inner = readChoice(text, depth + 1);
  if (!text.take(")")) text.fail("a group is not closed; a `)` is missing");
  return inner;
}
