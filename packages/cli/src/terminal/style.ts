/** Colours by meaning, not by name: the sixteen colours of the user's own theme. */

/** Paints a text, or leaves it as it is when colours are off. */
export type Paint = (text: string) => string;

/** What the commands paint with. */
export interface Style {
  readonly colour: boolean;
  readonly good: Paint;
  readonly bad: Paint;
  readonly busy: Paint;
  readonly warn: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
  /** A command that can be pasted. */
  readonly command: Paint;
}

/** The style with or without colours. */
export function styleOf(colour: boolean): Style {
  return colour ? COLOURED : PLAIN;
}

/**
 * Whether to colour what goes to a stream. `NO_COLOR` (any value but the empty one) forbids, then `FORCE_COLOR` (not `0`)
 * asks for it; otherwise a terminal gets colours unless it is `dumb`.
 */
export function wantsColour(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const force = environment["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}

function paint(open: number, close: number): Paint {
  return (text) => (text === "" ? "" : `\u001B[${open}m${text}\u001B[${close}m`);
}

const COLOURED: Style = {
  colour: true,
  good: paint(32, 39),
  bad: paint(31, 39),
  busy: paint(36, 39),
  warn: paint(33, 39),
  faint: paint(2, 22),
  strong: paint(1, 22),
  command: paint(36, 39),
};

const same: Paint = (text) => text;
const PLAIN: Style = {
  colour: false,
  good: same,
  bad: same,
  busy: same,
  warn: same,
  faint: same,
  strong: same,
  command: same,
};
