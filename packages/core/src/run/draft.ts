import { itemAt, type Job, joinersAbove, type Lineage, pushTo, waitsOf } from "../graph/index.ts";
import { breaks } from "./ended.ts";
import type { Changes, RunEvent } from "./output.ts";
import type { Readable } from "./scope.ts";
import type { JobState, Past, RunHeader, RunSettings, RunState } from "./state.ts";
import { type EndedState, isEnded, isStopped, statusOf } from "./status.ts";

const NO_PAST: Past = { attempts: 0, failures: 0, losses: 0 };
const NO_JOBS: readonly number[] = [];

/**
 * A run while one input is worked on: reads through to the run, collects what becomes different. Its cost is that of
 * what it touches; the run itself stays as it is.
 */
export class Draft implements Readable, Lineage {
  readonly run: RunState;
  readonly at: number;
  readonly events: RunEvent[] = [];
  /** Groups that have room for another member. */
  readonly groupsToFill = new Set<number>();
  #header: RunHeader;
  readonly #jobs = new Map<number, JobState>();
  readonly #unfinished = new Map<number, number>();
  readonly #broken = new Map<number, number>();
  readonly #grown: Job[] = [];
  readonly #grownKeys = new Map<string, number>();
  readonly #newDependants = new Map<number, number[]>();
  readonly #newChildren = new Map<number, number[]>();
  readonly #ready: number[] = [];
  #nextReady = 0;

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
    return isStopped(this.#header);
  }
  /** Nothing of the main phase begins any more. */
  get winding(): boolean {
    return this.#header.stop !== null;
  }
  get failed(): boolean {
    return this.#header.failedCount > 0;
  }
  get hasStoppedJobs(): boolean {
    return this.#header.stopped !== undefined;
  }
  get header(): RunHeader {
    return this.#header;
  }
  get size(): number {
    return this.run.graph.jobs.length + this.#grown.length;
  }

  job(number: number): Job {
    return this.run.graph.jobs[number] ?? itemAt(this.#grown, number - this.run.graph.jobs.length);
  }

  hasKey(key: string): boolean {
    return this.numberOf(key) !== undefined;
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
    return this.#unfinished.get(number) ?? itemAt(this.run.unfinished, number);
  }

  brokenOf(number: number): number {
    return this.#broken.get(number) ?? itemAt(this.run.broken, number);
  }

  dependantsOf(number: number): readonly number[] {
    return both(this.run.graph.dependants[number], this.#newDependants.get(number));
  }

  childrenOf(number: number): readonly number[] {
    return both(this.run.graph.children.get(number), this.#newChildren.get(number));
  }

  /** Jobs that join while growing is going on join nothing of that growth: it would be their own (see `grow.ts`). */
  joinersOf(number: number): readonly number[] {
    return this.run.graph.joiners.get(number) ?? NO_JOBS;
  }

  patch(change: Partial<RunHeader>): void {
    this.#header = { ...this.#header, ...change };
  }

  emit(event: RunEvent): void {
    this.events.push(event);
  }

  /** Marks a job whose last dependency has ended: it is looked at when its turn comes. */
  makeReady(number: number): void {
    this.#ready.push(number);
  }

  /** The next job to look at, in the order in which they became ready. */
  takeReady(): number | undefined {
    const number = this.#ready[this.#nextReady];
    if (number !== undefined) this.#nextReady += 1;
    return number;
  }

  /** Gives a job a state and keeps the counters by status. */
  set(number: number, state: JobState): void {
    const before = statusOf(this.stateOf(number));
    const after = statusOf(state);
    this.#jobs.set(number, state);
    if (before === after) return;
    const { counts } = this.#header;
    this.patch({ counts: { ...counts, [before]: counts[before] - 1, [after]: counts[after] + 1 } });
  }

  /** Ends a job: its dependants come one step nearer to being ready. */
  end(number: number, state: EndedState): void {
    this.set(number, state);
    const job = this.job(number);
    // A final job can be stopped before its phase: it is not among those that the main phase waits for.
    if (job.final === (this.#header.phase === "final")) this.patch({ open: this.#header.open - 1 });
    for (const dependant of this.dependantsOf(number)) {
      const unfinished = this.unfinishedOf(dependant) - 1;
      this.#unfinished.set(dependant, unfinished);
      if (breaks(job, state, this.job(dependant))) this.#broken.set(dependant, this.brokenOf(dependant) + 1);
      if (unfinished === 0) this.makeReady(dependant);
    }
  }

  /** Appends what a job grew or became, in the current phase, dependencies being numbers already; gives the first number. */
  grow(parent: number, jobs: readonly Job[]): number {
    const first = this.size;
    for (const [index, job] of jobs.entries()) {
      this.#grown.push(job);
      this.#grownKeys.set(job.key, first + index);
      pushTo(this.#newChildren, parent, first + index);
    }
    for (const [index, job] of jobs.entries()) this.#connect(first + index, job);
    const { open, counts } = this.#header;
    this.patch({ open: open + jobs.length, counts: { ...counts, pending: counts.pending + jobs.length } });
    return first;
  }

  #connect(number: number, job: Job): void {
    let unfinished = 0;
    let broken = 0;
    for (const before of waitsOf(this, job)) {
      pushTo(this.#newDependants, before, number);
      const state = this.stateOf(before);
      if (!isEnded(state)) unfinished += 1;
      else if (breaks(this.job(before), state, job)) broken += 1;
    }
    this.#unfinished.set(number, unfinished);
    this.#broken.set(number, broken);
    for (const joiner of joinersAbove(this, job)) {
      pushTo(this.#newDependants, number, joiner);
      this.#unfinished.set(joiner, this.unfinishedOf(joiner) + 1);
    }
  }

  changes(): Changes {
    return {
      header: this.#header,
      jobs: this.#jobs,
      unfinished: this.#unfinished,
      broken: this.#broken,
      grown: this.#grown,
    };
  }
}

function both(known: readonly number[] = NO_JOBS, added: readonly number[] = NO_JOBS): readonly number[] {
  return added.length === 0 ? known : [...known, ...added];
}
