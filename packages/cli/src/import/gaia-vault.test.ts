import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readGaiaVault } from "./gaia-vault.ts";

const KEY = Buffer.from(
  "-----BEGIN PRIVATE KEY-----\nanything: its bytes are the key\n-----END PRIVATE KEY-----\n",
);

/** As the original writes it. */
function sealed(plain: string, key = KEY): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(7n);
  const cipher = createCipheriv("aes-256-gcm", createHash("sha256").update(key).digest(), nonce);
  const bytes = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return Buffer.from(Buffer.from(`${nonce.toString("hex")}||${bytes.toString("hex")}`).toString("hex"));
}

function sealedLegacy(plain: string, key = KEY): Buffer {
  const pad = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, Buffer.alloc(16 - (bytes.length % 16), 16 - (bytes.length % 16))]);
  const start = Buffer.alloc(16, 3);
  const password = pad(key).toString("base64url").slice(0, 16);
  const cipher = createCipheriv("aes-128-cfb", Buffer.from(password), start);
  const bytes = Buffer.concat([cipher.update(pad(Buffer.from(plain))), cipher.final()]);
  return Buffer.from(
    Buffer.concat([start, bytes]).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
  );
}

describe("the vault of an original Gaia", () => {
  it("gives whole values, also those with a = in them", () => {
    const { secrets, lostLines } = readGaiaVault(sealed("DB=a=b=c\nEMPTY=\nÜ=☃"), KEY);
    expect([...secrets]).toEqual([
      ["DB", "a=b=c"],
      ["EMPTY", ""],
      ["Ü", "☃"],
    ]);
    expect(lostLines).toBe(0);
  });

  it("counts the lines of values that the original has lost itself", () => {
    expect(readGaiaVault(sealed("PEM=first\nsecond\n=third\nOK=1"), KEY)).toMatchObject({ lostLines: 2 });
  });

  it("may be empty", () => {
    expect(readGaiaVault(Buffer.from(""), KEY).secrets.size).toBe(0);
  });

  it("may be of the older form", () => {
    const { secrets } = readGaiaVault(sealedLegacy("GAIA_CHECK_SECRET=!CHECK_ME!\nA=1"), KEY);
    expect([...secrets]).toEqual([["A", "1"]]);
  });

  it.each([
    ["another key", sealed("A=1", Buffer.from("other")), "another one"],
    [
      "another key, of the older form",
      sealedLegacy("GAIA_CHECK_SECRET=!CHECK_ME!", Buffer.from("other")),
      "another one",
    ],
    ["damage", Buffer.from(Buffer.from("0011||").toString("hex")), "damaged"],
    ["too little", Buffer.from("c2hvcnQ="), "too short"],
  ])("says what is wrong: %s", (_, file, message) => {
    expect(() => readGaiaVault(file, KEY)).toThrow(message);
  });
});
