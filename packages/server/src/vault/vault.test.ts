import { LIMITS } from "@gaia/contracts";
import Database from "better-sqlite3";
import {
  chmodSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newMasterKey } from "./envelope.ts";
import { SecretSource } from "./secret-source.ts";
import { LOCAL, SPACE, VaultOnDisk } from "./testing/vault-on-disk.ts";

let at: VaultOnDisk;
beforeEach(async () => {
  at = new VaultOnDisk();
  await at.open();
});
afterEach(() => at.remove());

const VALUE = "s3cr3t-Value/with+signs=";

function keysInFile(): readonly string[] {
  return readFileSync(at.keyFile, "utf8").trim().split("\n");
}

describe("a secret", () => {
  it("is given to tasks, also after a restart, and stands in no file", async () => {
    await at.set("TOKEN", VALUE);
    expect(at.read("TOKEN")).toBe(VALUE);
    expect(at.read("OTHER")).toBeNull();
    await at.open();
    expect(at.read("TOKEN")).toBe(VALUE);
    expect(statSync(at.keyFile).mode & 0o777).toBe(0o600);
    for (const file of readdirSync(at.folder)) {
      const bytes = readFileSync(join(at.folder, file));
      expect(bytes.includes(VALUE), file).toBe(false);
      if (join(at.folder, file) !== at.keyFile) expect(bytes.includes(keysInFile()[0] ?? "?")).toBe(false);
    }
  });

  it("has versions, as many as the limit says, and who made them", async () => {
    for (let number = 1; number <= LIMITS.secretVersions + 2; number += 1)
      await at.set("TOKEN", `value-${number}`);
    const versions = await at.vault.versions(SPACE, "TOKEN");
    expect(versions.map((row) => row.version)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(versions[0]).toEqual({ version: 12, at: 1_000, actor: LOCAL });
    const order = { namespace: SPACE, name: "TOKEN", actor: LOCAL };
    expect(await at.vault.reveal({ ...order, version: null })).toEqual({ version: 12, value: "value-12" });
    expect(await at.vault.reveal({ ...order, version: 3 })).toEqual({ version: 3, value: "value-3" });
    await expect(at.vault.reveal({ ...order, version: 2 })).rejects.toMatchObject({ code: "not_found" });
    expect(at.notes.at(-1)).toMatchObject({
      kind: "secret.revealed",
      subject: "",
      body: { secret: "TOKEN", version: 3 },
    });
    expect(JSON.stringify(at.notes)).not.toContain("value-");
  });

  it("that cannot be noted as shown is not shown", async () => {
    await at.set("TOKEN", VALUE);
    at.beforeCommit = () => {
      throw new Error("the disk is full");
    };
    const order = { namespace: SPACE, name: "TOKEN", version: null, actor: LOCAL };
    await expect(at.vault.reveal(order)).rejects.toThrow("the disk is full");
  });

  it("changes its scopes and description without its value", async () => {
    await at.set("TOKEN", VALUE);
    const order = { namespace: SPACE, name: "TOKEN", value: null, actor: LOCAL };
    await at.vault.set({ ...order, scopes: ["deploy-*"], description: "for deployments" });
    expect(at.vault.secret(SPACE, "TOKEN")).toMatchObject({ version: 1, scopes: ["deploy-*"] });
    expect(at.read("TOKEN", "deploy-eu")).toBe(VALUE);
    expect(at.read("TOKEN", "build")).toContain("its scopes are deploy-*");
    expect(at.read("TOKEN", "build")).toContain(
      "gaia secret set TOKEN --keep-value --scope 'deploy-*' --scope 'build'",
    );
    await at.set("TOKEN", "another-value");
    expect(at.vault.secret(SPACE, "TOKEN")).toMatchObject({ version: 2, description: "for deployments" });
    await expect(at.vault.set({ ...order, name: "NONE" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is gone when it was removed, with its versions", async () => {
    await at.set("TOKEN", VALUE);
    await at.vault.remove(SPACE, "TOKEN", LOCAL);
    expect(at.read("TOKEN")).toBeNull();
    await at.open();
    expect(at.vault.list(SPACE)).toEqual([]);
    await expect(at.vault.remove(SPACE, "TOKEN", LOCAL)).rejects.toMatchObject({ code: "not_found" });
    await at.set("TOKEN", "new-value");
    expect(at.read("TOKEN")).toBe("new-value");
  });

  it("loses one version, but not the newest alone", async () => {
    for (const value of ["value-1", "value-2", "value-3"]) await at.set("TOKEN", value);
    const remove = (version: number, name = "TOKEN") => at.vault.removeVersion(SPACE, name, version, LOCAL);
    await remove(2);
    expect(at.notes.at(-1)).toMatchObject({
      kind: "secret.version_removed",
      body: { secret: "TOKEN", version: 2 },
    });
    const refused = {
      code: "conflict",
      message: expect.stringMatching(/3 is the newest.*gaia secret rm TOKEN/),
    };
    await expect(remove(3)).rejects.toMatchObject(refused);
    await expect(remove(2)).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("no version 2"),
    });
    await expect(remove(1, "NONE")).rejects.toMatchObject({ code: "not_found" });
    await at.open();
    expect((await at.vault.versions(SPACE, "TOKEN")).map((row) => row.version)).toEqual([3, 1]);
    expect(at.read("TOKEN")).toBe("value-3");
    await at.set("TOKEN", "value-4");
    expect(at.vault.secret(SPACE, "TOKEN").version).toBe(4);
  });

  it("whose name is wrong is not repeated: it may be a value in the wrong place", async () => {
    await expect(at.set(VALUE, VALUE)).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.not.stringContaining(VALUE),
    });
  });

  it("set by many at once has every version once", async () => {
    await Promise.all(["one-1", "two-2", "three", "four-4"].map((value) => at.set("TOKEN", value)));
    expect(at.vault.secret(SPACE, "TOKEN").version).toBe(4);
    expect(at.read("TOKEN")).toBe("four-4");
  });

  it.each([
    ["", VALUE, /named as a variable/],
    ["1A", VALUE, /named as a variable/],
    ["A-B", VALUE, /named as a variable/],
    ["TOKEN", "", /5 bytes at least/],
    ["TOKEN", "1234", /5 bytes at least/],
    ["TOKEN", "12345\0", /zero bytes/],
    ["TOKEN", "12345\uD800", /whole Unicode/],
    ["TOKEN", "x".repeat(LIMITS.secretValueBytes + 1), /secretValueBytes/],
  ])("number %# is refused", async (name, value, says) => {
    await expect(at.set(name, value)).rejects.toThrow(says);
    expect(at.vault.list(SPACE)).toEqual([]);
    expect(existsSync(at.keyFile)).toBe(false);
  });

  it("that was changed in the database, or moved to another's row, is refused by name", async () => {
    await at.set("TOKEN", VALUE);
    await at.set("OTHER", "other-value");
    const database = new Database(at.database);
    database.exec(`update secret_version set sealed = other.sealed, wrapped_key = other.wrapped_key
      from secret_version other where other.name = 'OTHER' and secret_version.name = 'TOKEN'`);
    database.close();
    await at.open();
    expect(at.read("TOKEN")).toMatch(/^refused: .*TOKEN was changed or damaged.*gaia secret set TOKEN/);
    expect(at.read("OTHER")).toBe("other-value");
    await at.set("TOKEN", VALUE);
    expect(at.read("TOKEN")).toBe(VALUE);
  });
});

