/** Where what a job wrote may lead. */

const LINKS: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;

/** The address of a link as the browser will read it; null for what is none, is relative, or would run something. */
export function linkAddress(text: string): string | null {
  try {
    const url = new URL(decoded(text).trim());
    return LINKS.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A picture that lies within the text itself; null for one that would be fetched from elsewhere. */
export function imageAddress(text: string): string | null {
  return IMAGE.test(text) ? text : null;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/** Entities as the characters that they stand for: what is made of it is text, never markup. */
export function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,5}));/g,
    (whole, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
