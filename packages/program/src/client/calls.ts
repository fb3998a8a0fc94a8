import type { JobCall, JobExecution, JobHooks, JobOutcome, ProgramDescription } from "../port.ts";

/** One of the two services of a program. */
export interface Calls {
  /** Null: the program does not have this service. Throws a `ProgramError`. */
  describe(limitMs: number): Promise<ProgramDescription | null>;
  execute(call: JobCall, hooks: JobHooks, signal: AbortSignal | null): JobExecution;
}

/** A call that nobody can ask to end: it is over, or the program has no ear for it. */
export function deafExecution(outcome: Promise<JobOutcome>): JobExecution {
  return { outcome, cancel: () => {} };
}
