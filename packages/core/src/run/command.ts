import type { RunCommand } from "./output.ts";
import type { JobState, RunState } from "./state.ts";
import type { Job } from "../graph/index.ts";
import { isRunEnded } from "./status.ts";

/** When the job is to be looked at again, if its state has a timer. */
export function dueAtOf(state: JobState | undefined): number | null {
  return state !== undefined && "dueAt" in state ? (state.dueAt ?? null) : null;
}

/** Adds all that a job's state asks of the engine. */
export function addCommands(commands: RunCommand[], number: number, job: Job, state: JobState): void {
  const command = commandOf(number, job, state);
  if (command !== null) commands.push(command);
  const at = dueAtOf(state);
  if (at !== null) commands.push({ kind: "wake", job: number, at });
}

/**
 * What a job's state asks of the engine, beside its timer. Commands are never stored: they follow from the state, at the moment of a
 * transition as well as after a restart, so that none can be lost.
 */
export function commandOf(number: number, job: Job, state: JobState): RunCommand | null {
  switch (state.kind) {
    case "queued":
      return { kind: "queue", job: number };
    case "assigned":
      return { kind: "start_attempt", job: number, ref: state.ref };
    case "stopping":
      return {
        kind: "stop_attempt",
        job: number,
        ref: state.ref,
        graceMs: job.policy.graceMs,
        force: state.force,
      };
    case "child":
      return job.work.kind === "child"
        ? {
            kind: "start_child",
            job: number,
            run: state.run,
            pipeline: job.work.pipeline,
            inputs: state.inputs,
          }
        : null;
    case "stopping_child":
      return { kind: "stop_child", job: number, run: state.run, force: state.force ?? false };
    case "backoff":
    case "approval":
    case "running":
    case "group":
    case "completed":
    case "failed":
    case "skipped":
    case "cancelled":
      return null;
  }
}

/** Everything that a live run still asks for: what a restarted engine performs before anything else. */
export function commandsOf(run: RunState): readonly RunCommand[] {
  if (isRunEnded(run.header.status)) return [];
  const commands: RunCommand[] = [];
  if (run.header.dueAt !== null) commands.push({ kind: "wake", job: null, at: run.header.dueAt });
  for (const [number, state] of run.jobs) {
    const job = run.graph.jobs[number];
    if (job !== undefined) addCommands(commands, number, job, state);
  }
  return commands;
}
