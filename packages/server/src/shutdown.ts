import { type Clock, pause } from "./engine/clock.ts";
import type { Engine } from "./engine/engine.ts";
import type { Workers } from "./workers/workers.ts";

/** Kills take milliseconds; a process that cannot be killed does not keep the server from ending. */
const STOPPED_WITHIN_MS = 10_000;
/** A worker that is just being started is waited for: else it would stay behind. */
const CONNECTED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** Ends every live run by force, and waits, not for ever, until its processes are gone. How many runs are left. */
export async function stopEveryRun(engine: Engine, clock: Clock): Promise<number> {
  const stops = [...engine.live.all()].map((held) =>
    engine.submit((batch) => {
      const cause = { kind: "run_stopped" } as const;
      const comment = "the server was shut down at once";
      const actor = { kind: "system", id: "gaia", via: "engine" } as const;
      // A refusal says that it is being stopped by force already.
      batch.input(held, { kind: "stop", at: batch.now, cause, by: "gaia", comment, force: true }, actor);
    }),
  );
  await Promise.allSettled(stops);
  const deadline = clock.elapsed() + STOPPED_WITHIN_MS;
  while (engine.live.size > 0 && clock.elapsed() < deadline) await pause(clock, LOOK_EVERY_MS);
  return engine.live.size;
}

/** Asks the workers to go when nothing runs there any more. `isComing`: one is being started. */
export async function dismissWorkers(workers: Workers, isComing: boolean, clock: Clock): Promise<void> {
  const deadline = clock.elapsed() + CONNECTED_WITHIN_MS;
  const isAwaited = (): boolean => isComing && !workers.hasLocal && clock.elapsed() < deadline;
  while (isAwaited()) await pause(clock, LOOK_EVERY_MS);
  workers.dismiss();
}
