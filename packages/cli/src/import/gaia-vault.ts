import { createDecipheriv, createHash } from "node:crypto";

/** The secrets of an original Gaia, and what could not be taken from them. */
export interface VaultContent {
  readonly secrets: ReadonlyMap<string, string>;
  /** Lines without a `=`: parts of values of several lines, which the original cannot read back either. */
  readonly lostLines: number;
}

export class VaultError extends Error {
  override readonly name = "VaultError";
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** By it the original tells whether it has decrypted with the right key. */
const CHECK = { key: "GAIA_CHECK_SECRET", value: "!CHECK_ME!" } as const;

/**
 * Decrypts `.gaia_vault`: AES-256-GCM under the SHA-256 of the bytes of `ca.key`, or the older AES-128-CFB. Values are
 * whole here; the original cuts each at its first `=`.
 *
 * @throws VaultError
 */
export function readGaiaVault(file: Buffer, authorityKey: Buffer): VaultContent {
  const text = file.toString("latin1").trim();
  if (text === "") return { secrets: new Map(), lostLines: 0 };
  const plain = /^([0-9a-f]{2})+$/i.test(text)
    ? decrypt(text, authorityKey)
    : decryptLegacy(text, authorityKey);
  const secrets = new Map<string, string>();
  let lostLines = 0;
  for (const line of plain.split("\n")) {
    if (line === "") continue;
    const at = line.indexOf("=");
    if (at <= 0) lostLines += 1;
    else if (line.slice(0, at) !== CHECK.key) secrets.set(line.slice(0, at), line.slice(at + 1));
  }
  return { secrets, lostLines };
}

function decrypt(hex: string, authorityKey: Buffer): string {
  const [nonce = "", sealed = ""] = Buffer.from(hex, "hex").toString("latin1").split("||");
  const bytes = Buffer.from(sealed, "hex");
  if (nonce.length !== 2 * NONCE_BYTES || bytes.length < TAG_BYTES)
    throw new VaultError("the vault is damaged: it does not have the form that Gaia writes");
  const key = createHash("sha256").update(authorityKey).digest();
  const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "hex"));
  cipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(0, -TAG_BYTES)), cipher.final()]).toString("utf8");
  } catch (cause) {
    throw new VaultError(
      "the vault cannot be decrypted with this ca.key: it was encrypted with another one",
      {
        cause,
      },
    );
  }
}

/** URL-safe base64 of a 16-byte start value and AES-128-CFB text; the key is the beginning of the padded key file's base64. */
function decryptLegacy(text: string, authorityKey: Buffer): string {
  const bytes = Buffer.from(text, "base64url");
  const key = Buffer.from(padded(authorityKey).toString("base64url").slice(0, 16), "latin1");
  if (bytes.length <= 16) throw new VaultError("the vault is damaged: it is too short");
  const cipher = createDecipheriv("aes-128-cfb", key, bytes.subarray(0, 16));
  const plain = unpadded(Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()])).toString("utf8");
  if (!plain.split("\n").includes(`${CHECK.key}=${CHECK.value}`))
    throw new VaultError("the vault cannot be decrypted with this ca.key: it was encrypted with another one");
  return plain;
}

function padded(bytes: Buffer): Buffer {
  const more = 16 - (bytes.length % 16);
  return Buffer.concat([bytes, Buffer.alloc(more, more)]);
}

function unpadded(bytes: Buffer): Buffer {
  const more = bytes.at(-1) ?? 0;
  return more >= 1 && more <= 16 ? bytes.subarray(0, -more) : bytes;
}
