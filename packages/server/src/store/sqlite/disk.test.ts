import { execFileSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Store } from "../port.ts";
import { newRun } from "../suite/example.ts";
import { expectRefusal } from "../suite/fixture.ts";
import { NO_FOLDER, type TemporaryFolder, temporaryFolder } from "./fixture.ts";
import { openSqliteStore } from "./store.ts";

const DISK_BYTES = 4_000_000;

/** A small disk of its own can be made by root only, on Linux. */
describe.runIf(canMount())("on a disk", () => {
  let folder: TemporaryFolder = NO_FOLDER;
  let file = "";

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, "gaia.db");
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder.path]);
  });
  afterEach(() => {
    execFileSync("umount", [folder.path]);
    folder.remove();
  });

  it("that is full, a commit is refused whole, and goes through when there is room again", async () => {
    const store = await openSqliteStore({ file });
    const filler = join(folder.path, "filler");
    await store.commit({ runs: [newRun({ id: "run_0" })] });
    fill(filler);
    const refused = await commitUntilRefused(store);
    await expectRefusal(store.commit({ runs: [bigRun(9_000)] }), "storage_full", /free some space/);
    expect(await store.runs.load(refused)).toBeNull();
    expect((await store.runs.load("run_0"))?.version).toBe(1);
    rmSync(filler);
    await store.commit({ runs: [bigRun(9_001)] });
    expect(await store.runs.load("run_9001")).not.toBeNull();
    expect(await store.upkeep.check()).toEqual([]);
    await store.close();
  });

  it("that is full, commits of one group fail or succeed one by one, and what was acknowledged is kept", async () => {
    const store = await openSqliteStore({ file });
    const filler = join(folder.path, "filler");
    fill(filler, 600_000);
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) => store.commit({ runs: [bigRun(index + 1)] })),
    );
    rmSync(filler);
    const kept = results.flatMap((result, index) =>
      result.status === "fulfilled" ? [`run_${index + 1}`] : [],
    );
    expect(kept.length).toBeLessThan(60);
    expect(await store.runs.live()).toEqual(kept);
    await store.close();
    const again = await openSqliteStore({ file });
    expect(await again.runs.live()).toEqual(kept);
    expect(await again.upkeep.check()).toEqual([]);
    await again.close();
  });

  it("that is full, no store is made, and the message says so", async () => {
    fill(join(folder.path, "filler"));
    await expectRefusal(openSqliteStore({ file }), "storage_full", /disk is full/);
  });

  it("that can only be read, a store is refused, new or old", async () => {
    await (await openSqliteStore({ file })).close();
    execFileSync("mount", ["-o", "remount,ro", folder.path]);
    await expectRefusal(openSqliteStore({ file }), "storage_read_only", /cannot be written.*EROFS/);
    const other = join(folder.path, "other.db");
    await expectRefusal(openSqliteStore({ file: other }), "storage_read_only");
    expect(existsSync(other)).toBe(false);
  });
});

/** Its text cannot be compressed, so that it takes room. */
function bigRun(number: number): ReturnType<typeof newRun> {
  const noise = Array.from({ length: 4_000 }, () => Math.random().toString(36).slice(2, 10)).join("");
  return newRun({ id: `run_${number}`, createdAt: number, facts: { number, definition: noise } });
}

async function commitUntilRefused(store: Store): Promise<string> {
  for (let number = 2; number < 1_000; number++) {
    try {
      await store.commit({ runs: [bigRun(number)] });
    } catch {
      return `run_${number}`;
    }
  }
  throw new Error("the disk never became full");
}

/** Leaves so much room. */
function fill(file: string, roomBytes = 0): void {
  const { bavail, bsize } = statfsSync(join(file, ".."));
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - roomBytes)));
}

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const probe = temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe.path], { stdio: "ignore" });
    execFileSync("umount", [probe.path]);
    return true;
  } catch {
    return false;
  } finally {
    probe.remove();
  }
}
