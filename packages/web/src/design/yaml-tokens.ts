import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/yaml";

/** Classes of YAML's parts; the editor and texts that are only read look the same. */
export const yamlHighlighter = tagHighlighter([
  { tag: tags.definition(tags.propertyName), class: "tok-key" },
  { tag: tags.string, class: "tok-string" },
  { tag: tags.lineComment, class: "tok-comment" },
  { tag: [tags.meta, tags.labelName, tags.typeName, tags.keyword], class: "tok-variable" },
]);

/** What is a number, a duration, a size or a truth value where it stands alone. */
export const SCALAR = /^(-?\d+(\.\d+)?([a-zA-Z]{1,3})?(\d+[smh])*|true|false|null|~)$/;
/** `${name}`, and the `$${` that is none. */
export const VARIABLE = /(?<!\$)\$\{[^}\n]*\}/g;

export interface Token {
  readonly text: string;
  readonly className: string;
}

/** A YAML text cut into coloured parts, line by line. */
export function yamlLines(source: string): readonly (readonly Token[])[] {
  const text = source.replaceAll(/\r\n?/g, "\n");
  const tokens: Token[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) tokens.push(...plainTokens(text.slice(from, to)));
    from = to;
  };
  highlightTree(parser.parse(text), yamlHighlighter, (start, end, className) => {
    plain(start);
    tokens.push(...withVariables(text.slice(start, end), className));
    from = end;
  });
  plain(text.length);
  return byLine(tokens);
}

/** What the parser takes for plain text: variables first, as their braces would part them. */
function plainTokens(text: string): readonly Token[] {
  return withVariables(text, "").flatMap((token) =>
    token.className === ""
      ? token.text
          .split(/(\s+|[[\]{},])/)
          .filter((part) => part !== "")
          .map((part) => ({ text: part, className: SCALAR.test(part) ? "tok-number" : "" }))
      : [token],
  );
}

function withVariables(text: string, className: string): readonly Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > from) tokens.push({ text: text.slice(from, match.index), className });
    tokens.push({ text: match[0], className: className === "tok-comment" ? className : "tok-variable" });
    from = match.index + match[0].length;
  }
  if (from < text.length) tokens.push({ text: text.slice(from), className });
  return tokens;
}

function byLine(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const lines: Token[][] = [[]];
  for (const { text, className } of tokens) {
    const [first = "", ...rest] = text.split("\n");
    if (first !== "") lines.at(-1)?.push({ text: first, className });
    for (const part of rest) lines.push(part === "" ? [] : [{ text: part, className }]);
  }
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}