describe("a key that is missing or wrong", () => {
  beforeEach(() => at.set("TOKEN", VALUE));

  it.each([
    ["missing", null, /is missing/],
    ["another", `${newMasterKey().bytes.toString("hex")}\n`, /not the one/],
    ["no key", "hello\n", /does not hold a master key/],
    ["empty", "", /does not hold a master key/],
  ] as const)("%s: says so, overwrites nothing, and opens when it is back", async (_, written, says) => {
    const kept = join(at.folder, "kept");
    renameSync(at.keyFile, kept);
    if (written !== null) writeFileSync(at.keyFile, written);
    const before = existsSync(at.keyFile) ? readFileSync(at.keyFile, "utf8") : null;
    await at.open();
    await at.vault.settle();
    expect((await at.vault.state()).problem).toMatch(says);
    expect(at.read("TOKEN")).toMatch(says);
    await expect(at.set("NEW", "new-value")).rejects.toMatchObject({ code: "vault_locked" });
    await expect(at.vault.rotate(SPACE, LOCAL)).rejects.toMatchObject({ code: "vault_locked" });
    expect(existsSync(at.keyFile) ? readFileSync(at.keyFile, "utf8") : null).toBe(before);
    renameSync(kept, at.keyFile);
    expect(at.read("TOKEN")).toBe(VALUE);
    expect((await at.vault.state()).problem).toBe("");
    await at.set("NEW", "new-value");
    expect(at.read("NEW")).toBe("new-value");
  });

  it("is no way to keep secrets from being removed; then a new key is made", async () => {
    rmSync(at.keyFile);
    await at.open();
    await at.vault.remove(SPACE, "TOKEN", LOCAL);
    await at.set("NEW", "new-value");
    expect(at.read("NEW")).toBe("new-value");
  });

  it("that goes while the server runs: nothing more is stored under it, and a rotation saves the rest", async () => {
    rmSync(at.keyFile);
    expect(at.read("TOKEN")).toBe(VALUE);
    await expect(at.set("NEW", "new-value")).rejects.toThrow(/gaia secret rotate/);
    await at.vault.rotate(SPACE, LOCAL);
    await at.open();
    expect(at.read("TOKEN")).toBe(VALUE);
  });

  it("that somebody else put there is not overwritten by a rotation", async () => {
    const foreign = `${newMasterKey().bytes.toString("hex")}\n`;
    writeFileSync(at.keyFile, foreign);
    await expect(at.vault.rotate(SPACE, LOCAL)).rejects.toMatchObject({ code: "vault_locked" });
    expect(readFileSync(at.keyFile, "utf8")).toBe(foreign);
  });

  it("that others may read is taken away from them", async () => {
    chmodSync(at.keyFile, 0o644);
    await at.open();
    expect(at.read("TOKEN")).toBe(VALUE);
    expect(statSync(at.keyFile).mode & 0o777).toBe(0o600);
  });
});

