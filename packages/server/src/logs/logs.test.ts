import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS } from "@gaia/contracts";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AttemptPlace, type FilePart, LogFiles, ShippedFiles } from "./index.ts";

const PLACE: AttemptPlace = { run: "run_1", runCreatedAt: Date.UTC(2026, 10, 21), job: 1_234, attempt: 2 };

let home: string;
let files: LogFiles;
let shipped: ShippedFiles;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gaia-logs-"));
  files = new LogFiles(home);
  shipped = new ShippedFiles(home);
});
afterEach(() => rmSync(home, { recursive: true }));

async function text(offset: number, length: number): Promise<string> {
  return (await files.read(PLACE, offset, length)).data.toString();
}

function part(offset: number, data: string, more: Partial<FilePart> = {}): FilePart {
  return { file: "log", offset, data: Buffer.from(data), last: false, ...more };
}

function inRun(path: string): string {
  return join(home, "runs/2026-11/run_1", path);
}

test("logs in the home are empty until there is one", async () => {
  expect(await files.read(PLACE, 0, 10)).toEqual({ data: Buffer.alloc(0), sizeBytes: 0, changedAt: 0 });
});

describe("what a worker sends", () => {
  test("is kept once, whatever is sent twice; a gap is answered with where to go on", async () => {
    expect(await shipped.store(PLACE, part(0, "hello "))).toEqual({ offset: 6, complete: false });
    expect(await shipped.store(PLACE, part(0, "hello wor"))).toEqual({ offset: 9, complete: false });
    expect(await shipped.store(PLACE, part(3, "lo"))).toEqual({ offset: 9, complete: false });
    expect(await shipped.store(PLACE, part(20, "later", { last: true }))).toEqual({
      offset: 9,
      complete: false,
    });
    expect(await shipped.store(PLACE, part(9, "ld", { last: true }))).toEqual({ offset: 11, complete: true });
    expect(await shipped.store(PLACE, part(11, "", { last: true }))).toEqual({ offset: 11, complete: true });
    expect(await text(0, 100)).toBe("hello world");
    expect([await text(6, 3), await text(11, 5), await text(50, 5)]).toEqual(["wor", "", ""]);
  });

  test("lies where files of the local worker lie", async () => {
    await shipped.store(PLACE, part(0, "[0,1,0]\n", { file: "index", last: true }));
    await shipped.store(PLACE, part(0, "", { last: true }));
    await shipped.store(PLACE, part(0, "# Seen", { file: "summary", last: true }));
    await shipped.store(PLACE, part(0, "kept", { file: "artifacts/a/b", last: true }));
    expect(readdirSync(inRun("jobs/1")).toSorted()).toEqual([
      "1234.2.index",
      "1234.2.log",
      "1234.2.summary.md",
    ]);
    expect(readFileSync(inRun("artifacts/1234.2/a/b"), "utf8")).toBe("kept");
  });

  test("is replaced where a file is whole or nothing, by what a restarted worker found", async () => {
    const file = "artifacts/a";
    await shipped.store(PLACE, part(0, "first version", { file }));
    expect(await shipped.store(PLACE, part(0, "sec", { file }))).toEqual({ offset: 3, complete: false });
    expect(await shipped.store(PLACE, part(3, "ond", { file, last: true }))).toEqual({
      offset: 6,
      complete: true,
    });
    expect(readFileSync(inRun("artifacts/1234.2/a"), "utf8")).toBe("second");
  });

  test("is written in the order in which it came, also when the next part does not wait for the one before", async () => {
    const file = "artifacts/a";
    const [, last] = await Promise.all([
      shipped.store(PLACE, part(0, "x".repeat(LIMITS.fileChunkBytes), { file })),
      shipped.store(PLACE, part(0, "new", { file, last: true })),
    ]);
    expect(last).toEqual({ offset: 3, complete: true });
    expect(readFileSync(inRun("artifacts/1234.2/a"), "utf8")).toBe("new");
  });

  test("is the worker's log byte for byte, in whatever order and however often its parts come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(70), fc.nat(20)), { maxLength: 30 }),
        fc.boolean(),
        async (log, parts, isAtOnce) => {
          const bytes = Buffer.from(log);
          const place = { ...PLACE, run: `run_${Math.random().toString(36).slice(2)}` };
          const cut = ([from, length]: readonly [number, number]): FilePart => ({
            file: "log",
            offset: Math.min(from, bytes.length),
            data: bytes.subarray(from, from + length),
            last: false,
          });
          // The worker is told how far the log has come, and at last sends the rest.
          const stores = parts.map(cut);
          if (isAtOnce) await Promise.all(stores.map((one) => shipped.store(place, one)));
          else for (const one of stores) await new ShippedFiles(home).store(place, one);
          const { sizeBytes } = await files.read(place, 0, 0);
          const rest = { file: "log", offset: sizeBytes, data: bytes.subarray(sizeBytes), last: true };
          expect(await shipped.store(place, rest)).toEqual({ offset: bytes.length, complete: true });
          expect((await files.read(place, 0, 1_000)).data.equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["a negative offset", part(-1, "x"), "invalid_request"],
    ["an offset that is none", part(2 ** 64, "x"), "invalid_request"],
    ["a file that there is not", part(0, "x", { file: "secrets" }), "invalid_request"],
    ["a path upwards", part(0, "x", { file: "artifacts/../../jobs/1/1.1.log" }), "invalid_request"],
    ["an absolute path", part(0, "x", { file: "artifacts//etc/passwd" }), "invalid_request"],
    ["a path with a zero byte", part(0, "x", { file: "artifacts/a\0b" }), "invalid_request"],
    ["a name too long for a file", part(0, "x", { file: `artifacts/${"n".repeat(300)}` }), "invalid_request"],
    ["a huge chunk", part(0, "x".repeat(LIMITS.fileChunkBytes + 1)), "too_large"],
    ["a log past every limit", part(2 * LIMITS.logBytes, "x"), "too_large"],
    ["a summary past its limit", part(LIMITS.summaryBytes, "x", { file: "summary" }), "too_large"],
  ])("is refused: %s", async (_, sent, code) => {
    await expect(async () => shipped.store(PLACE, sent)).rejects.toMatchObject({ code });
    expect(readdirSync(home).filter((name) => name !== "runs")).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)("that cannot be written now may be sent again", async () => {
    mkdirSync(inRun("jobs/1"), { recursive: true });
    chmodSync(inRun("jobs/1"), 0o500);
    await expect(shipped.store(PLACE, part(0, "x"))).rejects.toMatchObject({ code: "storage_read_only" });
    chmodSync(inRun("jobs/1"), 0o700);
    expect(await shipped.store(PLACE, part(0, "x"))).toEqual({ offset: 1, complete: false });
  });

  test("never goes through a link, nor to a file and a folder of the same name", async () => {
    await shipped.store(PLACE, part(0, "x", { file: "artifacts/a", last: true }));
    mkdirSync(inRun("artifacts/1234.2/folder"));
    writeFileSync(join(home, "precious"), "mine");
    symlinkSync(join(home, "precious"), inRun("artifacts/1234.2/link"));
    for (const file of ["artifacts/a/b", "artifacts/folder", "artifacts/link"]) {
      await expect(shipped.store(PLACE, part(0, "y", { file }))).rejects.toMatchObject({
        code: "invalid_request",
      });
    }
    expect(readFileSync(join(home, "precious"), "utf8")).toBe("mine");
  });
});
