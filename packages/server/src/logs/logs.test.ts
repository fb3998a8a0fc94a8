import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LogFiles, type LogPlace, Logs, type RemoteWorker } from "./index.ts";

const PLACE: LogPlace = {
  run: "run_1",
  runCreatedAt: Date.UTC(2026, 10, 21),
  job: 1_234,
  attempt: 2,
  token: 7,
  worker: "w1",
};
const NO_INDEX = new Uint8Array();

let home: string;
let files: LogFiles;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gaia-logs-"));
  files = new LogFiles(home);
});
afterEach(() => rmSync(home, { recursive: true }));

async function text(offset: number, length: number): Promise<string> {
  return (await files.read(PLACE, offset, length)).data.toString();
}

describe("logs in the home", () => {
  test("are empty until there is one", async () => {
    expect(await files.read(PLACE, 0, 10)).toEqual({ data: Buffer.alloc(0), sizeBytes: 0, changedAt: 0 });
  });

  test("keep what a worker sends, once, whatever is sent twice or too early", async () => {
    expect(await files.store(PLACE, 0, Buffer.from("hello "), NO_INDEX)).toBe(6);
    expect(await files.store(PLACE, 0, Buffer.from("hello wor"), NO_INDEX)).toBe(9);
    expect(await files.store(PLACE, 3, Buffer.from("lo"), NO_INDEX)).toBe(9);
    expect(await files.store(PLACE, 20, Buffer.from("later"), NO_INDEX)).toBe(9);
    expect(await files.store(PLACE, 9, Buffer.from("ld"), NO_INDEX)).toBe(11);
    expect(await text(0, 100)).toBe("hello world");
    expect([await text(6, 3), await text(11, 5), await text(50, 5)]).toEqual(["wor", "", ""]);
  });
});

describe("logs that lie with a worker", () => {
  const remote = (log: string): RemoteWorker => ({
    readLog: async (_, offset, length) => ({
      data: Buffer.from(log).subarray(offset, offset + length),
      size: log.length,
      error: "",
    }),
  });

  test("are read there, and here what has been sent", async () => {
    await files.store(PLACE, 0, Buffer.from("sent "), NO_INDEX);
    const logs = new Logs(files, (worker) => (worker === "w1" ? remote("sent and not") : null));
    expect((await logs.read(PLACE, 0, 100)).data.toString()).toBe("sent ");
    const rest = await logs.read(PLACE, 5, 100);
    expect([rest.data.toString(), rest.sizeBytes]).toEqual(["and not", 12]);
    expect((await logs.read(PLACE, 0, 0)).sizeBytes).toBe(12);
  });

  test("are what is here when the worker is away or has none", async () => {
    await files.store(PLACE, 0, Buffer.from("kept"), NO_INDEX);
    const failing: RemoteWorker = {
      readLog: async () => ({ data: new Uint8Array(), size: 0, error: "the worker went away" }),
    };
    for (const worker of [null, failing]) {
      const logs = new Logs(files, () => worker);
      expect((await logs.read(PLACE, 0, 100)).data.toString()).toBe("kept");
      expect((await logs.read(PLACE, 4, 100)).sizeBytes).toBe(4);
    }
  });
});
