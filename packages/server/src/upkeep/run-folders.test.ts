import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RunFolders } from "./run-folders.ts";

const RUN = { id: "run_1", createdAt: Date.UTC(2026, 10, 21) };
const goOn = async (): Promise<boolean> => true;

let home: string;
let folder: string;
let folders: RunFolders;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gaia-folders-"));
  folder = join(home, "runs/2026-11/run_1");
  folders = new RunFolders(home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function fill(files: number): void {
  mkdirSync(join(folder, "jobs/0"), { recursive: true });
  mkdirSync(join(folder, "artifacts/0.1/deep"), { recursive: true });
  for (let at = 0; at < files; at += 1) writeFileSync(join(folder, "jobs/0", `${at}.1.log`), "a line\n");
  writeFileSync(join(folder, "artifacts/0.1/deep/large"), Buffer.alloc(1_000_000, 1));
}

function filesLeft(): number {
  return readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

test("a folder takes what the system says that it takes", async () => {
  fill(20);
  const [kilobytes] = execFileSync("du", ["-sk", folder], { encoding: "utf8" }).split("\t");
  expect(await folders.bytesOf(RUN, goOn)).toBe(Number(kilobytes) * 1_024);
  expect(await folders.bytesOf({ ...RUN, id: "run_none" }, goOn)).toBe(0);
});

test("a folder of many files is measured in portions, and not to its end when the server ends", async () => {
  fill(1_200);
  let rests = 0;
  const countRests = async (): Promise<boolean> => {
    rests += 1;
    return true;
  };
  expect(await folders.bytesOf(RUN, countRests)).toBeGreaterThan(1_000_000);
  expect(rests).toBe(2);
  expect(await folders.bytesOf(RUN, async () => false)).toBeNull();
});

test("a discarded folder is gone at once, its files in small steps, also after a restart", async () => {
  fill(30);
  await folders.discard(RUN);
  expect(existsSync(folder)).toBe(false);
  expect(filesLeft()).toBe(31);
  expect(await folders.removeSome(10)).toBe(true);
  expect(filesLeft()).toBe(21);
  const next = new RunFolders(home);
  let steps = 0;
  while (await next.removeSome(10)) steps += 1;
  expect(steps).toBeLessThan(6);
  expect(readdirSync(join(home, "runs/.removed"))).toEqual([]);
  await next.discard(RUN);
});

test("a link is removed, and not what it leads to", async () => {
  fill(1);
  mkdirSync(join(home, "precious"));
  writeFileSync(join(home, "precious/file"), "mine");
  symlinkSync(join(home, "precious"), join(folder, "link"));
  await folders.discard(RUN);
  while (await folders.removeSome(100));
  expect(readdirSync(join(home, "precious"))).toEqual(["file"]);
  expect(filesLeft()).toBe(1);
});

test("a folder that a task has closed is opened and removed", async () => {
  fill(1);
  chmodSync(join(folder, "artifacts/0.1/deep"), 0o000);
  expect(await folders.bytesOf(RUN, goOn)).toBeGreaterThan(1_000_000);
  await folders.discard(RUN);
  while (await folders.removeSome(100));
  expect(filesLeft()).toBe(0);
});
