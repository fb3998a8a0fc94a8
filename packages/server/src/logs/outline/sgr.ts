/**
 * Which colours and styles are in force (ECMA-48 SGR): what a line left switched on holds for the lines behind it, so
 * that a reader who starts in the middle needs to know.
 */

const ESC = "\u001b";
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const SEQUENCE = /\u001b\[([\d;:]{0,64})m/g;

/** The class of attribute that a parameter belongs to; later ones of a class replace earlier ones. */
function classOf(code: number): string {
  if (code >= 30 && code <= 39) return "fg";
  if (code >= 90 && code <= 97) return "fg";
  if (code >= 40 && code <= 49) return "bg";
  if (code >= 100 && code <= 107) return "bg";
  if (code === 1 || code === 2 || code === 22) return "weight";
  if (code === 3 || code === 23) return "italic";
  if (code === 4 || code === 24) return "underline";
  if (code === 7 || code === 27) return "inverse";
  if (code === 9 || code === 29) return "strike";
  return "";
}

/** Parameters that switch a class off. */
const OFF: ReadonlySet<number> = new Set([22, 23, 24, 27, 29, 39, 49]);

/** What is in force behind `text`, when `before` was in force where it begins; as parameters, `""` for nothing. */
export function sgrAfter(before: string, text: string): string {
  const last = lastReset(text);
  let state = last < 0 ? before : "";
  if (text.indexOf(ESC, last + 1) < 0) return state;
  for (const [, parameters = ""] of text.slice(Math.max(0, last)).matchAll(SEQUENCE))
    state = folded(state, parameters);
  return state;
}

/** Most coloured lines end with a reset: what stands before it need not be looked at. */
function lastReset(text: string): number {
  return Math.max(text.lastIndexOf(`${ESC}[0m`), text.lastIndexOf(`${ESC}[m`));
}

function folded(before: string, parameters: string): string {
  const state = new Map<string, string>();
  for (const part of [...partsOf(before), ...partsOf(parameters === "" ? "0" : parameters)]) {
    const code = Number.parseInt(part, 10);
    if (code === 0) state.clear();
    const kind = classOf(code);
    if (kind === "") continue;
    // Bold and dim can both be in force.
    if (kind === "weight" && code !== 22) state.set(`weight${code}`, part);
    else if (kind === "weight") for (const which of [1, 2]) state.delete(`weight${which}`);
    else if (OFF.has(code)) state.delete(kind);
    else state.set(kind, part);
  }
  return [...state.values()].join(";");
}

/** `38;5;n` and `38;2;r;g;b` are one part each. */
function partsOf(parameters: string): readonly string[] {
  if (parameters === "") return [];
  const numbers = parameters.replaceAll(":", ";").split(";");
  const parts: string[] = [];
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] === "" ? "0" : (numbers[at] ?? "0");
    const isLong = code === "38" || code === "48";
    const length = !isLong ? 1 : numbers[at + 1] === "5" ? 3 : numbers[at + 1] === "2" ? 5 : 1;
    parts.push(length === 1 ? code : numbers.slice(at, at + length).join(";"));
    at += length - 1;
  }
  return parts;
}
