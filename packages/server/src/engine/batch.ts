import { GaiaError, LIMITS } from "@gaia/contracts";
import {
  apply,
  createRun,
  EVENT_VERSION,
  isEnded,
  isHeld,
  type Job,
  type JobState,
  type RunCommand,
  type RunInput,
  type Transition,
  transition,
} from "@gaia/core";
import type {
  Actor,
  AnswerRow,
  Commit,
  CommitStatusRow,
  DeliveryRow,
  EventRow,
  NoteRow,
  PipelineRow,
  ProgramChange,
  RunWrite,
  SecretChange,
  TriggerRow,
} from "../store/port.ts";
import { statusOf } from "@gaia/core";
import type { HeldRun, NewRun, Published } from "./port.ts";

interface Touched {
  readonly held: HeldRun;
  readonly expectedVersion: number;
  readonly isNew: boolean;
  readonly jobs: Map<number, JobState>;
  readonly grown: Job[];
  grownFirst: number;
  readonly events: EventRow[];
}

/** What a batch tells its owner while it is being filled. */
export interface BatchSink {
  /** A run's machine has made a change in memory; `before` gives the former states of the jobs that changed. */
  changed(
    held: HeldRun,
    commands: readonly RunCommand[],
    before: ReadonlyMap<number, JobState | undefined>,
  ): void;
  nextNumber(namespace: string, pipeline: string): number;
}

/** Everything that is decided between two commits. */
export class Batch {
  readonly now: number;
  readonly #sink: BatchSink;
  readonly #touched = new Map<string, Touched>();
  readonly #pipelines: PipelineRow[] = [];
  /** The last word on each; null: it is removed. */
  readonly #triggers = new Map<string, TriggerRow | null>();
  readonly #deliveries: DeliveryRow[] = [];
  readonly #programs: ProgramChange[] = [];
  readonly #secrets: SecretChange[] = [];
  readonly #commitStatuses: CommitStatusRow[] = [];
  readonly #answers: AnswerRow[] = [];
  readonly #notes: NoteRow[] = [];
  readonly #effects: (() => void)[] = [];
  readonly #undoing: (() => void)[] = [];

  constructor(sink: BatchSink, now: number) {
    this.#sink = sink;
    this.now = now;
  }

  get isEmpty(): boolean {
    return (
      this.#touched.size === 0 &&
      this.#pipelines.length === 0 &&
      this.#triggers.size === 0 &&
      this.#deliveries.length === 0 &&
      this.#programs.length === 0 &&
      this.#secrets.length === 0 &&
      this.#commitStatuses.length === 0 &&
      this.#answers.length === 0 &&
      this.#notes.length === 0
    );
  }

