import { errorFrom, LIMITS, pipelineOfBuild } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { Cancel, Clock } from "../engine/clock.ts";
import type { SecretResolver } from "../engine/options.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Logger } from "../observe/port.ts";
import type { CommitStatusRow, CommitStatusStore, StatusWish } from "../store/port.ts";
import { sendStatus, type Sent } from "./send-status.ts";
import { begun, cut, ended, type StateToTell } from "./sentences.ts";

export interface CommitStatusesOptions {
  readonly store: Pick<CommitStatusStore, "open">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secret: SecretResolver;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  /** How a run has ended, in words. */
  readonly outcomeOf: (held: HeldRun) => string;
  /** Under which people reach this server's dashboard, without a slash at its end; empty: not known. */
  readonly publicUrl: string;
}

/** Why a forge could not be told of a trigger's run. */
export interface StatusProblem {
  readonly at: number;
  readonly message: string;
}

/** Requests under way: each is a connection. A forge that hangs takes no more than its own share of them. */
const SENDS_AT_ONCE = 8;
const SENDS_PER_FORGE = 2;
/** A forge that does not take a status is asked more and more seldom, but at least so often. */
const FIRST_RETRY_MS = 5_000;
const SELDOM_MS = 3_600_000;

/** Statuses of one name at one commit: they are told one after the other. */
interface Lane {
  /** What is to be told: the newest that is durable. Null: nothing any more. */
  next: CommitStatusRow | null;
  sending: boolean;
  failures: number;
  /** Calls off the next try. */
  cancel: Cancel | null;
}

/**
 * Tells forges what runs on their commits come to. What is to be told is a row, written with the run's beginning and with
 * its end; that it was told is another commit. So a forge may be told twice, and is not left in the dark, whatever is
 * killed in between.
 */
export class CommitStatuses {
  readonly #options: CommitStatusesOptions;
  /** Those that are open or being sent, as the store will have them: ahead of it by what is being committed. */
  readonly #rows = new Map<string, CommitStatusRow>();
  /** By lane the run that had something to say last. */
  readonly #newest = new Map<string, string>();
  readonly #lanes = new Map<string, Lane>();
  /** Those that may be tried now, the longest wait first. */
  readonly #ready = new Map<string, Lane>();
  readonly #sending = new Map<CommitStatusRow, Promise<void>>();
  readonly #problems = new Map<string, StatusProblem>();
  /** How often secrets were changed: a try that has begun before may have had the old token. */
  #secretChanges = 0;
  readonly #abort = new AbortController();
  #isStarted = false;

  constructor(options: CommitStatusesOptions) {
    this.#options = options;
  }

  /** Takes up what the store remembers; before any run can end. */
  async load(): Promise<void> {
    for (const row of await this.#options.store.open()) {
      this.#rows.set(row.run, row);
      if (isUntold(row)) this.#queue(row);
    }
  }

