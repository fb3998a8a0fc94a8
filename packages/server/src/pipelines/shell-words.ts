/** The delimiter of a heredoc: as the shell compares it, and whether any part of it is quoted. */
export interface HeredocDelimiter {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly end: number;
}

/** Reads the word behind `<<`. */
export function heredocDelimiterAt(text: string, start: number, limit: number): HeredocDelimiter {
  let delimiter = "";
  let quoted = false;
  let at = start;
  while (at < limit) {
    const character = text[at] ?? "";
    if (/[\s;&|<>()]/.test(character)) break;
    if (character === "'" || character === '"') {
      const close = text.indexOf(character, at + 1);
      const end = close === -1 || close > limit ? limit : close;
      delimiter += text.slice(at + 1, end);
      quoted = true;
      at = end + 1;
    } else if (character === "\\") {
      delimiter += text[at + 1] ?? "";
      quoted = true;
      at += 2;
    } else {
      delimiter += character;
      at++;
    }
  }
  return { delimiter, quoted, end: Math.min(at, limit) };
}

const ASSIGNED = /(?:^|[\s;&|(){}`])([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=/g;
const LOOPED = /(?:^|[\s;&|(){}`])(?:for|select)\s+([A-Za-z_]\w*)/g;
/** Builtins that set the variables they name; what follows up to the end of the command is looked through. */
const SETTERS =
  /(?:^|[\s;&|(){}`])(?:read|mapfile|readarray|getopts|local|declare|typeset|export|readonly|printf\s+-v)\b([^;&|\n<>]*)/g;
const NAME = /(?:^|\s)([A-Za-z_]\w*)/g;

/**
 * Names that a command gives to variables of the shell: by assignment, `for`, `read` and the like. Generous: quotes and
 * comments are not looked at, because a name too many only means that `${name}` is left to the shell.
 */
export function assignedNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pattern of [ASSIGNED, LOOPED]) {
    for (const match of text.matchAll(pattern)) names.add(match[1] ?? "");
  }
  for (const match of text.matchAll(SETTERS)) {
    for (const name of (match[1] ?? "").matchAll(NAME)) names.add(name[1] ?? "");
  }
  return names;
}

const ATTRIBUTE = /\b(?:declare|typeset|local|readonly|export)\s+(?:[-+]\w+\s+)*[-+][a-zA-Z]*[in]/;
const ARRAY = /(?:^|[\s;&|(){}])([A-Za-z_]\w*)\+?=\(/g;
/** Tokens of several characters cut in two by a continued line: legal, never written by people, and easy to misread. */
const CUT_TOKEN = /[$(<>&;|{[`]\\\n/;

/** What makes a whole text unreadable beforehand, as the end of "comes after …"; null for nearly every text. */
export function unclearFrom(text: string): string | null {
  if (CUT_TOKEN.test(text)) return "a line that is continued in the middle of an operator";
  if (ATTRIBUTE.test(text))
    return "a variable with the attribute -i or -n, whose values are evaluated when they are set";
  const arrays = [...text.matchAll(ARRAY)].map((match) => match[1] ?? "");
  const declared = arrays.find((name) =>
    new RegExp(`\\b(?:declare|typeset|local|readonly|export)\\b[^;&|\\n]*\\b${name}=[^(]`).test(text),
  );
  return declared === undefined ? null : `\`${declared}\`, which is an array and declared again with a text`;
}
