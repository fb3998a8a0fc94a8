import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { sourceTree } from "../testing/source-tree.ts";
import { tryLock, waitForLock } from "./lock.ts";

const PATIENTLY = { timeout: 50_000, interval: 20 };

test("shared, any number hold it; alone, one", () => {
  const path = join(sourceTree({}), "lock");
  const [one, two] = [tryLock(path, true), tryLock(path, true)];
  expect([one, two]).not.toContain(null);
  expect(tryLock(path)).toBeNull();
  one?.release();
  expect(tryLock(path)).toBeNull();
  two?.release();
  const alone = tryLock(path);
  expect(alone).not.toBeNull();
  expect(tryLock(path, true)).toBeNull();
  alone?.release();
});

test("one that was taken before its file was removed is none", () => {
  const path = join(sourceTree({}), "lock");
  const removed = tryLock(path);
  rmSync(path);
  const lock = tryLock(path);
  expect(lock).not.toBeNull();
  removed?.release();
  expect(tryLock(path)).toBeNull();
  lock?.release();
});

test("ends with who holds it, also by kill -9", async () => {
  const folder = sourceTree({});
  const [path, taken] = [join(folder, "lock"), join(folder, "taken")];
  const script = `import { tryLock } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))};
    import { writeFileSync } from "node:fs";
    const lock = tryLock(${JSON.stringify(path)});
    writeFileSync(${JSON.stringify(taken)}, String(lock !== null));
    setInterval(() => lock, 1_000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" });
  try {
    await vi.waitFor(() => expect(existsSync(taken)).toBe(true), PATIENTLY);
    expect(tryLock(path)).toBeNull();
    let waits = 0;
    const lock = waitForLock(path, {
      signal: new AbortController().signal,
      onWait: () => {
        waits += 1;
        holder.kill("SIGKILL");
      },
    });
    (await lock).release();
    expect(waits).toBe(1);
  } finally {
    holder.kill("SIGKILL");
  }
});

test("is waited for until the wait is called off", async () => {
  const path = join(sourceTree({}), "lock");
  const held = tryLock(path);
  const control = new AbortController();
  const waiting = waitForLock(path, { signal: control.signal, onWait: () => control.abort("SIGTERM") });
  await expect(waiting).rejects.toThrow("SIGTERM");
  held?.release();
});
