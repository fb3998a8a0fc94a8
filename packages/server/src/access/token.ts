import { GaiaError } from "@gaia/contracts";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** 256 bits; the prefix lets secret scanners recognise a token that leaked. */
const PREFIX = "gaia_";
const TOKEN_BYTES = 32;
/** Whoever writes the file by hand may choose another token, but not a guessable one. */
const LEAST_CHARACTERS = 20;

/** Says whether a presented token is the right one. Holds its hash only. */
export interface TokenCheck {
  /** Tells one token from another, and nothing else about it. */
  readonly fingerprint: string;
  matches(presented: string): boolean;
}

/**
 * Reads the server's token, and makes it at the first start. The file may be read by its owner only: looser rights are
 * taken away.
 *
 * @throws GaiaError `storage_read_only` when the file cannot be read or made, `invalid_request` when it holds no token.
 */
export function openToken(file: string): TokenCheck {
  const token = readToken(file) ?? makeToken(file);
  if (token.length < LEAST_CHARACTERS) {
    const remedy = "Remove the file; the next start makes a new one.";
    throw new GaiaError(
      "invalid_request",
      `${file} holds no usable token (${LEAST_CHARACTERS} characters at least). ${remedy}`,
    );
  }
  return tokenCheck(token);
}

/** The check for a token. Hashes have equal lengths, so that comparing them takes the same time for every guess. */
export function tokenCheck(token: string): TokenCheck {
  const wanted = hashOf(token);
  // Of its hash, with a word before it: it is written down, and must not be what tokens are compared with.
  const fingerprint = hashOf(`sessions ${wanted.toString("hex")}`).toString("hex");
  return { fingerprint, matches: (presented) => timingSafeEqual(hashOf(presented), wanted) };
}

function readToken(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8").trim();
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return text;
  } catch (caught) {
    if (caught instanceof Error && "code" in caught && caught.code === "ENOENT") return null;
    throw notUsable(file, caught);
  }
}

function makeToken(file: string): string {
  const token = PREFIX + randomBytes(TOKEN_BYTES).toString("base64url");
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // `wx`: a file that another process made in between is not overwritten, and no link is followed.
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: "wx" });
    return token;
  } catch (caught) {
    throw notUsable(file, caught);
  }
}

function notUsable(file: string, caught: unknown): GaiaError {
  const why = caught instanceof Error ? caught.message : String(caught);
  return new GaiaError(
    "storage_read_only",
    `The token file ${file} cannot be used: ${why}`,
    {},
    { cause: caught },
  );
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
