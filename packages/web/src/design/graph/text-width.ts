/**
 * Advance widths of the printable characters of ASCII, from the space on, in thousandths of an em: Inter at weight 500
 * with figures of one width, as the interface sets it. SVG does not wrap or cut text, and a layout cannot wait until a
 * font is there: so what fits is worked out.
 */
const ASCII = [
  281, 304, 494, 639, 646, 993, 653, 313, 391, 391, 648, 648, 269, 648, 269, 370, 648, 648, 648, 648, 648,
  648, 648, 648, 648, 648, 269, 269, 648, 648, 648, 527, 982, 723, 657, 733, 722, 603, 589, 748, 745, 272,
  575, 688, 565, 913, 756, 767, 642, 769, 648, 646, 651, 740, 723, 1026, 701, 696, 641, 391, 322, 391, 477,
  463, 337, 568, 618, 576, 618, 587, 341, 619, 602, 252, 252, 559, 252, 888, 602, 603, 618, 618, 400, 539,
  337, 602, 575, 829, 557, 575, 559, 391, 346, 391, 648,
];
const OTHERS: Readonly<Record<string, number>> = { "…": 910, "·": 302, "≈": 838, "—": 1_000 };
/** Letters with accents are as wide as others; signs of Chinese, Japanese and Korean are as wide as high. */
const LETTER = 640;
const WIDE_FROM = 0x1100;
const WIDE = 1_000;

/** How wide a line of text is, in the unit of `size`, the size of its type. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return (width * size) / 1_000;
}

/** As much of the text as fits. */
export function fitted(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const room = width - textWidth("…", size);
  let cut = "";
  let used = 0;
  for (const character of text) {
    used += textWidth(character, size);
    if (used > room && cut !== "") break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return ASCII[code - 32] ?? OTHERS[character] ?? (code >= WIDE_FROM && !isPunctuation(code) ? WIDE : LETTER);
}

function isPunctuation(code: number): boolean {
  return code >= 0x2000 && code < 0x2e80;
}
