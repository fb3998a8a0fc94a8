import { LIMITS } from "@gaia/contracts";
import { isRunEnded, type JobState, type RunHeader } from "@gaia/core";
import type { HeldRun, Published } from "../../engine/port.ts";
import type { EventRow } from "../../store/port.ts";
import type { ApiContext } from "../context.ts";
import { runCursor, seqFrom } from "../cursors.ts";
import { eventView } from "../views/event-view.ts";
import { jobView } from "../views/job-view.ts";
import { runDetailView, wholeRunView } from "../views/run-detail.ts";
import { type RunSnapshot, snapshotOf } from "../views/snapshot.ts";
import { type Channel, frame } from "./channel.ts";
import { Pace } from "./pace.ts";
import { Reasons } from "./reasons.ts";
import { touchedJobs } from "./touched-jobs.ts";

/** Reasons also change without an event of the run: a worker comes or goes, slots become free. */
const REASONS_MS = 2_000;

type States = ReadonlyMap<number, JobState | undefined>;

/** Something published, with the states that the jobs had at that moment. */
interface News {
  readonly header: RunHeader;
  readonly events: readonly EventRow[];
  readonly states: States;
}

/**
 * One run, as it happens: a `snapshot`, then each `event`, and the newest `job` and `run` states, at most twenty times a
 * second. Of each job the newest state wins; events are complete and in order. Ends with `end`.
 *
 * Within a write the states go first and the events, which carry the cursor, last: a connection that breaks in between
 * is resumed before the events, never behind states that did not arrive.
 */
export class RunStream {
  readonly #context: ApiContext;
  readonly #channel: Channel;
  readonly #run: string;
  readonly #pace: Pace;
  readonly #reasons = new Reasons();
  #unsubscribe: () => void = () => undefined;
  #refresh: NodeJS.Timeout | null = null;
  /** Null: it is not known yet where the client stands; what is published waits in `#early`. */
  #held: HeldRun | null = null;
  #early: News[] = [];
  /** Last event that the client has, or that waits in `#events`. */
  #seq = 0;
  #header: RunHeader | null = null;
  #events: EventRow[] = [];
  #jobs = new Map<number, JobState | undefined>();
  #overflowed = false;

  constructor(context: ApiContext, channel: Channel, run: string) {
    this.#context = context;
    this.#channel = channel;
    this.#run = run;
    this.#pace = new Pace(() => context.guard(channel, () => this.#flush()));
  }

  /** @param after cursor of the last event that the client has; null: it has nothing */
  async open(after: string | null): Promise<void> {
    this.#unsubscribe = this.#context.subscribe(this.#channel, (published) => this.#hear(published));
    this.#refresh = setInterval(() => void this.#refreshReasons(), REASONS_MS);
    this.#refresh.unref();
    this.#channel.listen({ drained: () => this.#pace.ask(true), closed: () => this.#close() });
    const seq = after === null ? null : seqFrom(after, this.#run);
    if (seq === null || !(await this.#resume(seq))) await this.#snapshot(after !== null);
  }

  /** Sends what happened since; false when that is too much, or the cursor is ahead of the run. */
  async #resume(seq: number): Promise<boolean> {
    const { engine, store } = this.#context.deps;
    const rows = await store.runs.events(this.#run, seq, LIMITS.eventStreamBacklog + 1);
    const summary = await store.runs.summary(this.#run);
    if (summary === null || seq > summary.seq || rows.length > LIMITS.eventStreamBacklog) return false;
    const read = (run: RunSnapshot): News => ({
      header: run.header,
      events: rows,
      states: touchedJobs(run, rows),
    });
    const news = await this.#context.runById(this.#run, read);
    this.#held = await engine.live.find(this.#run);
    this.#seq = seq;
    this.#take(news);
    this.#takeEarly();
    this.#pace.ask(true);
    return true;
  }

  async #snapshot(isReset: boolean): Promise<void> {
    const found = await this.#context.runById(this.#run, (run) => ({
      seq: run.seq,
      header: run.header,
      detail: runDetailView(run, this.#context.situation()),
    }));
    this.#held = await this.#context.deps.engine.live.find(this.#run);
    this.#seq = found.seq;
    this.#header = isRunEnded(found.header.status) ? found.header : null;
    this.#clear();
    for (const job of found.detail.jobs) this.#reasons.sent(job);
    const reset = isReset
      ? [frame("reset", { reason: "what happened since is not kept; a snapshot follows" }, null)]
      : [];
    this.#channel.write([...reset, frame("snapshot", found.detail, runCursor(this.#run, found.seq))]);
    this.#takeEarly();
    this.#pace.ask(true);
  }

  /** Called when memory and disk say the same: the states are taken now, and shown later. */
  #hear(published: readonly Published[]): void {
    for (const entry of published) {
      if (entry.kind !== "run" || entry.run !== this.#run) continue;
      const current = this.#context.deps.engine.live.get(this.#run) ?? this.#held;
      // An ended run that this stream has not found yet: its states do not change any more.
      const states: States =
        current === null ? new Map() : touchedJobs(snapshotOf(current, entry.header), entry.events);
      const news = { header: entry.header, events: entry.events, states };
      if (this.#held === null) this.#early.push(news);
      else {
        this.#held = current;
        this.#take(news);
        this.#pace.ask(isRunEnded(entry.header.status));
      }
    }
  }

  #takeEarly(): void {
    for (const news of this.#early.splice(0)) {
      const held = this.#held;
      const isWhole = news.states.size > 0 || held === null;
      this.#take(
        isWhole ? news : { ...news, states: touchedJobs(snapshotOf(held, news.header), news.events) },
      );
    }
  }

