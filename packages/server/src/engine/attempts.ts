import { type AttemptName, LIMITS } from "@gaia/contracts";
import {
  type AttemptRef,
  type AttemptResult,
  type Growth,
  isHeld,
  lostResult,
  type RunCommand,
} from "@gaia/core";
import type { Batch } from "./batch.ts";
import { attemptName } from "./dispatch.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Engine } from "./engine.ts";
import type { AttemptPlace } from "../logs/port.ts";
import type { AttemptReport, ConnectedWorker, HeldAttempt, HeldRun, Unwanted, WorkerGate } from "./port.ts";

/** How long a worker that is away may still be running an attempt after its lease: clocks drift, kills take a moment. */
export const LEASE_MS = 10_000;
const LEASE_MARGIN_MS = 2_000;
/** A server that has just started does not judge workers that had no time to come back. */
export const START_GRACE_MS = 5_000;

const SYSTEM = { kind: "system", id: "gaia", via: "engine" } as const;

/** Reads a growth fragment that an attempt handed in. */
export type GrowthReader = (
  text: string,
  parent: { readonly key: string; readonly run: HeldRun; readonly job: number },
) =>
  | { readonly kind: "ok"; readonly growth: Growth }
  | { readonly kind: "invalid"; readonly message: string };

/** Attempts in workers' hands: what workers report, hold after a reconnect, or have lost. */
export class Attempts {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #gate: WorkerGate;
  readonly #connected = new Set<string>();
  readonly #judgements = new Map<string, Cancel>();
  /** Set by the composition root: core knows graphs, the pipelines room knows the text. */
  readGrowth: GrowthReader = () => ({ kind: "invalid", message: "growth cannot be read" });

  constructor(engine: Engine, clock: Clock, gate: WorkerGate) {
    this.#engine = engine;
    this.#clock = clock;
    this.#gate = gate;
  }

  isConnected(worker: string): boolean {
    return this.#connected.has(worker);
  }

