import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { judgeDisk, readDisk } from "./disk.ts";

const MB = 1024 * 1024;

it("keeps one percent of the disk, between 32 and 256 MB", () => {
  for (const [sizeBytes, floorMb] of [
    [1_000 * MB, 32],
    [10_000 * MB, 100],
    [4_000_000 * MB, 256],
  ] as const) {
    expect(judgeDisk("/data", floorMb * MB, sizeBytes).problem).toBeNull();
    expect(judgeDisk("/data", floorMb * MB - 1, sizeBytes).problem).toBe(
      `only ${floorMb - 1} MB are free on the worker's disk (/data), fewer than the ${floorMb} MB that it keeps; free some space`,
    );
  }
});

it("reads the disk of a folder", async () => {
  expect((await readDisk(tmpdir())).freeBytes).toBeGreaterThan(0);
});
