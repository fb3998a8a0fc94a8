import type { EventView } from "../../api/client.ts";
import { numberIn, textIn, textOrNullIn } from "../travel/body.ts";

/** What a job did with its time. Waiting for a worker, waiting for something else, and working are never mixed. */
export type Doing = "queued" | "waiting" | "working";

/** For what a job waits that no worker could do. */
export type WaitsFor = "person" | "retry" | "run";

/** A stretch of time in which a job did one thing. */
export interface Phase {
  readonly doing: Doing;
  readonly waitsFor: WaitsFor | null;
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
  /** An attempt that failed, ran out of time, was lost or was refused. */
  readonly hasFailed: boolean;
  /** Id of the worker; empty where none is concerned. */
  readonly worker: string;
}

/** All that the events up to a moment say of how a job spent its time. */
export interface Track {
  readonly phases: readonly Phase[];
  readonly endedAt: number | null;
}

/** A phase with the events that began and ended it, so that it can be cut at any moment. */
type Recorded = { -readonly [K in keyof Phase]: Phase[K] } & { begunBy: number; endedBy: number };

interface Recording {
  readonly phases: Recorded[];
  endedAt: number | null;
  endedBy: number;
}

const NOT_YET = Number.POSITIVE_INFINITY;
const FAILED = new Set(["failed", "timed_out", "lost", "limit", "rejected"]);

/** How all jobs of a run spent their time. Grows as events come, and can be looked at as of any of them. */
export class Tracks {
  readonly #jobs = new Map<string, Recording>();
  readonly #growths: { readonly parent: string; readonly first: number; readonly end: number }[] = [];
  #last = 0;

  get last(): number {
    return this.#last;
  }

  extend(events: readonly EventView[]): this {
    // Events are numbered densely from 1: what has been taken in is passed over without being looked at.
    for (let index = this.#last; index < events.length; index++) {
      const event = events[index];
      if (event === undefined || event.seq !== this.#last + 1) return this;
      this.#take(event);
      this.#last = event.seq;
    }
    return this;
  }

  /** The job as it was right after the event `seq`; null: nothing had happened to it. */
  at(job: string, seq: number): Track | null {
    const recording = this.#jobs.get(job);
    if (recording === undefined) return null;
    const phases = recording.phases.filter(({ begunBy }) => begunBy <= seq).map((phase) => cut(phase, seq));
    const hasEnded = recording.endedBy <= seq;
    if (phases.length === 0 && !hasEnded) return null;
    return { phases, endedAt: hasEnded ? recording.endedAt : null };
  }

  /** The job that grew the one with this number; null: it was in the graph from the start. */
  parentOf(number: number): string | null {
    return this.#growths.find(({ first, end }) => number >= first && number < end)?.parent ?? null;
  }

  #take(event: EventView): void {
    if (event.job === null) return;
    if (event.kind === "graph.grown") {
      const first = numberIn(event, "first");
      this.#growths.push({ parent: event.job, first, end: first + numberIn(event, "jobs") });
      return;
    }
    if (!TIMED.has(event.kind)) return;
    let recording = this.#jobs.get(event.job);
    if (recording === undefined) {
      recording = { phases: [], endedAt: null, endedBy: NOT_YET };
      this.#jobs.set(event.job, recording);
    }
    record(recording, event);
  }
}

const TIMED = new Set([
  "job.queued",
  "job.assigned",
  "job.started",
  "attempt.ended",
  "job.backoff",
  "job.asked",
  "job.child",
  "child.ended",
  "job.ended",
]);

function record(recording: Recording, event: EventView): void {
  const at = Date.parse(event.at);
  switch (event.kind) {
    case "job.queued":
      return begin(recording, event, at, "queued");
    case "job.assigned": {
      const open = openOf(recording);
      if (open !== undefined) open.worker = textIn(event, "worker");
      return;
    }
    case "job.started":
      return begin(recording, event, startOf(event, at), "working");
    case "attempt.ended":
      return endAttempt(recording, event, at);
    case "job.backoff":
      return begin(recording, event, at, "waiting", "retry");
    case "job.asked":
      return begin(recording, event, at, "waiting", "person");
    case "job.child":
      return begin(recording, event, at, "waiting", "run");
    case "child.ended":
      return close(recording, event, at);
    default:
      close(recording, event, at);
      recording.endedAt = at;
      recording.endedBy = event.seq;
  }
}

/** An attempt may end before its start was told: then its end tells both. */
function endAttempt(recording: Recording, event: EventView, at: number): void {
  const hasFailed = FAILED.has(textIn(event, "outcome"));
  const isKnown = openOf(recording)?.doing === "working";
  const startedAt = textOrNullIn(event, "started_at");
  if (!isKnown && (startedAt !== null || hasFailed)) begin(recording, event, startOf(event, at), "working");
  const open = openOf(recording);
  if (open?.doing === "working") open.hasFailed = hasFailed;
  close(recording, event, at);
}

/** By the worker's clock, which may differ from the server's a little. */
function startOf(event: EventView, at: number): number {
  const startedAt = textOrNullIn(event, "started_at");
  return startedAt === null ? at : Math.min(at, Date.parse(startedAt));
}

function begin(
  recording: Recording,
  event: EventView,
  at: number,
  doing: Doing,
  waitsFor: WaitsFor | null = null,
): void {
  const last = recording.phases.at(-1);
  close(recording, event, at);
  recording.phases.push({
    doing,
    waitsFor,
    from: Math.max(at, last?.from ?? at),
    to: null,
    hasFailed: false,
    worker: textIn(event, "worker"),
    begunBy: event.seq,
    endedBy: NOT_YET,
  });
}

function close(recording: Recording, event: EventView, at: number): void {
  const open = openOf(recording);
  if (open === undefined) return;
  open.to = Math.max(open.from, at);
  open.endedBy = event.seq;
}

function openOf(recording: Recording): Recorded | undefined {
  const last = recording.phases.at(-1);
  return last?.to === null ? last : undefined;
}

/** As it was known right after an event: what ended later goes on, and has not failed yet. */
function cut(phase: Recorded, seq: number): Phase {
  return phase.endedBy <= seq ? phase : { ...phase, to: null, hasFailed: false };
}

const known = new WeakMap<EventView, Tracks>();

/** The tracks of a run by its events, the first of them being the run's first; made once and extended as they come. */
export function tracksOf(events: readonly EventView[]): Tracks {
  const [first] = events;
  if (first === undefined) return new Tracks();
  const tracks = known.get(first) ?? new Tracks();
  known.set(first, tracks);
  return tracks.extend(events);
}
