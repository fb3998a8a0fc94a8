/** A piece of a line of YAML and what it is. */
export interface Piece {
  readonly text: string;
  readonly kind: "" | "key" | "string" | "number" | "comment" | "variable" | "mark";
}

const REFERENCE = /\$\{[^}]*\}/g;
const NUMBER = /^[-+]?(?:\d[\d_]*)(?:\.\d+)?(?:ms|s|m|h|d)?$|^(?:true|false|null|~)$/;

/**
 * YAML by lines, told apart for the eye: keys, strings, numbers, comments, references to variables. A reader of its own and
 * no parser: text that is no YAML is shown as it is.
 */
export function piecesOf(source: string): readonly (readonly Piece[])[] {
  let blockIndent: number | null = null;
  return source.split("\n").map((line) => {
    const indent = line.search(/\S/);
    if (blockIndent !== null && (indent < 0 || indent > blockIndent)) return referencesIn(line, "string");
    blockIndent = null;
    const pieces = pieceLine(line);
    if (/(?:^|[\s:-])[|>][+-]?\d?\s*(?:#.*)?$/.test(line)) blockIndent = Math.max(0, indent);
    return pieces;
  });
}

function pieceLine(line: string): readonly Piece[] {
  const comment = commentStart(line);
  const code = line.slice(0, comment);
  const behind: readonly Piece[] =
    comment < line.length ? [{ text: line.slice(comment), kind: "comment" }] : [];
  const parts = /^(\s*(?:-\s+)*)(?:("[^"]*"|'[^']*'|[^\s"'#:[\]{},][^:#]*?)(:)(?=\s|$))?(.*)$/.exec(code);
  if (parts === null) return [{ text: code, kind: "" }, ...behind];
  const [, lead = "", key = "", colon = "", rest = ""] = parts;
  return [
    { text: lead, kind: "mark" },
    { text: key, kind: "key" },
    { text: colon, kind: "mark" },
    ...valuePieces(rest),
    ...behind,
  ].filter((piece): piece is Piece => piece.text !== "");
}

function valuePieces(text: string): readonly Piece[] {
  const value = text.trim();
  if (value === "") return [{ text, kind: "" }];
  if (NUMBER.test(value)) return [{ text, kind: "number" }];
  if (/^[|>][+-]?\d?$/.test(value)) return [{ text, kind: "mark" }];
  return referencesIn(text, "string");
}

function referencesIn(text: string, kind: Piece["kind"]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(REFERENCE)) {
    if (found.index > from) pieces.push({ text: text.slice(from, found.index), kind });
    pieces.push({ text: found[0], kind: "variable" });
    from = found.index + found[0].length;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), kind });
  return pieces;
}

/** Where a comment starts: a `#` at the start or behind a space, outside of quotes. */
function commentStart(line: string): number {
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if ((character === '"' || character === "'") && /[\s:,[{-]|^$/.test(line.charAt(at - 1)))
      quote = character;
    else if (character === "#" && (at === 0 || /\s/.test(line.charAt(at - 1)))) return at;
  }
  return line.length;
}