  /** Runs that this batch has changed in memory, for undoing it when the commit fails. */
  get touched(): readonly { readonly held: HeldRun; readonly isNew: boolean }[] {
    return [...this.#touched.values()];
  }

  /** Feeds one input to a run's machine and applies what follows. */
  input(held: HeldRun, input: RunInput, actor: Actor): Transition {
    const result = transition(held.run, input);
    if (result.kind === "rejected") return result;
    const touched = this.#touch(held, false);
    const before = new Map<number, JobState | undefined>();
    for (const number of result.changes.jobs.keys()) before.set(number, held.run.jobs.get(number));
    if (result.changes.grown.length > 0) {
      if (touched.grown.length === 0) touched.grownFirst = held.run.graph.jobs.length;
      touched.grown.push(...result.changes.grown);
    }
    apply(held.run, result.changes);
    for (const [number, state] of result.changes.jobs) touched.jobs.set(number, state);
    for (const event of result.events) this.#record(touched, actor, event);
    this.#sink.changed(held, result.commands, before);
    return result;
  }

  /** The header of a run has been changed beside its machine: it is written with this batch. */
  touch(held: HeldRun): void {
    this.#touch(held, false);
  }

  /** Creates a run that waits for its start. */
  create(order: NewRun): HeldRun {
    if (order.jobs.length > LIMITS.graphJobs) {
      throw new GaiaError(
        "too_large",
        `A run may have ${LIMITS.graphJobs} jobs; this one has ${order.jobs.length}.`,
      );
    }
    const { id, namespace, jobs, settings, group, ...facts } = order;
    const number = this.#sink.nextNumber(namespace, order.pipeline);
    const held: HeldRun = {
      id,
      namespace,
      run: createRun(id, settings, jobs, this.now),
      facts: { ...facts, settings, number, group: group === null ? null : group.key },
      version: 0,
      seq: 0,
    };
    const touched = this.#touch(held, true);
    touched.grownFirst = 0;
    touched.grown.push(...jobs);
    const event = {
      kind: "run.created",
      pipeline: order.pipeline,
      number,
      jobs: jobs.length,
      trigger: order.trigger,
    } as const;
    this.#record(touched, order.actor, event);
    return held;
  }

  savePipeline(row: PipelineRow): void {
    this.#pipelines.push(row);
  }

  saveTrigger(row: TriggerRow): void {
    this.#triggers.set(row.id, row);
  }

  removeTrigger(id: string): void {
    this.#triggers.set(id, null);
  }

  saveDelivery(row: DeliveryRow): void {
    this.#deliveries.push(row);
  }

  /** Changes what is remembered of pipeline programs. */
  program(change: ProgramChange): void {
    this.#programs.push(change);
  }

  changeSecrets(changes: readonly SecretChange[], notes: readonly NoteRow[]): void {
    this.#secrets.push(...changes);
    this.#notes.push(...notes);
  }

  saveCommitStatus(row: CommitStatusRow): void {
    this.#commitStatuses.push(row);
  }

  answer(row: AnswerRow): void {
    this.#answers.push(row);
  }

  note(row: NoteRow): void {
    this.#notes.push(row);
  }

  /** Runs once the batch is durable, and not at all if it fails. */
  after(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** Runs when the batch could not be written: what was changed in memory for it goes back. */
  undo(effect: () => void): void {
    this.#undoing.unshift(effect);
  }

  toCommit(): Commit {
    const triggers = [...this.#triggers.values()].filter((row) => row !== null);
    const removedTriggers = [...this.#triggers].flatMap(([id, row]) => (row === null ? [id] : []));
    return {
      runs: [...this.#touched.values()].map(writeOf),
      ...(this.#pipelines.length > 0 ? { pipelines: this.#pipelines } : {}),
      ...(triggers.length > 0 ? { triggers } : {}),
      ...(removedTriggers.length > 0 ? { removedTriggers } : {}),
      ...(this.#deliveries.length > 0 ? { deliveries: this.#deliveries } : {}),
      ...(this.#programs.length > 0 ? { programs: this.#programs } : {}),
      ...(this.#secrets.length > 0 ? { secrets: this.#secrets } : {}),
      ...(this.#commitStatuses.length > 0 ? { commitStatuses: this.#commitStatuses } : {}),
      ...(this.#answers.length > 0 ? { answers: this.#answers } : {}),
      ...(this.#notes.length > 0 ? { notes: this.#notes } : {}),
    };
  }

  /** What listeners are told, with the positions that the store gave. */
  published(firstPosition: number): readonly Published[] {
    let position = firstPosition;
    const published: Published[] = [];
    for (const { held, events } of this.#touched.values()) {
      if (events.length === 0) continue;
      published.push({
        kind: "run",
        position,
        namespace: held.namespace,
        run: held.id,
        header: held.run.header,
        events,
      });
      position += events.length;
    }
    for (const note of this.#notes) {
      published.push({ kind: "note", position, note });
      position += 1;
    }
    return published;
  }

  /** To be performed once the batch is durable. */
  get effects(): readonly (() => void)[] {
    return this.#effects;
  }

  /** To be performed when the batch was not written, in this order. */
  get undoing(): readonly (() => void)[] {
    return this.#undoing;
  }

  #touch(held: HeldRun, isNew: boolean): Touched {
    const known = this.#touched.get(held.id);
    if (known !== undefined) return known;
    const touched: Touched = {
      held,
      expectedVersion: held.version,
      isNew,
      jobs: new Map(),
      grown: [],
      grownFirst: 0,
      events: [],
    };
    held.version += 1;
    this.#touched.set(held.id, touched);
    return touched;
  }

  #record(touched: Touched, actor: Actor, event: EventRow["event"]): void {
    touched.held.seq += 1;
    touched.events.push({ seq: touched.held.seq, at: this.now, actor, version: EVENT_VERSION, event });
  }
}

function writeOf(touched: Touched): RunWrite {
  const { held, expectedVersion, isNew, grown, grownFirst, events } = touched;
  return {
    id: held.id,
    namespace: held.namespace,
    expectedVersion,
    created: isNew ? held.facts : null,
    header: held.run.header,
    graph: grown.length === 0 ? null : { first: grownFirst, jobs: grown },
    jobs: Array.from(touched.jobs, ([number, state]) => ({ number, status: statusOf(state), state })),
    events,
  };
}

/** Whether a job left the planner's queue other than by being assigned. */
export function leftQueue(before: JobState | undefined, after: JobState | undefined): boolean {
  return before?.kind === "queued" && after?.kind !== "queued" && after?.kind !== "assigned";
}

/** Whether a worker's place became free. */
export function freedPlace(before: JobState | undefined, after: JobState | undefined): boolean {
  return isHeld(before) && !isHeld(after) && (isEnded(after) || after !== undefined);
}
