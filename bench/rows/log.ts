import { type Lab, withLab } from "../lab.ts";
import { pssMiB } from "../processes.ts";
import { mebibytes, ms, plain, type Row } from "../row.ts";

const LINE = "x".repeat(99);
const TAIL_BYTES = 1_000_000;
const LOOK_EACH_MS = 100;

interface Memory {
  readonly server: number;
  readonly worker: number;
}

/** A job that prints 1 GB. The log is one file: so much free space in the temporary folder is needed, and no more. */
export const bigLog: Row = {
  name: "log",
  run: () =>
    withLab(async (lab) => {
      await peakWhile(lab, printed(lab, 10_000_000));
      const before = memory(lab);
      const startedAt = performance.now();
      const big = printed(lab, 1_000_000_000);
      const peak = await peakWhile(lab, big);
      const tookMs = performance.now() - startedAt;
      const tailMs: number[] = [];
      for (let count = 0; count < 5; count++) tailMs.push(await timedTail(lab, await big));
      return [
        plain(
          "a task printed 1 GB: most that server, worker grew by meanwhile",
          `${mebibytes(peak.server - before.server)}, ${mebibytes(peak.worker - before.worker)} in ${ms(tookMs)}`,
          "flat",
        ),
        plain("the last MB of its log, 10,000 lines", ms(Math.min(...tailMs)), "≤ 200 ms"),
      ];
    }),
};

async function printed(lab: Lab, bytes: number): Promise<string> {
  const id = await lab.run(`name: log\ntasks:\n  - id: big\n    command: "yes ${LINE} | head -c ${bytes}"\n`);
  const { status } = await lab.ended(id);
  if (status !== "completed") throw new Error(`the run that prints has ${status}`);
  return id;
}

async function peakWhile(lab: Lab, work: Promise<unknown>): Promise<Memory> {
  let peak = memory(lab);
  const timer = setInterval(() => {
    const now = memory(lab);
    peak = { server: Math.max(peak.server, now.server), worker: Math.max(peak.worker, now.worker) };
  }, LOOK_EACH_MS);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
  return peak;
}

function memory(lab: Lab): Memory {
  return { server: pssMiB(lab.serverPid), worker: pssMiB(lab.pids("worker")[0] ?? 0) };
}

async function timedTail(lab: Lab, id: string): Promise<number> {
  const startedAt = performance.now();
  const text = await lab.get(`/api/v1/runs/${id}/jobs/big/log?tail=${TAIL_BYTES}`);
  const tookMs = performance.now() - startedAt;
  const bytes = typeof text === "string" ? Buffer.byteLength(text) : 0;
  if (bytes !== TAIL_BYTES) throw new Error(`the tail has ${bytes} bytes instead of ${TAIL_BYTES}`);
  return tookMs;
}