describe("a rotation", () => {
  it("replaces the key; what was stored is read before, meanwhile and after", async () => {
    for (const name of ["A", "B", "C"]) for (const n of [1, 2]) await at.set(name, `${name}-value-${n}`);
    const [old] = keysInFile();
    at.beforeCommit = () => expect(at.read("A")).toBe("A-value-2");
    const rotation = at.vault.rotate(SPACE, LOCAL);
    const meanwhile = at.set("D", "D-value-1");
    expect(await rotation).toMatchObject({ rewrapped: 6, damaged: 0 });
    await meanwhile;
    expect(keysInFile()).toHaveLength(1);
    expect(keysInFile()).not.toContain(old);
    await at.open();
    expect(["A", "B", "C", "D"].map((name) => at.read(name))).toEqual([
      "A-value-2",
      "B-value-2",
      "C-value-2",
      "D-value-1",
    ]);
    const first = await at.vault.reveal({ namespace: SPACE, name: "A", version: 1, actor: LOCAL });
    expect(first.value).toBe("A-value-1");
    expect(at.notes.some((note) => note.kind === "secret.key_rotated")).toBe(true);
  });

  it("that was cut short leaves everything readable, and the next start ends it", async () => {
    for (let n = 0; n < 120; n += 1) await at.set(`S${n}`, `value-${n}`);
    let commits = 0;
    at.beforeCommit = () => {
      if ((commits += 1) === 2) throw new Error("cut");
    };
    await expect(at.vault.rotate(SPACE, LOCAL)).rejects.toThrow("cut");
    expect(keysInFile()).toHaveLength(2);
    at.beforeCommit = () => {};
    expect(await at.store.secrets.keyIds()).toHaveLength(2);
    await at.open();
    for (let n = 0; n < 120; n += 1) expect(at.read(`S${n}`)).toBe(`value-${n}`);
    await at.vault.settle();
    expect(keysInFile()).toHaveLength(1);
    await at.open();
    for (let n = 0; n < 120; n += 1) expect(at.read(`S${n}`)).toBe(`value-${n}`);
  });

  it("keeps the old key as long as a damaged version needs it, and tells of it", async () => {
    await at.set("GOOD", "good-value");
    await at.set("BAD", "bad-value");
    const database = new Database(at.database);
    database.exec("update secret_version set wrapped_key = 'AAAA' where name = 'BAD'");
    database.close();
    await at.open();
    expect(await at.vault.rotate(SPACE, LOCAL)).toMatchObject({ rewrapped: 1, damaged: 1 });
    expect(keysInFile()).toHaveLength(2);
    expect(at.read("GOOD")).toBe("good-value");
    await at.vault.remove(SPACE, "BAD", LOCAL);
    await at.vault.rotate(SPACE, LOCAL);
    expect(keysInFile()).toHaveLength(1);
  });
});