  /**
   * A worker has come (back) and says what it holds. What the server wants and the worker does not know is sent again
   * or lost; what the worker holds and the server does not want is returned: it must be stopped and forgotten.
   *
   * @param runs for which it has a process that their jobs share
   */
  async connected(
    worker: ConnectedWorker,
    held: readonly HeldAttempt[],
    runs: readonly string[],
  ): Promise<Unwanted> {
    this.#connected.add(worker.id);
    this.#clearJudgement(worker.id);
    const known = new Map(held.map((attempt) => [nameKey(attempt.name), attempt]));
    const unwanted = await this.#engine.submit((batch) => {
      const wanted = new Set<string>();
      for (const { run, job, ref } of this.#heldBy(worker.id)) {
        const key = nameKey(attemptName(run, job, ref));
        if (known.has(key)) wanted.add(key);
        this.#reconcile(batch, run, job, ref, known.get(key));
      }
      const unknown = held.filter((attempt) => !wanted.has(nameKey(attempt.name)));
      const [live, ended] = this.#byLife(runs);
      for (const run of live) this.#engine.dispatch.planner.settle(run, worker.id);
      return { attempts: unknown.map((attempt) => attempt.name), runs: ended };
    });
    this.#engine.dispatch.setWorker({ ...worker, tags: new Set(worker.tags) });
    this.#engine.wake();
    return unwanted;
  }

  updated(worker: ConnectedWorker): void {
    if (!this.#connected.has(worker.id)) return;
    this.#engine.dispatch.setWorker({ ...worker, tags: new Set(worker.tags) });
    this.#engine.wake();
  }

  /** The connection is gone. Attempts that may be run elsewhere are, once the worker's launcher must have killed them. */
  gone(worker: string): void {
    this.#connected.delete(worker);
    this.#engine.dispatch.removeWorker(worker);
    this.#judgeIn(worker, LEASE_MS + LEASE_MARGIN_MS);
  }

  /** After a restart of the server: every worker that holds something gets its grace. */
  expectWorkers(): void {
    const workers = new Set<string>();
    for (const held of this.#engine.live.all()) {
      for (const state of held.run.jobs.values()) if (isHeld(state)) workers.add(state.ref.worker);
    }
    for (const worker of workers) {
      if (!this.#connected.has(worker)) this.#judgeIn(worker, START_GRACE_MS + LEASE_MS + LEASE_MARGIN_MS);
    }
  }

  /** Where the files of an attempt belong; null: the worker does not hold it (any more). */
  placeOf(worker: string, name: AttemptName): AttemptPlace | null {
    const held = this.#engine.live.get(name.run);
    const state = held?.run.jobs.get(name.job);
    if (held === undefined || !isHeld(state)) return null;
    const { ref } = state;
    const isIts = ref.worker === worker && ref.attempt === name.attempt && ref.token === name.token;
    if (!isIts) return null;
    const { run, job, attempt } = name;
    return { run, runCreatedAt: held.run.header.createdAt, job, attempt };
  }

  /** Resolves when every report is durable, or proved stale: then the worker may forget. */
  async report(worker: string, reports: readonly AttemptReport[]): Promise<void> {
    await this.#engine.submit((batch) => {
      for (const report of reports) this.#apply(batch, worker, report);
    });
  }

  /** Sends an attempt for the first time. One that cannot be sent was never started: it ends before its worker hears of it. */
  send(run: HeldRun, job: number, ref: AttemptRef): void {
    const why = this.#engine.dispatch.send(run, job, ref);
    if (why === null) return;
    this.#engine.enqueue((batch) => {
      this.#end(batch, run, job, ref, { ...lostResult(shortened(why)), outcome: "rejected" });
    });
  }

  sendStop(held: HeldRun, command: Extract<RunCommand, { kind: "stop_attempt" }>): void {
    const state = held.run.jobs.get(command.job);
    const cause = state?.kind === "stopping" ? state.cause.kind : "run_stopped";
    const order = {
      name: attemptName(held, command.job, command.ref),
      graceMs: command.graceMs,
      force: command.force,
      cause,
    };
    this.#gate.stop(command.ref.worker, [order]);
  }

  close(): void {
    for (const cancel of this.#judgements.values()) cancel();
    this.#judgements.clear();
  }

  #reconcile(
    batch: Batch,
    run: HeldRun,
    job: number,
    ref: AttemptRef,
    attempt: HeldAttempt | undefined,
  ): void {
    const state = run.run.jobs.get(job);
    if (!isHeld(state)) return;
    if (attempt !== undefined) {
      if (state.kind !== "stopping") return;
      const graceMs = run.run.graph.jobs[job]?.policy.graceMs ?? 0;
      batch.after(() => this.sendStop(run, { kind: "stop_attempt", job, ref, graceMs, force: state.force }));
      return;
    }
    // The worker never heard of it. The launcher refuses a second start of the same attempt, so sending it again is safe.
    if (state.kind === "assigned") batch.after(() => this.#sendAgain(run, job, ref));
    else
      this.#lose(
        batch,
        run,
        job,
        ref,
        "its worker came back without it: the launcher or the machine was restarted",
      );
  }

  /** Whether it was started before is known to the launcher only: what cannot be sent to it is lost, not refused. */
  #sendAgain(run: HeldRun, job: number, ref: AttemptRef): void {
    const why = this.#engine.dispatch.send(run, job, ref);
    if (why === null) return;
    this.#engine.enqueue((batch) => {
      this.#lose(batch, run, job, ref, shortened(`its worker came back without it, and ${why}`));
    });
  }

  #apply(batch: Batch, worker: string, report: AttemptReport): void {
    const held = this.#engine.live.get(report.name.run);
    const state = held?.run.jobs.get(report.name.job);
    if (
      held === undefined ||
      !isHeld(state) ||
      state.ref.token !== report.name.token ||
      state.ref.worker !== worker
    )
      return;
    const actor = { kind: "system", id: worker, via: "worker" } as const;
    const { job, token } = report.name;
    // A worker's clock is not the server's: no attempt starts before it was assigned, none ends after now.
    const at = Math.min(report.at, batch.now);
    if (report.kind === "started") {
      batch.input(held, { kind: "started", job, token, at, stopMeans: report.stopMeans }, actor);
    } else if (report.kind === "returned") {
      batch.input(held, { kind: "returned", job, token, at: batch.now, message: report.message }, actor);
    } else {
      const result = this.#withGrowth(held, job, report.result, report.growth);
      batch.input(held, { kind: "ended", job, token, at: batch.now, result }, actor);
    }
  }

  #withGrowth(run: HeldRun, job: number, result: AttemptResult, text: string): AttemptResult {
    if (text === "" || result.outcome !== "succeeded") return result;
    const key = run.run.graph.jobs[job]?.key ?? "";
    const read = this.readGrowth(text, { key, run, job });
    if (read.kind === "ok") return { ...result, growth: read.growth };
    return {
      ...result,
      outcome: "rejected",
      message: shortened(`its $GAIA_GRAPH is not valid: ${read.message}`),
    };
  }

  #byLife(runs: readonly string[]): readonly [readonly string[], readonly string[]] {
    const isLive = (run: string): boolean => this.#engine.live.get(run) !== undefined;
    return [runs.filter(isLive), runs.filter((run) => !isLive(run))];
  }

  #heldBy(
    worker: string,
  ): readonly { readonly run: HeldRun; readonly job: number; readonly ref: AttemptRef }[] {
    const found: { readonly run: HeldRun; readonly job: number; readonly ref: AttemptRef }[] = [];
    for (const run of this.#engine.live.all()) {
      for (const [job, state] of run.run.jobs) {
        if (isHeld(state) && state.ref.worker === worker) found.push({ run, job, ref: state.ref });
      }
    }
    return found;
  }

  #judgeIn(worker: string, afterMs: number): void {
    this.#clearJudgement(worker);
    this.#judgements.set(
      worker,
      this.#clock.after(afterMs, () => this.#judge(worker)),
    );
  }

  #clearJudgement(worker: string): void {
    this.#judgements.get(worker)?.();
    this.#judgements.delete(worker);
  }

  /** The lease and the kill deadline have passed: `rerun` and `fail` attempts are lost; `wait` ones wait for their worker. */
  #judge(worker: string): void {
    this.#judgements.delete(worker);
    this.#engine.enqueue((batch) => {
      if (this.#connected.has(worker)) return;
      this.#engine.dispatch.planner.abandon(worker);
      for (const { run, job, ref } of this.#heldBy(worker)) {
        const onLost = run.run.graph.jobs[job]?.policy.onLost;
        if (onLost !== "wait")
          this.#lose(batch, run, job, ref, `its worker has been away for longer than its lease`);
      }
    });
  }

  #lose(batch: Batch, run: HeldRun, job: number, ref: AttemptRef, message: string): void {
    this.#end(batch, run, job, ref, lostResult(message));
  }

  #end(batch: Batch, run: HeldRun, job: number, ref: AttemptRef, result: AttemptResult): void {
    // What is held now: after a commit that failed it is another object than before.
    const held = this.#engine.live.get(run.id);
    if (held === undefined) return;
    batch.input(held, { kind: "ended", job, token: ref.token, at: batch.now, result }, SYSTEM);
  }
}

function shortened(message: string): string {
  return message.slice(0, LIMITS.messageCharacters);
}

function nameKey(name: AttemptName): string {
  return `${name.run}.${name.job}.${name.attempt}.${name.token}`;
}
