import { LIMITS } from "@gaia/contracts";

/**
 * The byte strings that must not appear in anything people may see: each secret as it is, each line of it, and as
 * programs like to print it: URL-encoded, JSON-escaped, in hex, in base64 at any of its three alignments, and on its own
 * in base64 of several lines. Other transformations (reversed, split, compressed) cannot be recognised.
 */
export function secretPatterns(secrets: readonly string[]): readonly Buffer[] {
  const texts = new Set<string>();
  for (const secret of secrets) {
    if (Buffer.byteLength(secret, "utf8") < LIMITS.secretBytesMin) continue;
    for (const text of wholeForms(secret)) texts.add(text);
    for (const line of secret.split(/\r?\n/)) texts.add(line);
  }
  return [...texts]
    .map((text) => Buffer.from(text, "utf8"))
    .filter((pattern) => pattern.length >= LIMITS.secretBytesMin)
    .toSorted((left, right) => right.length - left.length);
}

function wholeForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const url = encodeURIComponent(bytes.toString("utf8"));
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    url.replaceAll("%20", "+"),
    json,
    json.replaceAll("/", "\\/"),
    json.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    hex,
    hex.toUpperCase(),
    ...base64Forms(bytes),
    ...base64Lines(bytes),
  ];
}

/** What of the base64 text depends on the secret alone, for each place in a group of three bytes where it may begin. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + bytes.length) * 8) / 6);
    const core = text.slice(first, last);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** Columns after which `base64` of coreutils, and PEM files and `openssl base64`, begin a new line. */
const BASE64_COLUMNS = [76, 64];

/**
 * The lines of base64 that is broken into lines, of a secret that was encoded alone: what `printf %s "$KEY" | base64`
 * prints of any key of more than 57 bytes. The end of the last line depends on what was encoded behind the secret, such
 * as a line end, and is left out.
 */
function base64Lines(bytes: Buffer): readonly string[] {
  const certain = bytes.toString("base64").slice(0, Math.floor((bytes.length * 8) / 6));
  return BASE64_COLUMNS.filter((columns) => certain.length > columns).flatMap((columns) =>
    Array.from({ length: Math.ceil(certain.length / columns) }, (_, line) =>
      certain.slice(line * columns, (line + 1) * columns),
    ),
  );
}
