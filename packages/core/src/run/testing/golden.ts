import type { Job } from "../../graph/index.ts";
import { type LiveRun, restoreRun } from "../apply.ts";
import type { RunInput } from "../input.ts";
import type {
  EndReason,
  JobState,
  JobStatus,
  Outputs,
  RunHeader,
  RunReason,
  RunSettings,
  RunStatus,
} from "../state.ts";
import { isEnded, statusOf } from "../status.ts";

/** A run in the middle of its work, as a release stored it, with what happens then and the end that it must come to. */
export interface GoldenRun {
  readonly about: string;
  readonly id: string;
  readonly settings: RunSettings;
  readonly jobs: readonly Job[];
  readonly header: RunHeader;
  readonly states: readonly (readonly [number, JobState])[];
  readonly inputs: readonly RunInput[];
  readonly end: RunEnd;
}

/** What became of a run and of each of its jobs. */
export interface RunEnd {
  readonly status: RunStatus;
  readonly reason: RunReason;
  readonly outputs: Outputs;
  readonly jobs: readonly (readonly [
    key: string,
    status: JobStatus,
    attempts: number,
    reason: EndReason | null,
  ])[];
}

/** The run as the store gives it back. */
export function runOf(golden: GoldenRun): LiveRun {
  return restoreRun(golden.id, golden.settings, golden.jobs, golden.header, new Map(golden.states));
}

/** What became of a run. */
export function endOf(run: LiveRun): RunEnd {
  const jobs = run.graph.jobs.map((job, number) => {
    const state = run.jobs.get(number);
    return [
      job.key,
      statusOf(state),
      state?.past.attempts ?? 0,
      isEnded(state) ? state.reason : null,
    ] as const;
  });
  return { status: run.header.status, reason: run.header.reason, outputs: run.header.outputs, jobs };
}
