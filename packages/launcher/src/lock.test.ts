import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { shareLock, takeLock } from "./lock.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-lock-"));
  path = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("one at a time takes a lock, and leaves no file beside it", () => {
  const held = takeLock(path);
  expect([takeLock(path), shareLock(path)]).toEqual([null, null]);
  expect(readdirSync(folder)).toEqual(["lock"]);
  held?.release();
  const next = takeLock(path);
  expect(next).not.toBe(null);
  next?.release();
});

test("any number share one, and nobody takes it until all have released it", () => {
  const [one, other] = [shareLock(path), shareLock(path)];
  expect([one, other]).not.toContain(null);
  one?.release();
  expect(takeLock(path)).toBe(null);
  other?.release();
  const next = takeLock(path);
  expect(next).not.toBe(null);
  next?.release();
});

test.each(["takeLock", "shareLock"])("what another process has by %s ends with it", async (how) => {
  const module = JSON.stringify(new URL("lock.ts", import.meta.url).href);
  const script = `const lock = await import(${module}); console.log(lock.${how}(process.argv[1]) !== null); setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, path], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    expect(said.toString()).toBe("true\n");
    expect(takeLock(path)).toBe(null);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const next = takeLock(path);
  expect(next).not.toBe(null);
  next?.release();
});
