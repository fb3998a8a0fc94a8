import { itemAt } from "../../graph/index.ts";
import type { Outcome } from "../../policy/index.ts";
import { createRun, type LiveRun } from "../apply.ts";
import type { AttemptResult, Growth, RunInput } from "../input.ts";
import type { Rejection, RunCommand, RunEvent } from "../output.ts";
import type { JobState, JobStatus, Outputs, RunSettings, StopCause } from "../state.ts";
import { isHeld, statusOf } from "../status.ts";
import { type JobSpec, jobs, settings } from "./build.ts";
import { checkedStep } from "./invariants.ts";

export type TestRunOptions = Parameters<typeof settings>[0];

/** A run in the hands of a test: jobs by key, a clock that the test moves, every promise checked after each input. */
export class TestRun {
  live: LiveRun;
  at = 1_000;
  /** Of the last accepted input. */
  events: readonly RunEvent[] = [];
  commands: readonly RunCommand[] = [];

  constructor(specs: readonly JobSpec[], options: TestRunOptions = {}) {
    const runSettings: RunSettings = settings(options);
    this.live = createRun("run_1", runSettings, jobs(specs), this.at);
  }

  /** Gives the run an input; the reason when it is rejected, else null. */
  give(input: RunInput): Rejection | null {
    const result = checkedStep(this.live, input);
    if (result.kind === "rejected") return result.rejection;
    this.events = result.events;
    this.commands = result.commands;
    return null;
  }

  start(): this {
    this.#accepted({ kind: "start", at: this.at });
    return this;
  }

  /** A worker takes the job's next attempt. */
  assign(key: string, worker = "w1"): this {
    this.#accepted({ kind: "assign", job: this.number(key), worker, at: this.at });
    return this;
  }

  /** The job's attempt is taken, if need be, and its process runs. */
  running(key: string): this {
    if (this.state(key)?.kind === "queued") this.assign(key);
    this.#accepted({
      kind: "started",
      job: this.number(key),
      token: this.token(key),
      at: this.at,
      stopMeans: "cgroup",
    });
    return this;
  }

  /** The job's attempt runs, if need be, and ends. */
  end(key: string, outcome: Outcome, result: Partial<AttemptResult> = {}): this {
    if (!isHeld(this.state(key))) this.running(key);
    this.#accepted({
      kind: "ended",
      job: this.number(key),
      token: this.token(key),
      at: this.at,
      result: resultOf(outcome, result),
    });
    return this;
  }

  succeed(key: string, outputs: Outputs = {}, growth: Growth | null = null): this {
    return this.end(key, "succeeded", { exitCode: 0, outputs, growth });
  }

  fail(key: string): this {
    return this.end(key, "failed", { exitCode: 1, message: "exit status 1" });
  }

  /** Time passes, and the job's timer (null: the run's) strikes. */
  timer(key: string | null, afterMs: number): Rejection | null {
    this.at += afterMs;
    return this.give({ kind: "timer", job: key === null ? null : this.number(key), at: this.at });
  }

  decide(key: string, approve: boolean, comment = ""): Rejection | null {
    return this.give({ kind: "decide", job: this.number(key), at: this.at, approve, by: "ann", comment });
  }

  stop(force = false, cause: StopCause = { kind: "run_stopped" }): Rejection | null {
    return this.give({ kind: "stop", at: this.at, cause, by: "ann", comment: "enough", force });
  }

  stopJob(key: string, force = false): Rejection | null {
    return this.give({
      kind: "stop_job",
      job: this.number(key),
      at: this.at,
      by: "ann",
      comment: "enough",
      force,
    });
  }

  /** The child run of the job's attempt ends. */
  childEnded(key: string, status: "completed" | "failed" | "cancelled", outputs: Outputs = {}): this {
    const state = this.state(key);
    const run = state?.kind === "child" || state?.kind === "stopping_child" ? state.run : "";
    this.#accepted({ kind: "child_ended", job: this.number(key), run, at: this.at, status, outputs });
    return this;
  }

  number(key: string): number {
    const number = this.live.graph.byKey.get(key);
    if (number === undefined) throw new Error(`the run has no job ${key}`);
    return number;
  }

  state(key: string): JobState | undefined {
    return this.live.jobs.get(this.number(key));
  }

  status(key: string): JobStatus {
    return statusOf(this.state(key));
  }

  /** All jobs as `key status`. */
  get statuses(): string {
    const { jobs: all } = this.live.graph;
    return all.map((job, number) => `${job.key} ${statusOf(this.live.jobs.get(number))}`).join(", ");
  }

  /** Keys of the jobs that wait for a worker. */
  get queued(): readonly string[] {
    return [...this.live.jobs].flatMap(([number, state]) =>
      state.kind === "queued" ? [itemAt(this.live.graph.jobs, number).key] : [],
    );
  }

  token(key: string): number {
    const state = this.state(key);
    return isHeld(state) ? state.ref.token : -1;
  }

  #accepted(input: RunInput): void {
    const rejection = this.give(input);
    if (rejection !== null) throw new Error(`${input.kind} was rejected: ${rejection}`);
  }
}

/** A run that has been started. */
export function started(specs: readonly JobSpec[], options: TestRunOptions = {}): TestRun {
  return new TestRun(specs, options).start();
}

/** How an attempt ended, with what the test leaves out. */
export function resultOf(outcome: Outcome, result: Partial<AttemptResult> = {}): AttemptResult {
  const nothing = {
    startedAt: null,
    exitCode: null,
    message: "",
    outputs: {},
    growth: null,
    survivors: [],
    usage: null,
  };
  return { ...nothing, outcome, ...result };
}
