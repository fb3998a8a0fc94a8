/** A string literal that was read, up to `end`, or what is wrong with it and where. */
export type StringLiteral =
  | { readonly kind: "ok"; readonly value: string; readonly end: number }
  | { readonly kind: "error"; readonly message: string; readonly offset: number; readonly length: number };

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ...["\\", "?", '"', "'", "`"].map((character) => [character, character] as const),
]);
/** How each numeric escape goes on after its letter. Octal ones have no letter: their first digit is 0 to 3. */
const NUMERIC_ESCAPES = [
  { pattern: /x[0-9a-fA-F]{2}/y, radix: 16, form: "\\x and 2 hexadecimal digits" },
  { pattern: /X[0-9a-fA-F]{2}/y, radix: 16, form: "\\X and 2 hexadecimal digits" },
  { pattern: /u[0-9a-fA-F]{4}/y, radix: 16, form: "\\u and 4 hexadecimal digits" },
  { pattern: /U[0-9a-fA-F]{8}/y, radix: 16, form: "\\U and 8 hexadecimal digits" },
  { pattern: /[0-3][0-7]{2}/y, radix: 8, form: "3 octal digits from 000 to 377" },
] as const;

/**
 * Reads a CEL string: in single or double quotes, or in three of either, which may span lines; `raw` ones have no
 * escapes.
 *
 * @param start where the opening quote stands
 */
export function readString(text: string, start: number, raw: boolean): StringLiteral {
  const quote = text.charAt(start);
  const triple = text.startsWith(quote.repeat(3), start);
  const close = triple ? quote.repeat(3) : quote;
  let value = "";
  let position = start + close.length;
  while (position < text.length) {
    if (text.startsWith(close, position)) return { kind: "ok", value, end: position + close.length };
    const character = text.charAt(position);
    if (!triple && (character === "\n" || character === "\r")) break;
    // A backslash that ends the text escapes nothing: the string is not closed.
    if (raw || character !== "\\" || position === text.length - 1) {
      value += character;
      position++;
      continue;
    }
    const escape = readEscape(text, position + 1);
    if (escape.kind === "error") return escape;
    value += escape.value;
    position = escape.end;
  }
  const hint = triple ? "" : "; a string that spans lines has three quotes on each side";
  return refuse(`this string is not closed; ${close} is missing${hint}`, start, position - start);
}

/** Reads what follows a backslash. */
function readEscape(text: string, position: number): StringLiteral {
  const character = text.charAt(position);
  const simple = SIMPLE_ESCAPES.get(character);
  if (simple !== undefined) return { kind: "ok", value: simple, end: position + 1 };
  for (const { pattern, radix } of NUMERIC_ESCAPES) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) continue;
    const point = Number.parseInt(match[0].replace(/^[xXuU]/, ""), radix);
    if (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) {
      return { kind: "ok", value: String.fromCodePoint(point), end: position + match[0].length };
    }
    return refuse(`\`\\${match[0]}\` is not a Unicode character`, position - 1, match[0].length + 1);
  }
  const form = NUMERIC_ESCAPES.find((escape) => escape.form.startsWith(`\\${character}`))?.form;
  const expected =
    form === undefined
      ? "write `\\\\` for a backslash, or r'…' for a string without escapes"
      : `it is written ${form}`;
  return refuse(`\`\\${character}\` is not an escape of a string; ${expected}`, position - 1, 2);
}

function refuse(message: string, offset: number, length: number): StringLiteral {
  return { kind: "error", message, offset, length };
}
