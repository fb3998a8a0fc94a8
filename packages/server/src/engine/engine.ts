import { errorFrom, GaiaError, LIMITS } from "@gaia/contracts";
import { commandsOf, dueAtOf, isRunEnded, type JobState, type RunCommand, type RunInput } from "@gaia/core";
import type { Actor, StoredRun } from "../store/port.ts";
import { Attempts } from "./attempts.ts";
import { Batch, freedPlace, leftQueue } from "./batch.ts";
import { pause } from "./clock.ts";
import { Children } from "./children.ts";
import { Dispatch } from "./dispatch.ts";
import { closeRanks, Groups, replaceRuns, waitFor } from "./groups.ts";
import { Hub } from "./hub.ts";
import { heldFrom, LiveRuns } from "./live-runs.ts";
import type { HeldRun, NewRun } from "./port.ts";
import type { EngineOptions } from "./options.ts";
import { full, sentence, stopping } from "./refusals.ts";
import { RunNumbers } from "./run-numbers.ts";
import { Timers } from "./timers.ts";
import { Waiters } from "./waiters.ts";

export const SYSTEM: Actor = { kind: "system", id: "gaia", via: "engine" };

/** A group of inputs is committed when it has so many, or took so long to decide: what else arrives is the next group. */
const BATCH_ITEMS = 500;
const BATCH_CPU_MS = 5;
/** How long to wait before a failed commit's work is tried again. */
const RETRY_MS = 500;
/** Jobs assigned per batch at most, so that one batch stays short. */
const PLAN_LIMIT = 256;

interface Item {
  readonly work: (batch: Batch) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: GaiaError) => void;
}

/**
 * The loop around the pure machines. Inputs are queued; a batch of them is decided in memory, committed once, and only
 * then told to anyone: callers, workers, streams. When a commit fails, memory goes back to what the store has.
 */
