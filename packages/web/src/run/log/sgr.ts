import { type Colour, COLOURS, indexed, nearest } from "./colours.ts";

/** How text looks: what SGR sequences (ECMA-48, 8.3.117) have switched on. */
export interface Style {
  readonly fg: Colour | null;
  readonly bg: Colour | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
}

export const PLAIN: Style = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

const SWITCHES: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { fg: null },
  49: { bg: null },
};

/** The style behind a sequence with these parameters (`1;31`). What is not known changes nothing. */
export function styled(before: Style, parameters: string): Style {
  const codes = parameters.replaceAll(":", ";").split(";").map(Number);
  let style = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) style = PLAIN;
    else if (code === 38 || code === 48) {
      const { colour, length } = extended(codes, at + 1);
      style = code === 38 ? { ...style, fg: colour } : { ...style, bg: colour };
      at += length;
    } else style = { ...style, ...(SWITCHES[code] ?? colourOf(code)) };
  }
  return style;
}

function colourOf(code: number): Partial<Style> {
  const named = (at: number): Colour | null => COLOURS[at] ?? null;
  if (code >= 30 && code <= 37) return { fg: named(code - 30) };
  if (code >= 90 && code <= 97) return { fg: named(code - 90 + 8) };
  if (code >= 40 && code <= 47) return { bg: named(code - 40) };
  if (code >= 100 && code <= 107) return { bg: named(code - 100 + 8) };
  return {};
}

/** What follows 38 or 48: `5;n` or `2;r;g;b`. */
function extended(
  codes: readonly number[],
  at: number,
): { readonly colour: Colour | null; readonly length: number } {
  if (codes[at] === 5) return { colour: indexed(codes[at + 1] ?? 0), length: 2 };
  if (codes[at] !== 2) return { colour: null, length: 0 };
  return { colour: nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), length: 4 };
}

/**
 * Class names of a style. On a coloured ground the text takes the colour of the log's own ground: such a pair keeps the
 * contrast that the token has, whatever the job asked for.
 */
export function classesOf(style: Style): string {
  const { bold, dim, italic, underline, strike, inverse } = style;
  const [fg, bg] = inverse ? [style.bg, style.fg ?? "ink"] : [style.fg, style.bg];
  const names = [
    bg === null ? (fg === null ? "" : `a-${fg}`) : `a-on-${bg}`,
    bold ? "a-bold" : "",
    dim && fg === null && bg === null ? "a-dim" : "",
    italic ? "a-italic" : "",
    underline ? "a-underline" : "",
    strike ? "a-strike" : "",
  ];
  return names.filter((name) => name !== "").join(" ");
}