  #take({ header, events, states }: News): void {
    const fresh = events.filter((row) => row.seq > this.#seq);
    if (fresh.length === 0 && events.length > 0) return;
    this.#header = header;
    for (const [number, state] of states) this.#jobs.set(number, state);
    this.#events.push(...fresh);
    this.#seq = fresh.at(-1)?.seq ?? this.#seq;
    if (this.#events.length <= LIMITS.eventStreamBacklog) return;
    this.#overflowed = true;
    this.#clear();
  }

  #clear(): void {
    this.#events = [];
    this.#jobs = new Map();
  }

  #flush(): void {
    const held = this.#held;
    if (held === null || this.#channel.isBlocked || !this.#channel.isOpen) return;
    if (this.#overflowed) {
      this.#overflowed = false;
      this.#held = null;
      this.#snapshot(true).catch(() => this.#channel.end("failed"));
      return;
    }
    const header = this.#header;
    if (header === null && this.#jobs.size === 0) return;
    const run = shownRun(held, header ?? held.run.header, this.#seq, this.#jobs);
    const situation = this.#context.situation();
    const jobs = Array.from(this.#jobs.keys(), (number) => jobView(run, number, situation));
    for (const job of jobs) this.#reasons.sent(job);
    const changed = jobs.map((job) => frame("job", job, null));
    const state = header === null ? [] : [frame("run", wholeRunView(run, situation.now), null)];
    const events = this.#events.map((row) => {
      const view = eventView(this.#run, row, run.keyOf);
      return frame("event", view, view.cursor);
    });
    const isOver = header !== null && isRunEnded(header.status);
    const end = isOver ? [frame("end", { status: header.status }, runCursor(this.#run, this.#seq))] : [];
    this.#clear();
    this.#header = null;
    this.#channel.write([...changed, ...state, ...events, ...end]);
    if (isOver) this.#channel.end();
  }

  async #refreshReasons(): Promise<void> {
    if (this.#held === null || this.#channel.isBlocked || this.#reasons.isEmpty) return;
    const seq = this.#seq;
    const changed = await this.#context
      .runById(this.#run, (run) => ({
        seq: run.seq,
        jobs: this.#reasons.changed(run, this.#context.situation()),
      }))
      .catch(() => null);
    // With events on their way, the jobs come with them.
    if (changed === null || changed.seq !== seq || this.#seq !== seq) return;
    for (const job of changed.jobs) this.#reasons.sent(job);
    this.#channel.write(changed.jobs.map((job) => frame("job", job, null)));
  }

  #close(): void {
    this.#unsubscribe();
    this.#pace.stop();
    if (this.#refresh !== null) clearInterval(this.#refresh);
    this.#early = [];
    this.#clear();
  }
}

/** The run as it was published last, even if memory has gone on since. */
function shownRun(held: HeldRun, header: RunHeader, seq: number, states: States): RunSnapshot {
  const now = snapshotOf(held, header);
  return {
    ...now,
    seq,
    stateOf: (number) => (states.has(number) ? states.get(number) : now.stateOf(number)),
  };
}
