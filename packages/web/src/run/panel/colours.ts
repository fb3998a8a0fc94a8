/** Runs of text of a terminal with the class of their colour, for the few last lines of a log. */
export interface Coloured {
  readonly text: string;
  readonly className: string;
}

const FOREGROUND: Readonly<Record<number, string>> = {
  31: "a-red",
  32: "a-green",
  33: "a-yellow",
  34: "a-blue",
  35: "a-magenta",
  36: "a-cyan",
  90: "a-dim",
  91: "a-bred",
  92: "a-green",
  93: "a-yellow",
  94: "a-blue",
  95: "a-magenta",
  96: "a-cyan",
};

/**
 * The last lines of a text, coloured by its SGR sequences (ECMA-48, 8.3.117); all other sequences and control characters
 * are left out. A line that was overwritten (`\r`) shows what stood there last.
 */
export function tailOf(text: string, lines: number, isCut: boolean): readonly (readonly Coloured[])[] {
  const all = text.replaceAll("\r\n", "\n").split("\n");
  if (all.at(-1) === "") all.pop();
  // A cut text starts within a line.
  if (isCut && all.length > 1) all.shift();
  return all.slice(-lines).map((line) => colouredLine(line.slice(line.lastIndexOf("\r") + 1)));
}

// oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
const SEQUENCE =
  /\u001b\[([0-9;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex -- control characters are what is left out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

function colouredLine(line: string): readonly Coloured[] {
  const parts: Coloured[] = [];
  let className = "";
  let from = 0;
  const add = (text: string): void => {
    const plain = text.replace(CONTROL, "");
    if (plain !== "") parts.push({ text: plain, className });
  };
  for (const found of line.matchAll(SEQUENCE)) {
    add(line.slice(from, found.index));
    from = found.index + found[0].length;
    if (found[1] !== undefined) className = classAfter(className, found[1]);
  }
  add(line.slice(from));
  return parts;
}

function classAfter(former: string, codes: string): string {
  let className = former;
  const numbers = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 0 || code === 39 || code === 22) className = "";
    else if (code === 1) className = className === "" ? "a-bold" : className;
    else if (code === 2) className = "a-dim";
    // Colours of the larger tables are left as plain text: their numbers are skipped.
    else if (code === 38 || code === 48) at += numbers[at + 1] === 5 ? 2 : 4;
    else className = FOREGROUND[code] ?? className;
  }
  return className;
}
