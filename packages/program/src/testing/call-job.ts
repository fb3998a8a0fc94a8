import type { ArgumentValues, JobCall, JobExecution, JobHooks, JobOutcome, Program } from "../port.ts";

/** What a call of a job is made of, for a test that cares about a part of it. */
export interface TestCall extends Partial<Omit<JobCall, "job" | "values">> {
  readonly hooks?: Partial<JobHooks>;
  readonly signal?: AbortSignal;
}

/** Begins a call, by the id of its job. */
export function beginJob(
  program: Program,
  job: number,
  values: ArgumentValues = [],
  { hooks, signal, ...call }: TestCall = {},
): JobExecution {
  return program.execute(
    { job, title: "", values, outputs: {}, run: "run_1", pipeline: "test", attempt: 1, ...call },
    {
      log: () => {},
      startRun: () => Promise.reject(new Error("this test starts no runs")),
      awaitRun: () => Promise.reject(new Error("this test has no runs")),
      ...hooks,
    },
    signal,
  );
}

/** Describes the program, calls a job, and waits for its end. */
export async function callJob(
  program: Program,
  job: number,
  values: ArgumentValues = [],
  call: TestCall = {},
): Promise<JobOutcome> {
  await program.describe();
  return beginJob(program, job, values, call).outcome;
}
