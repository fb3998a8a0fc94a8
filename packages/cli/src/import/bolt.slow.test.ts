import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoltFile } from "./bolt.ts";

const PROGRAM = fileURLToPath(new URL("testing/bolt", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gaia-bolt-"));
const path = join(folder, "gaia.db");

/** Written by bbolt itself. */
describe("a file of bbolt", () => {
  let bytes = Buffer.alloc(0);
  beforeAll(() => {
    const ran = spawnSync("go", ["run", ".", path], { cwd: PROGRAM, encoding: "utf8" });
    if (ran.error !== undefined)
      throw new Error("Go is missing: apt-get install golang-go", { cause: ran.error });
    expect(ran.stderr.replaceAll(/^go: .*\n/gm, "")).toBe("");
    bytes = readFileSync(path);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has its buckets", () => {
    expect(new BoltFile(bytes).buckets).toEqual(["Empty", "Large", "Small"]);
  });

  it("has small buckets, empty ones, and none that is not there", () => {
    const file = new BoltFile(bytes);
    expect(file.entries("Small").map(({ key, value }) => [key.toString(), value.toString()])).toEqual([
      ["a", '{"name":"ä"}'],
    ]);
    expect(file.entries("Empty")).toEqual([]);
    expect(file.entries("Nowhere")).toEqual([]);
  });

  it("has large buckets in the order of their keys, whatever was deleted", () => {
    const entries = new BoltFile(bytes).entries("Large");
    expect(entries).toHaveLength(4_999);
    expect(entries.map(({ key }) => Number(key.readBigUInt64BE()))).toEqual(
      Array.from({ length: 4_999 }, (_, index) => index + 1),
    );
    expect(entries[6]?.value.toString()).toBe(`value 7${"x".repeat(20_000)}`);
  });

  it("may have been written half: the older of its two beginnings counts", () => {
    const [first, second] = [0, 4_096].map((page) => {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(page + 40) ^ 0xff, page + 40);
      return new BoltFile(damaged).entries("Large").length;
    });
    expect([first, second].toSorted((left = 0, right = 0) => left - right)).toEqual([4_999, 5_000]);
  });

  it.each([
    ["nothing", () => Buffer.alloc(0)],
    ["something else", () => Buffer.alloc(20_000, "text")],
    ["half of one", () => bytes.subarray(0, 9_000)],
  ])("is told from %s", (_, make) => {
    expect(() => new BoltFile(make()).entries("Large")).toThrow(/bbolt|damaged/);
  });
});
