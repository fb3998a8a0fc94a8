import { joinersAbove, type Job } from "../graph/index.ts";
import type { Changes, RunEvent } from "./output.ts";
import type { Readable } from "./scope.ts";
import type { JobState, JobStatus, Past, RunHeader, RunSettings, RunState } from "./state.ts";
import { type EndedState, isEnded, statusOf } from "./status.ts";

const NO_PAST: Past = { attempts: 0, failures: 0, losses: 0 };
const NO_JOBS: readonly number[] = [];

/**
 * A run while one input is worked on: reads through to the run, collects what becomes different. Its cost is that of
 * what it touches; the run itself stays as it is.
 */
export class Draft implements Readable {
  readonly run: RunState;
  readonly at: number;
  readonly events: RunEvent[] = [];
  /** Jobs whose last dependency has ended, to be looked at next. */
  readonly ready: number[] = [];
  /** Groups that have room for another member. */
  readonly groupsToFill = new Set<number>();
  #header: RunHeader;
  readonly #jobs = new Map<number, JobState>();
  readonly #unfinished = new Map<number, number>();
  readonly #broken = new Map<number, number>();
  readonly #grown: Job[] = [];
  readonly #grownKeys = new Map<string, number>();
  readonly #newDependants = new Map<number, number[]>();

  constructor(run: RunState, at: number) {
    this.run = run;
    this.at = at;
    this.#header = run.header;
  }

  get id(): string {
    return this.run.id;
  }
  get settings(): RunSettings {
    return this.run.settings;
  }
  get stopped(): boolean {
    return this.#header.stop !== null;
  }
  get header(): RunHeader {
    return this.#header;
  }
  get size(): number {
    return this.run.graph.jobs.length + this.#grown.length;
  }

  job(number: number): Job {
    const found = this.run.graph.jobs[number] ?? this.#grown[number - this.run.graph.jobs.length];
    if (found === undefined) throw new Error(`run ${this.run.id} has no job ${number}`);
    return found;
  }

  hasKey(key: string): boolean {
    return this.run.graph.byKey.has(key) || this.#grownKeys.has(key);
  }

  numberOf(key: string): number | undefined {
    return this.run.graph.byKey.get(key) ?? this.#grownKeys.get(key);
  }

  keys(): readonly string[] {
    return [...this.run.graph.byKey.keys(), ...this.#grownKeys.keys()];
  }

  stateOf(number: number): JobState | undefined {
    return this.#jobs.get(number) ?? this.run.jobs.get(number);
  }

  pastOf(number: number): Past {
    return this.stateOf(number)?.past ?? NO_PAST;
  }

  unfinishedOf(number: number): number {
    return this.#unfinished.get(number) ?? this.run.unfinished[number] ?? 0;
  }

  brokenOf(number: number): number {
    return this.#broken.get(number) ?? this.run.broken[number] ?? 0;
  }

  dependantsOf(number: number): readonly number[] {
    const known = this.run.graph.dependants[number] ?? NO_JOBS;
    const added = this.#newDependants.get(number);
    return added === undefined ? known : [...known, ...added];
  }

  patch(change: Partial<RunHeader>): void {
    this.#header = { ...this.#header, ...change };
  }

  emit(event: RunEvent): void {
    this.events.push(event);
  }

  /** Gives a job a state and keeps the counters by status. */
  set(number: number, state: JobState): void {
    const before = statusOf(this.stateOf(number));
    const after = statusOf(state);
    this.#jobs.set(number, state);
    if (before !== after) this.#count({ [before]: -1, [after]: 1 });
  }

  /**
   * Ends a job: its dependants come one step nearer to being ready. `satisfied` false: they may not run by default.
   * A final job does not care how the main jobs ended.
   */
  end(number: number, state: EndedState, satisfied: boolean): void {
    this.set(number, state);
    const final = this.job(number).final;
    if (final === (this.#header.phase === "final")) this.patch({ open: this.#header.open - 1 });
    for (const dependant of this.dependantsOf(number)) {
      const unfinished = this.unfinishedOf(dependant) - 1;
      this.#unfinished.set(dependant, unfinished);
      const indifferent = this.job(dependant).final && !final;
      if (!satisfied && !indifferent) this.#broken.set(dependant, this.brokenOf(dependant) + 1);
      if (unfinished === 0) this.ready.push(dependant);
    }
  }

  /** Appends jobs whose dependencies are numbers already. Those that nothing keeps waiting are not made ready here. */
  grow(jobs: readonly Job[]): number {
    const first = this.size;
    for (const [index, job] of jobs.entries()) {
      this.#grown.push(job);
      this.#grownKeys.set(job.key, first + index);
    }
    for (const [index, job] of jobs.entries()) this.#connect(first + index, job);
    this.patch({ open: this.#header.open + jobs.length });
    this.#count({ pending: jobs.length });
    return first;
  }

  #connect(number: number, job: Job): void {
    let unfinished = 0;
    let broken = 0;
    for (const dependency of job.dependencies) {
      const state = this.stateOf(dependency);
      this.#addDependant(dependency, number);
      if (!isEnded(state)) unfinished += 1;
      else if (!satisfies(this.job(dependency), state)) broken += 1;
    }
    this.#unfinished.set(number, unfinished);
    this.#broken.set(number, broken);
    for (const joiner of joinersAbove(this.run.graph.joiners, job, (grower) => this.job(grower))) {
      this.#addDependant(number, joiner);
      this.#unfinished.set(joiner, this.unfinishedOf(joiner) + 1);
    }
  }

  #addDependant(of: number, dependant: number): void {
    const list = this.#newDependants.get(of);
    if (list === undefined) this.#newDependants.set(of, [dependant]);
    else list.push(dependant);
  }

  #count(delta: Partial<Record<JobStatus, number>>): void {
    const counts = { ...this.#header.counts };
    for (const [status, by] of Object.entries(delta)) counts[status as JobStatus] += by;
    this.patch({ counts });
  }

  changes(): Changes {
    return { header: this.#header, jobs: this.#jobs, unfinished: this.#unfinished, broken: this.#broken, grown: this.#grown };
  }
}

/** Whether a job that ended so lets its dependants run by default. */
export function satisfies(job: Job, state: EndedState): boolean {
  switch (state.kind) {
    case "completed":
      return true;
    case "failed":
      return job.policy.onError === "continue";
    case "skipped":
      return state.reason.kind === "condition_false";
    case "cancelled":
      return false;
  }
}