describe("a key in the environment", () => {
  const hex = (): string => newMasterKey().bytes.toString("hex");

  it("is used in place of the file, and is taken over from by a new one before it", async () => {
    const [old, next] = [hex(), hex()];
    at.environment["GAIA_VAULT_KEY"] = old;
    await at.open();
    await at.set("TOKEN", VALUE);
    expect(existsSync(at.keyFile)).toBe(false);
    await expect(at.vault.rotate(SPACE, LOCAL)).rejects.toMatchObject({ code: "conflict" });
    at.environment["GAIA_VAULT_KEY"] = `${next}, ${old}`;
    await at.open();
    expect(at.read("TOKEN")).toBe(VALUE);
    await at.vault.settle();
    at.environment["GAIA_VAULT_KEY"] = next;
    await at.open();
    expect(at.read("TOKEN")).toBe(VALUE);
    at.environment["GAIA_VAULT_KEY"] = old;
    await at.open();
    expect(at.read("TOKEN")).toMatch(/GAIA_VAULT_KEY is not the one/);
  });
});

describe("where a task's secrets come from", () => {
  it("the store first, then what the environment's list allows; never the vault's own key", async () => {
    const environment = { TOKEN: "from-environment", OTHER: "other", GAIA_VAULT_KEY: "key" };
    const source = new SecretSource(at.vault, ["TOKEN", "GAIA_VAULT_KEY"], environment);
    const asker = { namespace: SPACE, pipeline: "build" };
    const refusal = (name: string, from = asker): string => {
      const found = source.ask(name, from);
      return found.kind === "refused" ? found.why : "";
    };
    expect(source.ask("TOKEN", asker)).toEqual({ kind: "value", value: "from-environment" });
    expect(refusal("OTHER")).toMatch(/^which the server does not have.*gaia secret set OTHER/);
    expect(refusal("GAIA_VAULT_KEY")).toContain("does not have");
    await at.set("TOKEN", VALUE, ["build"]);
    expect(source.ask("TOKEN", asker)).toEqual({ kind: "value", value: VALUE });
    // One that is there and out of scope hides the variable: another value under its name would be a surprise.
    expect(refusal("TOKEN", { ...asker, pipeline: "other" })).toMatch(/^which `other` may not read/);
  });
});
