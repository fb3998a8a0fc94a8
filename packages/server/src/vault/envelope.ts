import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { SecretVersion, SecretVersionName } from "../store/port.ts";

/**
 * The envelope: a value is sealed under a data key of its own, and the data key under the master key. Both by
 * AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits; what they belong to (namespace, name, version) is
 * associated data, so that a row in another row's place does not open.
 */

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of everything sealed: how the rest is to be read. */
const FORMAT = 1;

export interface MasterKey {
  /** Tells one key from another, and nothing else about it. */
  readonly id: string;
  readonly bytes: Buffer;
}

export type Envelope = Pick<SecretVersion, "keyId" | "wrappedKey" | "sealed">;

export function newMasterKey(): MasterKey {
  return masterKey(randomBytes(KEY_BYTES));
}

export function masterKey(bytes: Buffer): MasterKey {
  const id = createHmac("sha256", bytes).update("gaia vault key id").digest("hex").slice(0, 16);
  return { id, bytes };
}

/** 32 bytes as 64 hexadecimal digits or in base64; null for anything else. */
export function parseMasterKey(text: string): MasterKey | null {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return masterKey(Buffer.from(text, "hex"));
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  return masterKey(Buffer.from(text, "base64"));
}

export function seal(value: string, name: SecretVersionName, key: MasterKey): Envelope {
  const dataKey = randomBytes(KEY_BYTES);
  try {
    return {
      keyId: key.id,
      wrappedKey: encrypt(key.bytes, dataKey, dataOf("key", name)),
      sealed: encrypt(dataKey, Buffer.from(value, "utf8"), dataOf("value", name)),
    };
  } finally {
    dataKey.fill(0);
  }
}

/** The value; null when a byte was changed, the key is another, or the envelope belongs to another secret. */
export function unseal(envelope: Envelope, name: SecretVersionName, key: MasterKey): string | null {
  const dataKey = decrypt(key.bytes, envelope.wrappedKey, dataOf("key", name));
  if (dataKey === null) return null;
  try {
    return decrypt(dataKey, envelope.sealed, dataOf("value", name))?.toString("utf8") ?? null;
  } finally {
    dataKey.fill(0);
  }
}

/** The same data key, wrapped by another master key; null when the old one does not open it. */
export function rewrap(
  envelope: Envelope,
  name: SecretVersionName,
  from: MasterKey,
  to: MasterKey,
): Pick<Envelope, "keyId" | "wrappedKey"> | null {
  const dataKey = decrypt(from.bytes, envelope.wrappedKey, dataOf("key", name));
  if (dataKey === null) return null;
  try {
    return { keyId: to.id, wrappedKey: encrypt(to.bytes, dataKey, dataOf("key", name)) };
  } finally {
    dataKey.fill(0);
  }
}

/** As JSON, so that no two names give the same bytes. */
function dataOf(what: "key" | "value", { namespace, name, version }: SecretVersionName): Buffer {
  return Buffer.from(JSON.stringify(["gaia secret", FORMAT, what, namespace, name, version]), "utf8");
}

function encrypt(key: Buffer, plain: Buffer, associated: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([FORMAT]), nonce, body, cipher.getAuthTag()]).toString("base64");
}

function decrypt(key: Buffer, text: string, associated: Buffer): Buffer | null {
  const all = Buffer.from(text, "base64");
  // Node reads base64 generously; a text that is not exactly what was written was changed.
  if (all.toString("base64") !== text) return null;
  if (all.length < 1 + NONCE_BYTES + TAG_BYTES || all[0] !== FORMAT) return null;
  const nonce = all.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(all.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(all.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