export class Engine {
  readonly hub = new Hub();
  readonly live: LiveRuns;
  readonly dispatch: Dispatch;
  readonly attempts: Attempts;
  readonly groups: Groups;
  readonly #children: Children;
  readonly #options: EngineOptions;
  readonly #timers: Timers;
  readonly #numbers: RunNumbers;
  readonly #waiters: Waiters;
  #inbox: Item[] = [];
  #running: Promise<void> | null = null;
  #again = false;
  #failing: GaiaError | null = null;
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.live = new LiveRuns(options.store);
    this.dispatch = new Dispatch(options.gate, options.secret);
    this.groups = new Groups();
    this.#waiters = new Waiters(options.clock);
    this.#numbers = new RunNumbers(options.store);
    this.attempts = new Attempts(this, options.clock, options.gate);
    this.#children = new Children(this, options.store, options.makeChild, options.log, options.clock);
    this.#timers = new Timers(options.clock, (run, job) => this.#timerDue(run, job));
  }

  /** Takes up every run that has not ended. Nothing is sent before the workers have said what they hold. */
  async recover(): Promise<{ readonly runs: number }> {
    const ids = await this.#options.store.runs.live();
    for (const id of ids) {
      const stored = await this.#options.store.runs.load(id);
      if (stored !== null) this.#takeUp(stored);
    }
    // Only when all are there: what one run asks for may be another, such as its child.
    for (const held of this.live.all()) this.#goOn(held);
    this.#wake();
    return { runs: ids.length };
  }

  get failing(): GaiaError | null {
    return this.#failing;
  }

  get inboxSize(): number {
    return this.#inbox.length;
  }

  get timers(): number {
    return this.#timers.size;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Runs `work` in the next batch and resolves with its answer when all that it changed is durable. What it throws
   * (a `GaiaError`) rejects; it must throw before it changes anything.
   */
  submit<T>(work: (batch: Batch) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(stopping());
      if (this.#inbox.length >= LIMITS.engineInbox)
        return reject(full(LIMITS.engineInbox, "changes wait to be written"));
      this.#inbox.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#wake();
    });
  }

  /** Asks for a batch although nothing was submitted: a worker has free places. */
  wake(): void {
    this.#wake();
  }

  /** Creates a run, durably, and starts it unless its concurrency group makes it wait. `check` may refuse, by throwing. */
  async createRun(
    order: NewRun,
    extra?: (batch: Batch, held: HeldRun) => void,
    check?: () => void,
  ): Promise<HeldRun> {
    await this.#numbers.prepare(order.namespace, order.pipeline);
    return this.submit((batch) => {
      check?.();
      if (this.live.size >= LIMITS.liveRuns) throw full(LIMITS.liveRuns, "runs are live");
      const known = this.live.get(order.id);
      if (known !== undefined) return known;
      const held = batch.create(order);
      this.live.add(held);
      extra?.(batch, held);
      const { ahead } = this.groups.join(held);
      if (ahead.length === 0) this.start(batch, held);
      else {
        waitFor(held, this.live.get(ahead.at(-1) ?? ""));
        if (order.group?.onConflict === "cancel") replaceRuns(batch, this.live, ahead, held);
      }
      return held;
    });
  }

  start(batch: Batch, held: HeldRun): void {
    batch.input(held, { kind: "start", at: batch.now }, SYSTEM);
  }

  /** Feeds an input to a live run; refused inputs come back as `conflict`. `also` is done in the same commit. */
  input(
    id: string,
    input: (now: number) => RunInput,
    actor: Actor,
    also?: (batch: Batch, held: HeldRun) => void,
  ): Promise<HeldRun> {
    return this.submit((batch) => {
      const held = this.live.get(id);
      if (held === undefined) throw new GaiaError("conflict", "The run has ended already.");
      const result = batch.input(held, input(batch.now), actor);
      if (result.kind === "rejected")
        throw new GaiaError("conflict", sentence(result.message), { rejection: result.rejection });
      also?.(batch, held);
      return held;
    });
  }

  /** Resolves when the run has ended (or is not live), or after so many milliseconds. */
  whenEnded(id: string, withinMs: number): Promise<void> {
    return this.live.get(id) === undefined ? Promise.resolve() : this.#waiters.wait(id, withinMs);
  }

  /** Ends the loop after what is queued has been written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.stop();
    this.attempts.close();
    while (this.#running !== null) await this.#running;
  }

  /** A wake that comes while the loop is about to rest is not lost: the loop looks again. */
  #wake(): void {
    this.#again = true;
    if (this.#running !== null) return;
    this.#running = this.#pump().finally(() => {
      this.#running = null;
      if (this.#again) this.#wake();
    });
  }

  async #pump(): Promise<void> {
    await Promise.resolve(); // what arrives in the same turn belongs to the same batch
    let more = true;
    while (more || this.#again) {
      this.#again = false;
      more = await this.#runBatch(this.#inbox.splice(0, BATCH_ITEMS));
      if (this.#inbox.length > 0) more = true;
    }
  }

  /** Decides, commits, tells. True: there may be more to plan. */
  async #runBatch(items: Item[]): Promise<boolean> {
    const batch = new Batch(
      {
        changed: (...change) => this.#changed(batch, ...change),
        nextNumber: (namespace, pipeline) => this.#numbers.next(namespace, pipeline),
      },
      this.#options.clock.now(),
    );
    const settled = this.#decide(batch, items);
    const planned = this.dispatch.assign(batch, this.live, PLAN_LIMIT);
    if (batch.isEmpty) {
      for (const settle of settled) settle(null);
      this.#performEffects(batch);
      return false;
    }
    const startedAt = this.#options.clock.elapsed();
    let firstPosition: number;
    try {
      ({ firstPosition } = await this.#options.store.commit(batch.toCommit()));
    } catch (caught) {
      await this.#undo(batch, errorFrom(caught), settled);
      return false;
    }
    this.#failing = null;
    this.#options.onBatch?.(items.length, this.#options.clock.elapsed() - startedAt);
    this.#performEffects(batch);
    for (const settle of settled) settle(null);
    this.hub.publish(batch.published(firstPosition));
    return planned >= PLAN_LIMIT;
  }

  /** What was decided is durable: a mistake in telling it must not undo it, nor keep the others from being told. */
  #performEffects(batch: Batch): void {
    for (const effect of batch.effects) {
      try {
        effect();
      } catch (caught) {
        this.#options.log.error({ err: caught }, "what was decided could not be told");
      }
    }
  }

  #decide(batch: Batch, items: Item[]): ((failure: GaiaError | null) => void)[] {
    const settled: ((failure: GaiaError | null) => void)[] = [];
    const deadline = this.#options.clock.elapsed() + BATCH_CPU_MS;
    for (const [index, item] of items.entries()) {
      if (index > 0 && index % 16 === 0 && this.#options.clock.elapsed() > deadline) {
        this.#inbox.unshift(...items.slice(index));
        break;
      }
      try {
        const value = item.work(batch);
        settled.push((failure) => (failure === null ? item.resolve(value) : item.reject(failure)));
      } catch (caught) {
        const error = errorFrom(caught);
        if (error.code === "internal")
          this.#options.log.error({ err: error.cause }, "an input could not be decided");
        settled.push(() => item.reject(error));
      }
    }
    return settled;
  }

  /** The disk is the truth: what the failed batch changed in memory is read again. */
  async #undo(
    batch: Batch,
    failure: GaiaError,
    settled: readonly ((failure: GaiaError | null) => void)[],
  ): Promise<void> {
    this.#failing = failure;
    this.#options.log.error({ err: failure, code: failure.code }, "a commit failed; nothing of it was kept");
    for (const undo of batch.undoing) undo();
    for (const { held } of batch.touched) this.#forget(held);
    for (const settle of settled) settle(failure);
    const reloaded: HeldRun[] = [];
    for (const { held, isNew } of batch.touched) {
      const again = isNew ? null : await this.#reload(held.id);
      if (again !== null) reloaded.push(again);
    }
    for (const held of reloaded) this.#goOn(held);
    this.#options.clock.after(RETRY_MS, () => this.#wake());
  }

  async #reload(id: string): Promise<HeldRun | null> {
    while (!this.#closed) {
      try {
        const stored = await this.#options.store.runs.load(id);
        return stored === null || isRunEnded(stored.header.status) ? null : this.#takeUp(stored);
      } catch (caught) {
        this.#options.log.error({ err: caught, run: id }, "a run could not be read again; trying on");
        await pause(this.#options.clock, RETRY_MS);
      }
    }
    return null;
  }

  #takeUp(stored: StoredRun): HeldRun {
    const held = heldFrom(stored);
    this.live.add(held);
    this.groups.join(held);
    for (const [number, state] of held.run.jobs) this.dispatch.restore(held, number, state);
    return held;
  }

  /** Performs again what a run that was taken up asks for. */
  #goOn(held: HeldRun): void {
    for (const command of commandsOf(held.run)) this.#perform(null, held, command);
    this.#startIfFree(held);
  }

  #forget(held: HeldRun): void {
    this.live.remove(held.id);
    this.groups.leave(held);
    this.dispatch.forget(held);
  }

  /** Also heals: a run that waited for a group whose runs have ended meanwhile. */
  #startIfFree(held: HeldRun): void {
    if (held.run.header.status !== "pending" || !this.groups.isFirst(held)) return;
    this.enqueue((batch) => {
      if (this.live.get(held.id) === held && held.run.header.status === "pending") this.start(batch, held);
    });
  }

  #changed(
    batch: Batch,
    held: HeldRun,
    commands: readonly RunCommand[],
    before: ReadonlyMap<number, JobState | undefined>,
  ): void {
    const left: number[] = [];
    for (const [number, old] of before) {
      const state = held.run.jobs.get(number);
      if (leftQueue(old, state)) left.push(number);
      if (freedPlace(old, state)) this.dispatch.release(held, number);
    }
    this.dispatch.drop(held, left);
    for (const command of commands) this.#perform(batch, held, command);
    if (isRunEnded(held.run.header.status)) this.#ended(batch, held);
  }

  /** `batch` null: after a restart, when workers are told by reconciliation instead. */
  #perform(batch: Batch | null, held: HeldRun, command: RunCommand): void {
    switch (command.kind) {
      case "queue":
        return this.dispatch.queue(held, command.job);
      case "wake":
        return this.#timers.add(held.id, command.job, command.at);
      case "start_attempt":
        return batch === null
          ? undefined
          : batch.after(() => this.attempts.send(held, command.job, command.ref));
      case "stop_attempt":
        return batch === null ? undefined : batch.after(() => this.attempts.sendStop(held, command));
      case "start_child":
        return batch === null
          ? this.#children.ensure(held, command)
          : batch.after(() => this.#children.ensure(held, command));
      case "stop_child":
        return batch === null
          ? this.#children.stop(held, command)
          : batch.after(() => this.#children.stop(held, command));
    }
  }

  #ended(batch: Batch, held: HeldRun): void {
    this.#options.onEnded?.(batch, held);
    closeRanks(batch, this.groups, this.live, held);
    batch.after(() => {
      this.live.end(held);
      this.dispatch.ended(held);
      const next = this.groups.leave(held);
      const waiting = next === null ? undefined : this.live.get(next);
      if (waiting !== undefined) this.#startIfFree(waiting);
      this.#children.ended(held);
      this.#waiters.release(held.id);
    });
  }

  #timerDue(run: string, job: number | null): void {
    this.enqueue((batch) => {
      const held = this.live.get(run);
      if (held === undefined) return;
      const result = batch.input(held, { kind: "timer", job, at: batch.now }, SYSTEM);
      if (result.kind === "rejected") this.#rearm(held, job);
    });
  }

  /** A clock that stepped back makes a timer early: it is set again for what the state says. */
  #rearm(held: HeldRun, job: number | null): void {
    const dueAt = job === null ? held.run.header.dueAt : dueAtOf(held.run.jobs.get(job));
    if (dueAt !== null) this.#timers.add(held.id, job, dueAt);
  }

  /** Work that nobody waits for: it is tried again until it is durable. */
  enqueue(work: (batch: Batch) => void): void {
    this.submit(work).catch((error: unknown) => {
      if (this.#closed || errorFrom(error).code === "internal") return;
      this.#options.clock.after(RETRY_MS, () => this.enqueue(work));
    });
  }
}
