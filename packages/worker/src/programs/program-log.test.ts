import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS } from "@gaia/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobLog } from "../executors/program/job-log.ts";
import { maskerFor } from "../logs/masker.ts";
import { type LogSink, ProgramLog } from "./program-log.ts";

let folder: string;
let path: string;
let log: ProgramLog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-program-log-"));
  path = join(folder, "program.log");
  writeFileSync(path, "");
  log = new ProgramLog(path);
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

class Sink implements LogSink {
  text = "";
  write(bytes: Buffer): void {
    this.text += bytes.toString("utf8");
  }
}

function attached(): Sink {
  const sink = new Sink();
  log.attach(sink);
  return sink;
}

/** Lines that are told apart, of 10 bytes each. */
function lines(count: number): string {
  return Array.from({ length: count }, (_, line) => `${String(line).padStart(9, "0")}\n`).join("");
}

test("each job has what is printed while it runs, and the next what is printed between", async () => {
  const [one, two] = [attached(), attached()];
  appendFileSync(path, "both\n");
  await log.detach(one);
  appendFileSync(path, "two\n");
  await log.detach(two);
  appendFileSync(path, "between\n");
  const three = attached();
  await log.detach(three);
  expect([one.text, two.text, three.text]).toEqual(["both\n", "both\ntwo\n", "between\n"]);
});

test("hands out each byte once, in order, to all who ask at once", async () => {
  const sinks = [attached(), attached(), attached()];
  const text = lines(500_000);
  appendFileSync(path, text);
  await Promise.all([log.drain(), log.drain(), ...sinks.map((sink) => log.detach(sink)), log.drain()]);
  // No comparison of 5 MB in words.
  expect(sinks.map((sink) => sink.text === text)).toEqual([true, true, true]);
});

test("of what is printed while no job runs, keeps the last lines for the next job, and says so", async () => {
  const bytes = LIMITS.programIdleLogBytes;
  appendFileSync(path, "x".repeat(bytes));
  appendFileSync(path, lines(bytes / 10));
  await log.drain();
  appendFileSync(path, "last\n");
  const sink = attached();
  await log.detach(sink);
  const [note, ...kept] = sink.text.split("\n");
  const leftOut = Number(/^\[gaia\] (\d+) bytes /.exec(note ?? "")?.[1]);
  expect(kept.slice(-2)).toEqual(["last", ""]);
  expect(kept[0]).toMatch(/^\d{9}$/);
  const keptBytes = Buffer.byteLength(kept.join("\n"));
  expect(keptBytes).toBeLessThanOrEqual(bytes);
  expect(keptBytes).toBeGreaterThan(bytes - 20);
  const printed = bytes + 10 * Math.floor(bytes / 10) + "last\n".length;
  expect(leftOut + keptBytes).toBe(printed);
});

test("leaves out a line that is longer than what is kept", async () => {
  appendFileSync(path, "x".repeat(2 * LIMITS.programIdleLogBytes));
  const sink = attached();
  appendFileSync(path, "\nnext\n");
  await log.detach(sink);
  expect(sink.text).toMatch(/^\[gaia\] \d+ bytes .* left out\n\nnext\n$/);
});

test("a job whose log cannot be written leaves those of the others whole", async () => {
  const broken = new JobLog(join(folder, "job.log"));
  broken.close();
  log.attach(broken);
  const sink = attached();
  appendFileSync(path, "hello\n");
  await log.drain();
  broken.say("info", "hello", maskerFor([]));
  await log.detach(broken);
  await log.detach(sink);
  expect(sink.text).toBe("hello\n");
  expect(broken.problem).toMatchObject({ code: "EBADF" });
});

test("a job is given nothing after it has left, also when that could not be read to its end", async () => {
  const failing: LogSink = {
    write() {
      throw new Error("it broke");
    },
  };
  log.attach(failing);
  appendFileSync(path, "one\n");
  await expect(log.detach(failing)).rejects.toThrow("it broke");
  const sink = attached();
  appendFileSync(path, "two\n");
  await log.detach(sink);
  expect(sink.text).toBe("two\n");
});

test("what was printed last is there when the process has ended and the log is closed", async () => {
  const sink = attached();
  appendFileSync(path, "last words\n");
  await log.close();
  await log.detach(sink);
  expect(sink.text).toBe("last words\n");
});
