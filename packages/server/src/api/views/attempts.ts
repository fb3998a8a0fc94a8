import type { JobDetail } from "@gaia/contracts";
import { attemptOfChildRun, isEnded, type AttemptRef, type JobState, type Outcome } from "@gaia/core";
import type { Store, StoredEvent } from "../../store/port.ts";
import { type Situation, workerName } from "../situation.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";
import type { RunSnapshot } from "./snapshot.ts";

type AttemptView = JobDetail["attempts"][number];

/** What a job's events say about its attempts. */
export interface AttemptHistory {
  readonly queuedAt: number | null;
  readonly attempts: readonly KnownAttempt[];
}

export interface KnownAttempt {
  readonly number: number;
  /** Null: its work was a child run, which no worker holds. */
  readonly worker: string | null;
  readonly childRun: string | null;
  readonly assignedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: Outcome | null;
  readonly exitCode: number | null;
  readonly message: string;
  readonly stopMeans: string;
  readonly usage: unknown;
}

const PAGE = 1_000;
/** A run of 100,000 jobs has half a million events; a job's own lie close together. Past this many, older attempts are left out. */
const LOOKED_AT = 100_000;

/**
 * The attempts of a job, read from the run's history backwards: from the job's end, or from now, to its first
 * assignment. What lies outside of that is not read.
 */
export async function attemptHistory(
  store: Store,
  run: Pick<RunSnapshot, "id" | "seq">,
  job: number,
  state: JobState | undefined,
): Promise<AttemptHistory> {
  if (state === undefined) return { queuedAt: null, attempts: [] };
  const found = new Attempts(job);
  let end = isEnded(state) ? await firstSeqAfter(store, run, state.endedAt) : run.seq + 1;
  const stopAt = Math.max(1, end - LOOKED_AT);
  while (end > stopAt && !found.isWhole) {
    const start = Math.max(stopAt, end - PAGE);
    const rows = await store.runs.events(run.id, start - 1, end - start);
    for (const row of rows.toReversed()) if (row.seq < end) found.add(row);
    end = start;
  }
  return found.history();
}

/** Seq of the first event that happened later than `at`; by halving, because a run's events are ordered by time. */
async function firstSeqAfter(
  store: Store,
  run: Pick<RunSnapshot, "id" | "seq">,
  at: number,
): Promise<number> {
  let low = 1;
  let high = run.seq + 1;
  while (high - low > PAGE) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await store.runs.events(run.id, middle - 1, 1);
    if (row === undefined || row.at > at) high = middle;
    else low = middle;
  }
  return high;
}

type Draft = { -readonly [K in keyof KnownAttempt]: KnownAttempt[K] };

/** Collects a job's attempts from its events, the newest first. */
class Attempts {
  readonly #job: number;
  readonly #attempts = new Map<number, Draft>();
  #queuedAt: number | null = null;
  #isWhole = false;

  constructor(job: number) {
    this.#job = job;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  add(row: StoredEvent): void {
    const { event } = row;
    if (!("job" in event) || event.job !== this.#job) return;
    if (event.kind === "job.child") {
      const attempt = this.#childOf(event.run);
      attempt.assignedAt = row.at;
      attempt.startedAt = row.at;
      if (attemptOfChildRun(event.run) === 1) this.#isWhole = true;
    } else if (event.kind === "child.ended") {
      const attempt = this.#childOf(event.run);
      attempt.endedAt = row.at;
      attempt.outcome = event.outcome;
      if (event.reason.kind === "invalid") attempt.message = event.reason.message;
    } else if (event.kind === "job.queued") {
      this.#queuedAt = row.at;
      if (event.attempt === 1) this.#isWhole = true;
    } else if (event.kind === "job.assigned") {
      this.#attemptOf(event.ref).assignedAt = row.at;
    } else if (event.kind === "job.started") {
      const attempt = this.#attemptOf(event.ref);
      attempt.startedAt = event.startedAt;
      attempt.stopMeans = event.stopMeans;
    } else if (event.kind === "attempt.ended") {
      const attempt = this.#attemptOf(event.ref);
      attempt.endedAt = row.at;
      attempt.startedAt = event.startedAt;
      attempt.usage = event.usage;
      if (event.reason.kind === "attempt") {
        attempt.outcome = event.reason.outcome;
        attempt.exitCode = event.reason.exitCode;
        attempt.message = event.reason.message;
      }
    } else if (event.kind === "job.returned") {
      const attempt = this.#attemptOf(event.ref);
      attempt.endedAt = row.at;
      attempt.message = event.message;
    }
  }

  history(): AttemptHistory {
    const attempts = [...this.#attempts.values()].sort((a, b) => a.number - b.number);
    return { queuedAt: this.#queuedAt, attempts };
  }

  #attemptOf(ref: AttemptRef): Draft {
    return this.#numbered(ref.attempt, ref.worker, null);
  }

  #childOf(run: string): Draft {
    return this.#numbered(attemptOfChildRun(run), null, run);
  }

  #numbered(number: number, worker: string | null, childRun: string | null): Draft {
    const known = this.#attempts.get(number);
    if (known !== undefined) return known;
    const made: Draft = {
      number,
      worker,
      childRun,
      assignedAt: 0,
      startedAt: null,
      endedAt: null,
      outcome: null,
      exitCode: null,
      message: "",
      stopMeans: "",
      usage: null,
    };
    this.#attempts.set(number, made);
    return made;
  }
}

/** An attempt as the API shows it. */
export function attemptView(attempt: KnownAttempt, situation: Situation): AttemptView {
  return {
    number: attempt.number,
    worker: attempt.worker === null ? "" : workerName(situation, attempt.worker),
    child_run: attempt.childRun,
    assigned_at: timeText(attempt.assignedAt),
    started_at: timeTextOrNull(attempt.startedAt),
    ended_at: timeTextOrNull(attempt.endedAt),
    outcome: attempt.outcome,
    exit_code: attempt.exitCode,
    message: attempt.message,
    stop_means: attempt.stopMeans === "" ? meansIn(attempt.usage) : attempt.stopMeans,
    usage: attempt.usage,
  };
}

/** The worker says with what an attempt used by which means it was bound: an attempt may end before its start was told. */
function meansIn(usage: unknown): string {
  if (typeof usage !== "object" || usage === null || !("stop_means" in usage)) return "";
  return typeof usage.stop_means === "string" ? usage.stop_means : "";
}
