import { readString } from "./string-literal.ts";

/** A word of an expression. */
export type Token =
  | { readonly kind: "name" | "symbol" | "end"; readonly text: string; readonly offset: number }
  | { readonly kind: "number"; readonly text: string; readonly offset: number; readonly value: number }
  | { readonly kind: "string"; readonly text: string; readonly offset: number; readonly value: string };

/** What is wrong with an expression, and which characters of it. */
export interface ExpressionError {
  readonly kind: "error";
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

/** The words of an expression, and the one of kind `end` that stands behind them. */
export type Tokens =
  | { readonly kind: "ok"; readonly tokens: readonly Token[]; readonly end: Token }
  | ExpressionError;

const BLANK = /(?:[ \t\n\r\f]|\/\/[^\n\r]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SYMBOL = /\|\||&&|[=!<>]=|[-+*/%<>!?:.,()[\]{}]/y;
const CHARACTER = /./suy;
/** Prefixes of string literals; those with a b make bytes. */
const STRING_PREFIX = /(?:[rR]|[bB]|[rR][bB]|[bB][rR])(?=["'])/y;

/** Symbols of other languages, and what to write instead. */
const FOREIGN_SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["=", "`=` does not compare; write `==`"],
  ["&", "`&` is not an operator; write `&&` for and"],
  ["|", "`|` is not an operator; write `||` for or"],
  ["$", "no `$` is needed here; write `inputs.name`, not `${inputs.name}`"],
  ["`", "names are not quoted with a backtick; write `tasks['build-it']`"],
]);

/** Cuts an expression into its words. */
export function lex(text: string): Tokens {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    position += matchAt(BLANK, text, position).length;
    if (position >= text.length) break;
    const token = readToken(text, position);
    if (token.kind === "error") return token;
    tokens.push(token);
    position += token.text.length;
  }
  return { kind: "ok", tokens, end: { kind: "end", text: "", offset: text.length } };
}

function readToken(text: string, offset: number): Token | ExpressionError {
  const prefix = matchAt(STRING_PREFIX, text, offset);
  const quote = text.charAt(offset + prefix.length);
  if (quote === '"' || quote === "'") return readStringToken(text, offset, prefix);
  const name = matchAt(NAME, text, offset);
  if (name !== "") return { kind: "name", text: name, offset };
  const number = matchAt(NUMBER, text, offset);
  if (number !== "") return readNumber(text, offset, number);
  const symbol = matchAt(SYMBOL, text, offset);
  if (symbol !== "") return { kind: "symbol", text: symbol, offset };
  const character = matchAt(CHARACTER, text, offset);
  const message = FOREIGN_SYMBOLS.get(character) ?? `\`${character}\` means nothing here`;
  return { kind: "error", message, offset, length: character.length };
}

function readStringToken(text: string, offset: number, prefix: string): Token | ExpressionError {
  if (/b/i.test(prefix)) {
    return {
      kind: "error",
      message: "bytes literals are not supported; leave the `b` away",
      offset,
      length: prefix.length,
    };
  }
  const literal = readString(text, offset + prefix.length, prefix !== "");
  if (literal.kind === "error") return literal;
  return { kind: "string", text: text.slice(offset, literal.end), offset, value: literal.value };
}

function readNumber(text: string, offset: number, source: string): Token | ExpressionError {
  const value = Number(source);
  const tail = matchAt(NAME, text, offset + source.length);
  const length = source.length + tail.length;
  const refuse = (message: string): ExpressionError => ({ kind: "error", message, offset, length });
  if (/^u$/i.test(tail)) return refuse(`numbers have no \`u\` here; write ${source}`);
  if (tail !== "") {
    return refuse(`\`${source}${tail}\` is neither a number nor a name; a name does not begin with a digit`);
  }
  if (!Number.isFinite(value)) return refuse(`${source} is too large for a number`);
  if (/^(\d+|0[xX].+)$/.test(source) && !Number.isSafeInteger(value)) {
    return refuse(`${source} is past 2^53 - 1, up to which whole numbers are exact; quote it if it is an id`);
  }
  return { kind: "number", text: source, offset, value };
}

function matchAt(pattern: RegExp, text: string, position: number): string {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? "";
}
