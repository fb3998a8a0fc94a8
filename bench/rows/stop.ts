import { until, withLab } from "../lab.ts";
import { pidsOf } from "../processes.ts";
import { ms, plain, type Result, ROUNDS, type Row } from "../row.ts";

/** Stopping a task that does all it can to stay: a child in another session without environment, deaf to SIGTERM. */
export const stopping: Row = {
  name: "stop",
  run: async () => {
    const found: { readonly tookMs: number; readonly left: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) found.push(await stopped(round));
    const left = found.reduce((sum, one) => sum + one.left, 0);
    const tookMs = Math.min(...found.map((one) => one.tookMs));
    return [line(tookMs, left)];
  },
};

function line(tookMs: number, left: number): Result {
  return plain(
    "stop, grace 1 s, of processes that left their session and environment and ignore SIGTERM",
    `${ms(tookMs)}, ${left} left`,
    "≤ grace + 1 s, 0 left",
  );
}

function stopped(round: number): Promise<{ readonly tookMs: number; readonly left: number }> {
  // Nobody else sleeps for just so long: an argument is a mark that outlives `env -i`.
  const mark = `61.${process.pid}${String(round).padStart(3, "0")}`;
  const sleepers = (): readonly number[] => pidsOf("sleep", mark);
  return withLab(async (lab) => {
    try {
      const stray = `setsid env -i sh -c 'trap : TERM; sleep ${mark} & sleep ${mark}' &`;
      const command = `${stray} trap : TERM; sleep ${mark} & wait; sleep ${mark}`;
      const id = await lab.run(
        `name: stop\ntasks:\n  - id: hard\n    command: ${JSON.stringify(command)}\n    grace: 1s\n`,
      );
      await until(() => Promise.resolve(sleepers().length >= 3));
      const startedAt = performance.now();
      await lab.call("POST", `/api/v1/runs/${id}/stop`, {});
      await lab.ended(id);
      return { tookMs: performance.now() - startedAt, left: sleepers().length };
    } finally {
      for (const pid of sleepers()) process.kill(pid, "SIGKILL");
    }
  });
}
