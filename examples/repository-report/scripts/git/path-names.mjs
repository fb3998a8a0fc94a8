// File names are bytes, and hostile input. Inside the scripts a name is its *printable form*: unique, one line, safe
// to print in a terminal, to put in JSON and to compare. Contents are read by object id, so raw names are not needed.

const PLAIN = /^[\x20-\x5b\x5d-\x7e]*$/;
const UNPRINTABLE = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The printable form of a name given as latin1 (a character a byte): UTF-8 stays as it is; control and invisible
 * characters (also those that reverse the direction of text), backslashes and bytes that are no UTF-8 are escaped.
 */
export function printablePath(latin1) {
  if (PLAIN.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, "latin1");
  let printable = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at]);
    const character = decode(bytes.subarray(at, at + length));
    printable +=
      character === undefined ? `\\x${bytes[at].toString(16).padStart(2, "0")}` : escape(character);
    at += character === undefined ? 1 : length;
  }
  return printable;
}

/** The name in a `+++ b/…` line of a patch, with git's C quoting undone; undefined for /dev/null. */
export function pathInPatch(text) {
  const unquoted = text.startsWith('"') ? unquote(text) : text.replace(/\t$/, "");
  return unquoted === "/dev/null" ? undefined : printablePath(unquoted.slice(2));
}

/** Undoes git's C quoting, to latin1. */
function unquote(text) {
  const escapes = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
  return text
    .slice(1, text.lastIndexOf('"'))
    .replace(/\\([0-7]{3}|.)/g, (_, code) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
    );
}

function sequenceLength(lead) {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function decode(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function escape(text) {
  const named = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\" };
  return text.replace(
    UNPRINTABLE,
    (character) => named[character] ?? `\\u{${character.codePointAt(0).toString(16)}}`,
  );
}
