import { join } from "node:path";
import { type Lab, until, withLab } from "../lab.ts";
import { readText } from "../processes.ts";
import { ms, plain, type Result, ROUNDS, type Row } from "../row.ts";

const STEPS = 10;
const KILLED_IN_STEP = 5;
/** Short, so that what is measured is the way back and not the rest of the step. */
const STEP_SECONDS = 0.1;

type Part = "worker" | "server" | "server and worker";

/** `kill -9` in the fifth of ten steps; the server is started again at once, the worker comes by itself. */
export const kills: Row = {
  name: "kills",
  run: async () => {
    const results: Result[] = [];
    for (const part of ["worker", "server", "server and worker"] as const) {
      const found: Recovery[] = [];
      for (let round = 0; round < ROUNDS; round++) found.push(await withLab((lab) => killed(lab, part)));
      results.push(line(part, found));
    }
    return results;
  },
};

interface Recovery {
  readonly gapMs: number;
  readonly executions: number;
  readonly status: string;
}

function line(part: Part, found: readonly Recovery[]): Result {
  const counts = [...new Set(found.map(({ executions }) => executions))].join(" or ");
  const statuses = [...new Set(found.map(({ status }) => status))].join(" or ");
  return plain(
    `${part} killed in a step of ${STEP_SECONDS} s: kill → next step, steps executed`,
    `${ms(Math.min(...found.map(({ gapMs }) => gapMs)))}, ${counts} of ${STEPS}, ${statuses}`,
    `≤ 0.5 s, ${STEPS}`,
  );
}

async function killed(lab: Lab, part: Part): Promise<Recovery> {
  const file = join(lab.home, "steps");
  const id = await lab.run(definition(file));
  const starts = (): readonly number[] =>
    readText(file)
      .split("\n")
      .filter((text) => text !== "")
      .map((nanoseconds) => Number(BigInt(nanoseconds) / 1_000_000n));
  await until(() => Promise.resolve(starts().length >= KILLED_IN_STEP));
  const killedAt = Date.now();
  if (part !== "server") for (const pid of lab.pids("worker")) process.kill(pid, "SIGKILL");
  if (part !== "worker") {
    await lab.killServer();
    await lab.start();
  }
  const { status } = await lab.ended(id);
  const next = starts().find((at) => at > killedAt) ?? Number.NaN;
  return { gapMs: next - killedAt, executions: starts().length, status };
}

/** Each step leaves the moment of its start, on the clock that this process reads too. */
function definition(file: string): string {
  const steps = Array.from({ length: STEPS }, (_, index) => {
    const needs = index === 0 ? "" : `step${index - 1}`;
    return `  - id: step${index}\n    command: "date +%s%N >> ${file}; sleep ${STEP_SECONDS}"\n    dependencies: [${needs}]\n`;
  });
  return `name: steps\ntasks:\n${steps.join("")}`;
}
