import type { ProgramGrowth } from "@gaia/contracts";
import type { AttemptVerdict, Outcome, Outputs } from "@gaia/core";
import type { AddedJob, JobOutcome } from "@gaia/program";
import type { CallEnd } from "./program-work.ts";

/** What the end of a call means for the attempt. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly message: string;
  readonly outputs: Outputs;
  /** What the server adds to the run; empty: nothing. */
  readonly growth: ProgramGrowth;
  readonly verdict?: AttemptVerdict;
}

/** A process that ended during a job is a failure of that job; in the original Gaia it passed for a success of the run. */
export function judge(end: CallEnd): Judgement {
  if (end.kind === "lost") return plain("lost", end.message);
  return end.kind === "failed" ? plain("failed", end.message) : judgeOutcome(end.outcome);
}

function judgeOutcome(outcome: JobOutcome): Judgement {
  switch (outcome.kind) {
    case "succeeded":
      return { ...plain("succeeded", ""), outputs: outcome.outputs, growth: growthOf(outcome.jobs) };
    case "exited":
      return { ...plain("failed", outcome.message), verdict: "exited" };
    case "skipped":
      return { ...plain("succeeded", outcome.message), verdict: "declined" };
    case "failed":
    case "errored":
    case "refused":
      return plain("failed", outcome.message);
    case "cancelled":
      return plain("cancelled", outcome.message);
    case "crashed":
      return { ...plain("failed", outcome.message), exitCode: outcome.exit.code };
    case "abandoned":
      return plain("cancelled", "the call was called off");
    default:
      return outcome satisfies never;
  }
}

function plain(outcome: Outcome, message: string): Judgement {
  return { outcome, exitCode: null, message, outputs: {}, growth: [] };
}

function growthOf(jobs: readonly AddedJob[]): ProgramGrowth {
  return jobs.map(({ title, job, values, dependsOn }) => ({
    title,
    job,
    arguments: Object.fromEntries(values.map(({ key, value }) => [key, value])),
    dependsOn: [...dependsOn],
  }));
}
