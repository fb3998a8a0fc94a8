import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newMasterKey, parseMasterKey, rewrap, seal, unseal } from "./envelope.ts";

const text = fc.string({ unit: "binary", maxLength: 200 });
const name = fc.record({
  namespace: fc.constantFrom("default", "other"),
  name: fc.constantFrom("TOKEN", "TOKEN2", "A"),
  version: fc.integer({ min: 1, max: 1_000 }),
});
const NAME = { namespace: "default", name: "TOKEN", version: 1 };

describe("an envelope", () => {
  it("gives back what was put into it, and shows nothing of it", () => {
    fc.assert(
      fc.property(text, name, (value, name) => {
        const key = newMasterKey();
        const envelope = seal(value, name, key);
        expect(unseal(envelope, name, key)).toBe(value);
        const bytes = Buffer.concat([
          Buffer.from(envelope.sealed, "base64"),
          Buffer.from(envelope.wrappedKey, "base64"),
        ]);
        if (Buffer.byteLength(value) >= 8) expect(bytes.includes(value)).toBe(false);
      }),
    );
  });

  it("never looks the same twice", () => {
    const key = newMasterKey();
    const [one, other] = [seal("the same", NAME, key), seal("the same", NAME, key)];
    expect(one.sealed).not.toBe(other.sealed);
    expect(one.wrappedKey).not.toBe(other.wrappedKey);
  });

  it("does not open when any one byte of it was changed", () => {
    const key = newMasterKey();
    const envelope = seal("a value of a secret", NAME, key);
    for (const part of ["sealed", "wrappedKey"] as const) {
      const bytes = Buffer.from(envelope[part], "base64");
      for (let index = 0; index < bytes.length; index += 1) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
        const broken = { ...envelope, [part]: changed.toString("base64") };
        expect(unseal(broken, NAME, key), `${part}, byte ${index}`).toBeNull();
      }
      const cut = { ...envelope, [part]: bytes.subarray(0, -1).toString("base64") };
      expect(unseal(cut, NAME, key)).toBeNull();
      expect(unseal({ ...envelope, [part]: `${envelope[part]}!` }, NAME, key)).toBeNull();
      expect(unseal({ ...envelope, [part]: "" }, NAME, key)).toBeNull();
    }
  });

  it("does not open in the place of another, nor with parts of another, nor with another key", () => {
    fc.assert(
      fc.property(text, name, name, (value, mine, theirs) => {
        fc.pre(JSON.stringify(mine) !== JSON.stringify(theirs));
        const key = newMasterKey();
        const envelope = seal(value, mine, key);
        const other = seal("something else", theirs, key);
        expect(unseal(envelope, theirs, key)).toBeNull();
        expect(unseal({ ...envelope, sealed: other.sealed }, mine, key)).toBeNull();
        expect(unseal({ ...envelope, wrappedKey: other.wrappedKey }, mine, key)).toBeNull();
        expect(unseal(envelope, mine, newMasterKey())).toBeNull();
      }),
    );
  });

  it("is wrapped by another key without being opened, and by the old one no more", () => {
    const [from, to] = [newMasterKey(), newMasterKey()];
    const envelope = seal("value", NAME, from);
    const wrapped = rewrap(envelope, NAME, from, to);
    expect(wrapped?.keyId).toBe(to.id);
    expect(unseal({ ...envelope, ...wrapped }, NAME, to)).toBe("value");
    expect(unseal({ ...envelope, ...wrapped }, NAME, from)).toBeNull();
    expect(rewrap(envelope, { ...NAME, version: 2 }, from, to)).toBeNull();
    expect(rewrap(envelope, NAME, to, from)).toBeNull();
  });
});

describe("a master key", () => {
  it("is read as hexadecimal digits and as base64, and has an id that does not tell it", () => {
    const key = newMasterKey();
    const forms = [key.bytes.toString("hex"), key.bytes.toString("base64"), key.bytes.toString("base64url")];
    for (const form of forms) expect(parseMasterKey(form)?.id).toBe(key.id);
    expect(key.bytes.toString("hex")).not.toContain(key.id);
  });

  it.each(["", "password", "0".repeat(63), "0".repeat(65), `${"A".repeat(42)}!`])("is not %j", (given) => {
    expect(parseMasterKey(given)).toBeNull();
  });
});
