import { type FileAck, type FileChunk, GaiaError } from "@gaia/contracts";
import { beforeEach, expect, test } from "vitest";
import type { StoredPart } from "../logs/port.ts";
import { FileIntake } from "./file-intake.ts";

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const FULL = new GaiaError("storage_full", "The disk is full.");

let acks: FileAck[];
let changes: number;
let elapsed: number;
let store: (chunk: FileChunk) => Promise<StoredPart>;
let intake: FileIntake;
let waiting: (() => void) | null;
beforeEach(() => {
  [acks, changes, elapsed, waiting] = [[], 0, 0, null];
  store = async ({ offset, data, last }) => ({ offset: offset + data.length, complete: last });
  intake = new FileIntake({
    worker: "w1",
    clock: { now: () => 0, elapsed: () => elapsed, after: () => () => undefined },
    log: silent,
    store: (chunk) => store(chunk),
    acknowledge: (ack) => {
      acks.push(ack);
      waiting?.();
    },
    changed: () => {
      changes += 1;
    },
  });
});

function chunk(file: string, text = "x", offset = 0): FileChunk {
  const name = { run: "run_1", job: 0, attempt: 1, token: 1 };
  return { name, file, offset, data: Buffer.from(text), last: false };
}

/** Hands a chunk in; resolves to what is answered. */
async function sent(one: FileChunk): Promise<FileAck | undefined> {
  const answered = new Promise<void>((resolve) => (waiting = resolve));
  expect(intake.take(one)).toBe(true);
  await answered;
  return acks.at(-1);
}

function failing(file: string): void {
  const works = store;
  store = async (one) => {
    if (one.file === file) throw FULL;
    return works(one);
  };
}

test("chunks are stored one after the other and answered in their order, however long each takes", async () => {
  const open: (() => void)[] = [];
  const begun: string[] = [];
  store = async ({ file }) => {
    begun.push(file);
    await new Promise<void>((resolve) => open.push(resolve));
    return { offset: 1, complete: false };
  };
  const answers = new Promise<void>((resolve) => {
    waiting = () => {
      if (acks.length === 2) resolve();
    };
  });
  intake.take(chunk("log"));
  intake.take(chunk("index"));
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(["log"]);
  open[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  open[1]?.();
  await answers;
  expect(acks.map((ack) => ack.file)).toEqual(["log", "index"]);
});

test("a full disk is told to the worker, and is over when what did not fit is stored", async () => {
  const works = store;
  failing("log");
  expect(await sent(chunk("log"))).toMatchObject({ code: "storage_full", retry: true, complete: false });
  expect([intake.problem, changes]).toEqual(["The disk is full.", 1]);
  await sent(chunk("log"));
  expect(changes).toBe(1);
  expect(await sent(chunk("index"))).toMatchObject({ code: "" });
  expect(intake.problem).toBe("The disk is full.");
  store = works;
  expect(await sent(chunk("log"))).toMatchObject({ code: "", offset: 1 });
  expect([intake.problem, changes]).toEqual(["", 2]);
});

test("a full disk is no problem any more when the worker has nothing to send", async () => {
  failing("log");
  await sent(chunk("log"));
  elapsed = 5_000;
  intake.look();
  expect(intake.problem).not.toBe("");
  elapsed = 5_001;
  intake.look();
  expect([intake.problem, changes]).toEqual(["", 2]);
});

test("what is refused for good is no problem of the server", async () => {
  store = async () => {
    throw new GaiaError("too_large", "It is too large.");
  };
  expect(await sent(chunk("log"))).toMatchObject({ code: "too_large", retry: false });
  expect([intake.problem, changes]).toEqual(["", 0]);
});

test("no more is kept waiting than the limit allows, also of chunks without bytes", () => {
  store = () => new Promise(() => undefined);
  let taken = 0;
  while (intake.take(chunk("log", ""))) taken += 1;
  expect(taken).toBe(16_384);
});

test("nothing is stored any more for a worker that is gone", async () => {
  let stored = 0;
  store = async () => {
    stored += 1;
    return { offset: 1, complete: false };
  };
  intake.take(chunk("log"));
  intake.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect([stored, acks]).toEqual([0, []]);
});