  /** Forges are told from now on. */
  start(): void {
    this.#isStarted = true;
    this.#pump();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    for (const lane of this.#lanes.values()) lane.cancel?.();
    await Promise.all(this.#sending.values());
  }

  /** A run that a forge is to be told of is made in this batch. */
  begin(batch: Batch, held: HeldRun, { target, commit, trigger, pipeline }: StatusWish): void {
    const { id: run, namespace, facts } = held;
    const common = { run, namespace, pipeline, trigger, target, commit, told: null };
    this.#want(batch, common, begun(facts.number, pipelineOfBuild(facts.pipeline) !== null));
  }

  /** A run has ended in this batch. What a build has come to is known only when its version is made. */
  ended(batch: Batch, held: HeldRun): void {
    const row = this.#rows.get(held.id);
    if (row === undefined || pipelineOfBuild(held.facts.pipeline) !== null) return;
    this.#want(batch, row, ended(held.run.header.status, this.#options.outcomeOf(held)));
  }

  /** What a build has come to is written in this batch. @param wish null: only if the forge was told of its beginning */
  settled(
    batch: Batch,
    { id: run, namespace }: Pick<HeldRun, "id" | "namespace">,
    told: StateToTell,
    wish: StatusWish | null,
  ): void {
    const former = this.#rows.get(run) ?? (wish === null ? null : { ...wish, run, namespace, told: null });
    if (former !== null) this.#want(batch, former, { ...told, description: cut(told.description) });
  }

  /** A token may be right now: what was refused, or is about to be, is tried again. */
  secretsChanged(): void {
    // Who keeps the secrets knows of the change only behind its commit.
    this.#options.clock.after(0, () => {
      this.#secretChanges += 1;
      for (const [key, lane] of this.#lanes) {
        lane.failures = 0;
        if (lane.cancel !== null) this.#due(key, lane);
      }
    });
  }

  /**
   * Why the forge could not be told at the last try, since the server started, for a run of this trigger; null: it could.
   * @param trigger its id, or what builds a pipeline
   */
  problemOf(
    trigger: string | { readonly namespace: string; readonly pipeline: string },
  ): StatusProblem | null {
    const key = typeof trigger === "string" ? trigger : causeOf({ ...trigger, trigger: null });
    return this.#problems.get(key) ?? null;
  }

  #want(
    batch: Batch,
    former: Omit<CommitStatusRow, keyof StateToTell | "since" | "problem" | "dropped" | "isOpen">,
    told: StateToTell,
  ): void {
    const row = { ...former, ...told, since: batch.now, problem: "", dropped: null, isOpen: true };
    this.#supersede(batch, row);
    this.#save(batch, row);
    batch.after(() => this.#queue(row));
  }

  /** What another run had to say before this one, and did not come to say, is not said any more. */
  #supersede(batch: Batch, row: CommitStatusRow): void {
    const key = laneOf(row);
    const before = this.#newest.get(key);
    this.#newest.set(key, row.run);
    batch.undo(() => {
      if (before === undefined) this.#newest.delete(key);
      else this.#newest.set(key, before);
    });
    const other = before === row.run ? undefined : this.#rows.get(before ?? "");
    if (other !== undefined && isUntold(other)) this.#drop(batch, other, "superseded");
  }

  #drop(batch: Batch, row: CommitStatusRow, dropped: "superseded" | "given_up"): void {
    this.#save(batch, { ...row, dropped, isOpen: !isFinal(row) });
  }

  /** Known at once, so that what follows in the same batch builds on it. */
  #save(batch: Batch, row: CommitStatusRow): void {
    const before = this.#rows.get(row.run);
    batch.saveCommitStatus(row);
    this.#keep(row);
    batch.undo(() => {
      if (before === undefined) this.#rows.delete(row.run);
      else this.#keep(before);
    });
  }

  #keep(row: CommitStatusRow): void {
    if (row.isOpen || this.#isBeingSent(row.run)) this.#rows.set(row.run, row);
    else this.#rows.delete(row.run);
  }

  /** Then what the forge answers is written yet. */
  #isBeingSent(run: string): boolean {
    return [...this.#sending.keys()].some((row) => row.run === run);
  }

  /** It goes as soon as what is under way in its lane has ended. */
  #queue(row: CommitStatusRow): void {
    const key = laneOf(row);
    const lane = this.#lanes.get(key) ?? { next: null, sending: false, failures: 0, cancel: null };
    this.#lanes.set(key, lane);
    this.#newest.set(key, row.run);
    lane.next = row;
    this.#due(key, lane);
  }

  #due(key: string, lane: Lane): void {
    lane.cancel?.();
    lane.cancel = null;
    this.#ready.set(key, lane);
    this.#pump();
  }

  #pump(): void {
    if (!this.#isStarted || this.#abort.signal.aborted) return;
    for (const [key, lane] of this.#ready) {
      if (this.#sending.size >= SENDS_AT_ONCE) return;
      const row = lane.next;
      if (lane.sending || (row !== null && this.#sendsTo(row) >= SENDS_PER_FORGE)) continue;
      this.#ready.delete(key);
      if (row !== null) this.#perform(key, lane, row);
      else {
        this.#lanes.delete(key);
        this.#newest.delete(key);
      }
    }
  }

  #sendsTo({ target }: CommitStatusRow): number {
    return [...this.#sending.keys()].filter((row) => row.target.api === target.api).length;
  }

  #perform(key: string, lane: Lane, row: CommitStatusRow): void {
    lane.sending = true;
    const secretChanges = this.#secretChanges;
    const sending = this.#tell(row).then((again) => {
      lane.sending = false;
      this.#sending.delete(row);
      const kept = this.#rows.get(row.run);
      if (kept !== undefined) this.#keep(kept);
      if (again === null) {
        lane.failures = 0;
        if (lane.next === row) lane.next = null;
      }
      // What has come meanwhile, a token as well, does not wait for what failed before it.
      if (again === null || lane.next !== row || this.#secretChanges > secretChanges) this.#due(key, lane);
      else this.#wait(key, lane, again.leastMs);
    });
    this.#sending.set(row, sending);
  }

  #wait(key: string, lane: Lane, leastMs: number): void {
    const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(lane.failures, 20), SELDOM_MS);
    const waitMs = Math.max(backoffMs, Math.min(leastMs, LIMITS.statusRetryMs));
    lane.failures += 1;
    lane.cancel = this.#options.clock.after(waitMs, () => this.#due(key, lane));
    this.#pump();
  }

  /** Tries once and keeps what came of it. Null: done with; else how long the forge is to be left alone at least. */
  async #tell(row: CommitStatusRow): Promise<{ readonly leastMs: number } | null> {
    const { submit, log } = this.#options;
    try {
      const sent = await this.#try(row);
      if (this.#abort.signal.aborted) return null;
      this.#remember(row, sent);
      const isGivenUp =
        sent.kind === "failed" && this.#options.clock.now() - row.since >= LIMITS.statusRetryMs;
      await submit((batch) => this.#settle(batch, row, sent, isGivenUp));
      return sent.kind === "told" || isGivenUp ? null : { leastMs: sent.retryAfterMs ?? 0 };
    } catch (caught) {
      if (this.#abort.signal.aborted) return null;
      // What came of it could not be kept: the forge is told again.
      log.error({ err: errorFrom(caught), run: row.run }, "what a forge was told could not be kept");
      return { leastMs: 0 };
    }
  }

  async #try(row: CommitStatusRow): Promise<Sent> {
    const { secret, publicUrl } = this.#options;
    const { target, run } = row;
    const asked = secret(target.token, row);
    if (asked.kind === "refused") {
      const problem = `it needs the secret ${target.token}, ${asked.why}`;
      return { kind: "failed", problem, retryAfterMs: null };
    }
    const url = publicUrl === "" ? null : `${publicUrl}/runs/${run}`;
    return sendStatus({ ...row, url }, asked.value.trim(), this.#abort.signal);
  }

  #settle(batch: Batch, tried: CommitStatusRow, sent: Sent, isGivenUp: boolean): void {
    const row = this.#rows.get(tried.run);
    if (row === undefined) return;
    const isSame = row.since === tried.since && row.state === tried.state;
    if (sent.kind === "told") {
      const told = { state: tried.state, at: batch.now };
      // Superseded meanwhile or not: it was told.
      const settled = isSame ? ({ problem: "", dropped: null, isOpen: !isFinal(row) } as const) : {};
      return this.#save(batch, { ...row, ...settled, told });
    }
    if (!isSame || row.dropped !== null) return;
    const failed = { ...row, problem: sent.problem };
    if (isGivenUp) {
      this.#noteGivenUp(batch, failed);
      this.#drop(batch, failed, "given_up");
    } else if (row.problem !== sent.problem) this.#save(batch, failed);
  }

  #noteGivenUp(batch: Batch, row: CommitStatusRow): void {
    const { namespace, pipeline, run, commit, state, target, problem: message } = row;
    const { forge, repository, context } = target;
    const actor = { kind: "system", id: "gaia", via: "commit_status" } as const;
    const body = { run, commit, state, forge, repository, context, message };
    batch.note({ namespace, at: batch.now, actor, kind: "status.failed", subject: pipeline, body });
  }

  #remember(row: CommitStatusRow, sent: Sent): void {
    const { log, clock } = this.#options;
    const { run, target } = row;
    if (sent.kind === "told") return void this.#problems.delete(causeOf(row));
    const message = sent.problem;
    // Told once: it would be the same with each try.
    if (this.#rows.get(run)?.problem !== message)
      log.warn({ run, forge: target.api, why: message }, "a forge could not be told of a run");
    this.#problems.set(causeOf(row), { at: clock.now(), message });
  }
}

function isFinal({ state }: Pick<CommitStatusRow, "state">): boolean {
  return state !== "pending";
}

/** Whether its state has to be told yet. */
function isUntold({ state, told, dropped }: CommitStatusRow): boolean {
  return dropped === null && told?.state !== state;
}

/** What runs of the same origin share. */
function causeOf({
  trigger,
  namespace,
  pipeline,
}: Pick<CommitStatusRow, "trigger" | "namespace" | "pipeline">): string {
  return trigger ?? JSON.stringify([namespace, pipeline]);
}

function laneOf({ target, commit }: Pick<CommitStatusRow, "target" | "commit">): string {
  return JSON.stringify([target.api, target.repository, target.context, commit]);
}
