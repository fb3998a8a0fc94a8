/** Where in a YAML text something stands: keys and numbers of list items, from the outside. */
export type Path = readonly (string | number)[];

export interface Place {
  /** Of the map or list that the place is in; for a value, of the value. */
  readonly path: Path;
  /** Whether a key or a value stands there. An item of a list may be either. */
  readonly kind: "key" | "value" | "none";
  /** The word up to the place, and where it begins in the text. */
  readonly word: string;
  readonly from: number;
  /** Keys that the map around already has. */
  readonly siblings: ReadonlySet<string>;
}

interface Line {
  readonly indent: number;
  readonly text: string;
  /** Offset of the line's start. */
  readonly start: number;
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:[\]{},&*!|>'"%@`-][^:#{}[\],]*?)\s*:(?=\s|$)/;

/**
 * The place of an offset, by indentation: a text that is being written is seldom whole, so no parser is asked. Maps in
 * braces and lists in brackets are understood on the line of the offset.
 */
export function placeAt(source: string, offset: number): Place {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const before = source.slice(start, offset);
  const indent = indentOf(before);
  const none: Place = { path: [], kind: "none", word: "", from: offset, siblings: new Set() };
  if (isInComment(before)) return none;
  const above = linesOf(source.slice(0, start));
  const block = openBlock(above, before.trim() === "" ? before.length : indent);
  if (block) return none;
  const { rest, column, dashes } = withoutDashes(before);
  const key = KEY.exec(rest);
  const isValue = key !== null && /^\s/.test(rest.slice(key[0].length));
  const outer = pathOf(above, column, dashes);
  if (outer === null) return none;
  if (isValue && key !== null) {
    const name = unquoted(key[1] ?? "");
    return inFlow([...outer, name], rest.slice(key[0].length), offset, new Set());
  }
  if (/^[[{]/.test(rest)) return inFlow(outer, rest, offset, new Set());
  const siblings = siblingsOf(source, start, column, dashes.length > 0);
  return { path: outer, kind: "key", word: rest, from: offset - rest.length, siblings };
}

/** The path of the key, or of the value, that is written at an offset: what a pointer rests on. */
export function pathAt(source: string, offset: number): Path | null {
  const lineEnd = source.indexOf("\n", offset);
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const line = source.slice(start, lineEnd === -1 ? source.length : lineEnd);
  const { rest, column } = withoutDashes(line);
  const key = KEY.exec(rest);
  if (key === null || offset < start + column) return null;
  const keyEnd = start + column + (key[1] ?? "").length;
  const place = placeAt(source, start + column);
  if (place.kind === "none") return null;
  const own = [...place.path, unquoted(key[1] ?? "")];
  if (offset <= keyEnd) return own;
  const inner = placeAt(source, wordEnd(source, offset));
  return inner.kind === "key" ? [...inner.path, inner.word] : inner.kind === "value" ? inner.path : null;
}

function wordEnd(source: string, offset: number): number {
  const rest = /^[\w-]*/.exec(source.slice(offset));
  return offset + (rest?.[0].length ?? 0);
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const made = { indent: indentOf(line), text: line, start };
    start += line.length + 1;
    return made;
  });
}

/** `- - key` as `key`: the column where it begins, and the columns of the dashes. */
function withoutDashes(line: string): {
  readonly rest: string;
  readonly column: number;
  readonly dashes: readonly number[];
} {
  const dashes: number[] = [];
  let column = indentOf(line);
  while (/^-(\s|$)/.test(line.slice(column))) {
    dashes.push(column);
    column += 1 + indentOf(line.slice(column + 1));
  }
  return { rest: line.slice(column), column, dashes };
}

/** Keys and item numbers that lead to a column, from the lines above; null: the lines do not fit together. */
function pathOf(above: readonly Line[], column: number, ownDashes: readonly number[]): Path | null {
  const path: (string | number)[] = [];
  let limit = column;
  const pending = [...ownDashes].toReversed();
  for (const dash of pending) {
    path.unshift(itemsBefore(above, dash));
    limit = dash;
  }
  let isItem = pending.length > 0;
  for (let at = above.length - 1; at >= 0 && limit >= 0; at--) {
    const line = above[at];
    if (line === undefined || line.text.trim() === "" || isComment(line.text)) continue;
    if (line.indent > limit || (line.indent === limit && !isItem)) continue;
    const { rest, column: start, dashes } = withoutDashes(line.text);
    const key = KEY.exec(rest)?.[1];
    // A list may stand in the column of the key that it belongs to.
    const isParent = start < limit || (isItem && start === limit && dashes.length === 0);
    if (key !== undefined && isParent) {
      path.unshift(unquoted(key));
      limit = start;
      isItem = false;
    }
    for (const dash of dashes.toReversed()) {
      if (dash >= limit) continue;
      path.unshift(itemsBefore(above.slice(0, at), dash));
      limit = dash;
      isItem = true;
    }
  }
  return path;
}

/** How many items the list of a dash has above it. */
function itemsBefore(above: readonly Line[], dash: number): number {
  let count = 0;
  for (let at = above.length - 1; at >= 0; at--) {
    const line = above[at];
    if (line === undefined || line.text.trim() === "" || isComment(line.text) || line.indent > dash) continue;
    if (line.indent < dash || !/^-(\s|$)/.test(line.text.slice(dash))) break;
    count += 1;
  }
  return count;
}

/** Whether the lines above have opened a block of text (`key: |`) that still goes on in a column. */
function openBlock(above: readonly Line[], column: number): boolean {
  let limit = column;
  for (let at = above.length - 1; at >= 0; at--) {
    const line = above[at];
    if (line === undefined || line.text.trim() === "" || line.indent >= limit) continue;
    const { rest, column: key } = withoutDashes(line.text);
    if (/:\s+[|>][-+0-9]*\s*(#.*)?$/.test(rest) && key < limit) return true;
    if (/^[|>][-+0-9]*\s*(#.*)?$/.test(rest)) return true;
    limit = line.indent;
  }
  return false;
}

/** Keys in the same map as a line: above and below, in its column. */
function siblingsOf(source: string, start: number, column: number, isFirst: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const lines = linesOf(source);
  const own = lines.findIndex((line) => line.start === start);
  const scan = (from: number, step: 1 | -1): void => {
    for (let at = from; at >= 0 && at < lines.length; at += step) {
      const line = lines[at];
      if (line === undefined || line.text.trim() === "" || isComment(line.text)) continue;
      const { rest, column: at0, dashes } = withoutDashes(line.text);
      const isNext = dashes.some((dash) => dash < column);
      if (step === 1 && (isNext || line.indent < column)) return;
      if (at0 === column) {
        const key = KEY.exec(rest)?.[1];
        if (key !== undefined) found.add(unquoted(key));
      }
      if (step === -1 && (isNext || line.indent < column)) return;
    }
  };
  if (!isFirst) scan(own - 1, -1);
  scan(own + 1, 1);
  return found;
}

/** The place inside of `{a: 1, b: [` on one line. */
function inFlow(path: Path, text: string, end: number, siblings: ReadonlySet<string>): Place {
  const stack: { kind: "map" | "list"; index: number; key: string | null; keys: Set<string> }[] = [];
  let word = "";
  let quote = "";
  for (const character of text) {
    const top = stack.at(-1);
    if (quote !== "") {
      word += character;
      if (character === quote) quote = "";
    } else if ((character === "{" && !word.endsWith("$")) || character === "[") {
      stack.push({ kind: character === "{" ? "map" : "list", index: 0, key: null, keys: new Set() });
      word = "";
    } else if ((character === "}" || character === "]") && top !== undefined) {
      stack.pop();
      word = "";
    } else if (character === "," && top !== undefined) {
      top.index += 1;
      top.key = null;
      word = "";
    } else if (character === " " && top?.kind === "map" && top.key === null && word.endsWith(":")) {
      top.key = unquoted(word.slice(0, -1));
      top.keys.add(top.key);
      word = "";
    } else if (character === " " && word === "") continue;
    else {
      if ((character === '"' || character === "'") && word === "") quote = character;
      word += character;
    }
  }
  const inner = stack.flatMap((each): (string | number)[] =>
    each.kind === "list" ? [each.index] : each.key === null ? [] : [each.key],
  );
  const top = stack.at(-1);
  const isKey = top?.kind === "map" && top.key === null;
  return {
    path: [...path, ...inner],
    kind: isKey ? "key" : "value",
    word,
    from: end - word.length,
    siblings: isKey ? top.keys : siblings,
  };
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}

function isInComment(before: string): boolean {
  return isComment(before) || /\s#\s[^"']*$/.test(before);
}

function unquoted(key: string): string {
  return key.replace(/^(["'])(.*)\1$/, "$2");
}
