import {
  countJobs,
  type EndReason,
  isEnded,
  isRunEnded,
  type JobStatus,
  LOST_LIMIT,
  statusOf,
} from "../packages/core/src/index.ts";
import type { Disk, DiskRun } from "./disk.ts";
import type { SimulatedProcess } from "./launcher.ts";

/** A promise was broken. */
export class Violation extends Error {}

export function violated(what: string): never {
  throw new Violation(what);
}

/** Checks what a commit has written, against the events written before it. */
export class Auditor {
  readonly #disk: Disk;
  readonly #seen = new Map<
    string,
    {
      events: number;
      tokens: Map<number, number>;
      ended: Map<number, string>;
      results: Set<string>;
      runEnded: boolean;
    }
  >();
  readonly #acknowledged = new Set<string>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  acknowledged(run: string): void {
    this.#acknowledged.add(run);
  }

  check(): void {
    for (const run of this.#disk.runs.values()) this.#checkRun(run);
    for (const run of this.#disk.runs.values()) this.#checkChild(run);
    for (const id of this.#acknowledged)
      if (!this.#disk.runs.has(id)) violated(`the acknowledged run ${id} is lost`);
  }

  #checkRun(run: DiskRun): void {
    const id = run.summary.id;
    const seen = this.#seen.get(id) ?? {
      events: 0,
      tokens: new Map(),
      ended: new Map(),
      results: new Set(),
      runEnded: false,
    };
    this.#seen.set(id, seen);
    if (run.events.length === seen.events) return;
    for (const { event, seq } of run.events.slice(seen.events)) {
      seen.events += 1;
      if (seq !== seen.events) violated(`${id}: event ${seq} where ${seen.events} was due`);
      if (seen.runEnded) violated(`${id}: ${event.kind} after the run had ended`);
      if (event.kind === "run.ended") seen.runEnded = true;
      if (event.kind === "job.assigned") {
        if (seen.ended.has(event.job)) violated(`${id}.${event.job}: assigned after it had ended`);
        if (event.ref.token <= Math.max(0, ...seen.tokens.values()))
          violated(`${id}: token ${event.ref.token} does not grow`);
        seen.tokens.set(event.job, event.ref.token);
      }
      if (event.kind === "attempt.ended") {
        if (seen.tokens.get(event.job) !== event.ref.token)
          violated(`${id}.${event.job}: a result under the old token ${event.ref.token}`);
        const name = `${event.job}.${event.ref.attempt}`;
        if (seen.results.has(name)) violated(`${id}.${name}: two results`);
        seen.results.add(name);
      }
      if (event.kind === "job.ended") {
        if (seen.ended.has(event.job)) violated(`${id}.${event.job}: ended twice`);
        seen.ended.set(event.job, event.status);
      }
    }
    this.#compareRows(run, seen.ended);
  }

  /** A run that another one started goes on only while the job that it is an attempt of waits for it. */
  #checkChild({ summary: { id, header, facts } }: DiskRun): void {
    if (facts.parent === null || isRunEnded(header.status)) return;
    const { run, job } = facts.parent;
    const state = this.#disk.runs.get(run)?.jobs.get(job);
    if (state === undefined) violated(`${id}: nothing durable asks for it`);
    const isAwaited = (state.kind === "child" || state.kind === "stopping_child") && state.run === id;
    if (!isAwaited) violated(`${id} goes on, but ${run}.${job} is ${state.kind}`);
  }

  /** What a job says about its child run is so. */
  #checkChildEnd({ summary }: DiskRun, number: number, reason: EndReason): void {
    if (reason.kind !== "child") return;
    const status = this.#disk.runs.get(reason.run)?.summary.header.status ?? "pending";
    const said = reason.status === "timed_out" ? "cancelled" : reason.status;
    // A run that was stopped before it was created has not come to be.
    const isFree = reason.status === "timed_out" && !this.#disk.runs.has(reason.run);
    if (status !== said && !isFree)
      violated(`${summary.id}.${number}: its run ${reason.run} is ${status}, not ${reason.status}`);
  }

  /** The rows say what the log says. */
  #compareRows(run: DiskRun, ended: ReadonlyMap<number, string>): void {
    const { id, header } = run.summary;
    for (const [number, state] of run.jobs) {
      const inLog = ended.get(number);
      if (isEnded(state) ? inLog !== state.kind : inLog !== undefined)
        violated(`${id}.${number}: row ${state.kind}, log ${inLog ?? "not ended"}`);
      if (isEnded(state)) this.#checkLimits(run, number);
    }
    const counted = countJobs(
      { jobs: run.graph, dependants: [], byKey: new Map(), joiners: new Map() },
      run.jobs,
    );
    for (const [status, count] of Object.entries(counted)) {
      if (header.counts[status as JobStatus] !== count)
        violated(`${id}: counts ${header.counts[status as JobStatus]} ${status}, there are ${count}`);
    }
    if (isRunEnded(header.status) && ended.size !== run.graph.length)
      violated(`${id}: ${header.status} with ${run.graph.length - ended.size} jobs open`);
  }

  #checkLimits(run: DiskRun, number: number): void {
    const job = run.graph[number];
    const state = run.jobs.get(number);
    if (job === undefined || !isEnded(state)) return;
    this.#checkChildEnd(run, number, state.reason);
    if (state.past.failures > job.policy.retry.attempts)
      violated(
        `${run.summary.id}.${number}: ${state.past.failures} failures, ${job.policy.retry.attempts} attempts allowed`,
      );
    if (state.past.losses > LOST_LIMIT)
      violated(`${run.summary.id}.${number}: lost ${state.past.losses} times`);
    if (state.kind === "completed" && state.reason.kind === "succeeded") {
      const proof = state.outputs["proof"];
      const expected = `${run.summary.id}.${number}.${state.past.attempts}`;
      if (proof !== expected)
        violated(
          `${run.summary.id}.${number}: accepted the result of ${JSON.stringify(proof)} as that of ${expected}`,
        );
    }
  }
}

/** Checks a process that has just been started against what is durable, and against all others. */
export function checkStart(disk: Disk, process: SimulatedProcess, all: readonly SimulatedProcess[]): void {
  const { name, key } = process;
  const run = disk.runs.get(name.run);
  const state = run?.jobs.get(name.job);
  if (run === undefined || state === undefined) violated(`${key}: started, but nothing durable says so`);
  for (const other of all) {
    if (other === process) continue;
    if (other.key === key) violated(`${key}: started twice`);
    if (other.alive && other.name.run === name.run && other.name.job === name.job)
      violated(`${key}: started while ${other.key} runs`);
  }
  for (const dependency of run.graph[name.job]?.dependencies ?? []) {
    if (!isEnded(run.jobs.get(dependency)))
      violated(`${key}: started before its dependency ${dependency} had ended`);
  }
}

/** When all faults are over and time has passed, nothing may be left open. */
export function checkEnd(disk: Disk, all: readonly SimulatedProcess[]): void {
  for (const run of disk.runs.values()) {
    const { id, header } = run.summary;
    if (!isRunEnded(header.status)) {
      const open = run.graph.flatMap((job, number) =>
        isEnded(run.jobs.get(number))
          ? []
          : [`${job.key}: ${run.jobs.get(number)?.kind ?? "untouched"} (${statusOf(run.jobs.get(number))})`],
      );
      violated(
        `${id} is stuck in ${header.status} (${header.phase}, ${header.open} open): ${open.join(", ")}`,
      );
    }
  }
  const alive = all.filter((process) => process.alive);
  if (alive.length > 0)
    violated(`still running when every run has ended: ${alive.map((process) => process.key).join(", ")}`);
}
