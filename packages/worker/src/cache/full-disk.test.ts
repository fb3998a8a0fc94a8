import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheText } from "@gaia/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { RETENTION } from "./entries.ts";
import { TaskCaches } from "./task-caches.ts";

/** A small disk of its own can be made by root only, on Linux. */
describe.runIf(process.platform === "linux" && process.getuid?.() === 0)("a cache on a full disk", () => {
  let base: string;
  let disk: string;
  let caches: TaskCaches;
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (_facts: unknown, text?: string) => void warnings.push(text ?? ""),
  };
  const wish = {
    namespace: "default",
    pipeline: "ci",
    key: "modules",
    paths: ["modules"],
    files: [],
    restore: [],
  };

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "gaia-cache-disk-"));
    disk = join(base, "disk");
    mkdirSync(disk);
    mkdirSync(join(base, "work"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "gaia-cache", disk]);
    warnings.length = 0;
    caches = new TaskCaches({
      folder: join(disk, "cache"),
      clock: systemClock,
      log,
      retention: RETENTION,
      reserveBytes: 0,
    });
  });
  afterEach(() => {
    caches.close();
    execFileSync("umount", [disk]);
    rmSync(base, { recursive: true });
  });

  function freeBytes(): number {
    const { bavail, bsize } = statfsSync(disk);
    return bavail * bsize;
  }

  async function save(run: string): Promise<string> {
    const owner = { run, job: 0 };
    const given = { ...wish, root: join(base, "work") };
    const fetched = await caches.fetch(owner, given, new AbortController().signal);
    return cacheText(await caches.save(owner, given, fetched));
  }

  it("leaves nothing when the disk is full in the middle of a save, says so, and saves when there is room", async () => {
    mkdirSync(join(base, "work", "modules"));
    writeFileSync(join(base, "work", "modules", "bytes"), randomBytes(3 * 1024 * 1024));
    // Room for the bytes to the last one, but not for the header and what zstd adds to random bytes.
    writeFileSync(join(disk, "ballast"), Buffer.alloc(freeBytes() - 3 * 1024 * 1024));
    expect(await save("run_1")).toBe("cache miss: not saved, the disk is full");
    expect(warnings).toEqual(["a cache was not saved"]);
    expect(freeBytes()).toBe(3 * 1024 * 1024);
    for (const name of ["entries", "drafts", "placing"])
      expect(readdirSync(join(disk, "cache", name))).toEqual([]);
    rmSync(join(disk, "ballast"));
    expect(await save("run_2")).toMatch(/^cache miss, saved \(3 MB in /);
    expect(existsSync(join(base, "work", "modules", "bytes"))).toBe(true);
    expect(await save("run_3")).toMatch(/^cache hit \(3 MB in /);
  });
});
