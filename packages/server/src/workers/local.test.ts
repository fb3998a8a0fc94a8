import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { pino } from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { LocalWorker } from "./local.ts";
import type { Workers } from "./workers.ts";

/** Processes stand for workers here: what is looked at is who starts them, and when. */

const CHILDREN: ChildProcess[] = [];
let local: LocalWorker | null = null;

afterEach(async () => {
  local?.close();
  const ends = CHILDREN.splice(0).map(async (child) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  await Promise.all(ends);
});

function process(): ChildProcess {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  CHILDREN.push(child);
  return child;
}

function looksAfter(first: ChildProcess | null): { readonly started: () => number } {
  let started = 0;
  local = new LocalWorker({
    spawn: () => {
      started += 1;
      return process();
    },
    first,
    workers: { hasLocal: false, known: [], localProblem: "" } as unknown as Workers,
    logFile: "worker.log",
    isThere: () => false,
    log: pino({ level: "silent" }),
  });
  local.start();
  return { started: () => started };
}

test("a worker that was started before is the one that is looked after: the next comes when it ends", async () => {
  const first = process();
  await once(first, "spawn");
  const { started } = looksAfter(first);
  expect(local?.isComing).toBe(true);
  expect(started()).toBe(0);
  first.kill("SIGKILL");
  await once(first, "exit");
  await vi.waitFor(() => expect(started()).toBe(1), { timeout: 20_000 });
});

test("one that was started before and has ended already gets a successor", async () => {
  const first = process();
  first.kill("SIGKILL");
  await once(first, "exit");
  const { started } = looksAfter(first);
  await vi.waitFor(() => expect(started()).toBe(1), { timeout: 20_000 });
});

test("without one before, one is started at once", async () => {
  const { started } = looksAfter(null);
  await vi.waitFor(() => expect(started()).toBe(1), { timeout: 20_000 });
});
