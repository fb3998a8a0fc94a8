import type { EventView, RunView } from "../../api/client.ts";
import { isSetIn, numberIn, numberOrNullIn, numbersIn, recordIn, textIn, textOrNullIn } from "./body.ts";

/** What a job is doing: finer than its status, as the server's own states are. */
export type JobKind =
  | "queued"
  | "assigned"
  | "running"
  | "backoff"
  | "approval"
  | "child"
  | "group"
  | "stopping"
  | "stopping_child"
  | "completed"
  | "failed"
  | "skipped"
  | "cancelled";

/** What the events up to a moment say of a job. A job that they do not name is pending and was never touched. */
export interface JobFacts {
  readonly kind: JobKind;
  /** Attempts assigned so far. */
  readonly attempt: number;
  readonly failures: number;
  readonly losses: number;
  /** Id of the worker that holds its attempt; empty: none does. */
  readonly worker: string;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly dueAt: string | null;
  readonly exitCode: number | null;
  readonly stopMeans: string;
  /** The run that its last attempt started. */
  readonly child: string | null;
  /** Why it ended, waits for another attempt, or is being stopped; the question of an approval. */
  readonly reason: string;
  /** How its last attempt ended. */
  readonly lastReason: string;
  readonly stoppingSince: string | null;
  readonly isForced: boolean;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly survivors: readonly number[];
}

/** What the events up to a moment say of the run itself. */
export interface RunFacts {
  readonly status: RunView["status"];
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** How many jobs it has: the first so many by number. */
  readonly size: number;
  readonly stop: { readonly cause: string; readonly by: string; readonly comment: string } | null;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A run at a moment. Facts are shared between moments: what did not change is the same object. */
export interface Facts {
  readonly run: RunFacts;
  readonly jobs: ReadonlyMap<string, JobFacts>;
}

/** Facts that are being folded: `step` writes into them. */
export interface FactsDraft {
  run: RunFacts;
  readonly jobs: Map<string, JobFacts>;
}

const UNTOUCHED: JobFacts = {
  kind: "queued",
  attempt: 0,
  failures: 0,
  losses: 0,
  worker: "",
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  dueAt: null,
  exitCode: null,
  stopMeans: "",
  child: null,
  reason: "",
  lastReason: "",
  stoppingSince: null,
  isForced: false,
  outputs: {},
  survivors: [],
};

export function nothingYet(): FactsDraft {
  return {
    run: { status: "pending", startedAt: null, endedAt: null, size: 0, stop: null, outputs: {} },
    jobs: new Map(),
  };
}

/** The run as the events leave it. They begin with the run's first one. */
export function fold(events: readonly EventView[]): Facts {
  const facts = nothingYet();
  for (const event of events) step(facts, event);
  return facts;
}

/** Takes one more event in. Kinds that a later server may add change nothing that is known here. */
export function step(facts: FactsDraft, event: EventView): void {
  if (event.kind === "graph.grown")
    facts.run = {
      ...facts.run,
      size: Math.max(facts.run.size, numberIn(event, "first") + numberIn(event, "jobs")),
    };
  else if (event.kind.startsWith("run.")) facts.run = runAfter(facts.run, event);
  else if (event.job !== null) {
    const before = facts.jobs.get(event.job);
    const after = jobAfter(before ?? UNTOUCHED, event, before === undefined);
    if (after !== null) facts.jobs.set(event.job, after);
  }
}

function runAfter(run: RunFacts, event: EventView): RunFacts {
  switch (event.kind) {
    case "run.created":
      return { ...run, size: numberIn(event, "jobs") };
    case "run.started":
      return { ...run, status: "running", startedAt: event.at };
    case "run.stopping": {
      const stop = {
        cause: textIn(event, "cause"),
        by: textIn(event, "by"),
        comment: textIn(event, "comment"),
      };
      return { ...run, status: "stopping", stop };
    }
    case "run.ended":
      return {
        ...run,
        status: endedRunStatus(textIn(event, "status")),
        endedAt: event.at,
        outputs: recordIn(event, "outputs"),
      };
    default:
      return run;
  }
}

/** Null: the event says nothing about the job's state. */
function jobAfter(job: JobFacts, event: EventView, isFirst: boolean): JobFacts | null {
  switch (event.kind) {
    case "job.queued":
      return { ...carried(job), kind: "queued", queuedAt: event.at };
    case "job.assigned":
      return {
        ...carried(job),
        kind: "assigned",
        attempt: numberIn(event, "attempt"),
        worker: textIn(event, "worker"),
      };
    case "job.started":
      return started(job, event);
    case "attempt.ended":
      return attemptEnded(job, event);
    case "job.backoff":
      return {
        ...carried(job),
        kind: "backoff",
        dueAt: textOrNullIn(event, "due_at"),
        failures: numberIn(event, "failures"),
        losses: numberIn(event, "losses"),
        exitCode: job.exitCode,
        reason: job.lastReason,
      };
    case "job.asked":
      return {
        ...carried(job),
        kind: "approval",
        startedAt: event.at,
        dueAt: textOrNullIn(event, "due_at"),
        reason: textIn(event, "prompt"),
      };
    case "job.child":
      return {
        ...carried(job),
        kind: "child",
        attempt: numberIn(event, "attempt"),
        startedAt: event.at,
        child: textOrNullIn(event, "child_run"),
      };
    case "child.ended":
      return { ...job, lastReason: textIn(event, "message") || textIn(event, "outcome") };
    case "job.expanded":
      return { ...carried(job), kind: "group", startedAt: event.at };
    case "job.stopping":
      return {
        ...job,
        kind: job.kind === "child" || job.kind === "stopping_child" ? "stopping_child" : "stopping",
        stopMeans: "",
        reason: textIn(event, "reason") || causeWord(textIn(event, "cause")),
        stoppingSince: event.at,
        isForced: isSetIn(event, "force"),
      };
    // Why the graph did not grow is the reason of the end that follows, not the attempt's exit code.
    case "growth.refused":
      return { ...job, exitCode: null };
    case "job.ended":
      return ended(job, event);
    default:
      return isFirst ? null : job;
  }
}

/** What a job takes along into another state. */
function carried(job: JobFacts): JobFacts {
  const { attempt, failures, losses, child, lastReason } = job;
  return { ...UNTOUCHED, attempt, failures, losses, child, lastReason };
}

/** An attempt that is being stopped already may still tell that it had started. */
function started(job: JobFacts, event: EventView): JobFacts {
  const startedAt = textOrNullIn(event, "started_at");
  if (job.kind === "stopping") return { ...job, startedAt };
  return {
    ...carried(job),
    kind: "running",
    worker: textIn(event, "worker"),
    startedAt,
    stopMeans: textIn(event, "stop_means"),
  };
}

function attemptEnded(job: JobFacts, event: EventView): JobFacts {
  const isLost = textIn(event, "outcome") === "lost";
  return {
    ...job,
    startedAt: textOrNullIn(event, "started_at"),
    exitCode: numberOrNullIn(event, "exit_code"),
    survivors: numbersIn(event, "survivors"),
    losses: job.losses + (isLost ? 1 : 0),
    lastReason: textIn(event, "reason") || textIn(event, "message") || textIn(event, "outcome"),
  };
}

function ended(job: JobFacts, event: EventView): JobFacts {
  const kind = endedJobStatus(textIn(event, "status"));
  const isCancelledByStop = kind === "cancelled" && job.stoppingSince !== null;
  return {
    ...carried(job),
    kind,
    endedAt: event.at,
    startedAt: startOfEnded(kind, job, event.at),
    exitCode: isCancelledByStop ? null : job.exitCode,
    reason: textIn(event, "reason"),
    outputs: recordIn(event, "outputs"),
    survivors: kind === "failed" || kind === "cancelled" ? job.survivors : [],
  };
}

/** A question that nobody answers any more was never worked on; a result that is taken over begins as it ends. */
function startOfEnded(kind: JobKind, job: JobFacts, at: string): string | null {
  if (kind === "skipped") return null;
  if (kind === "cancelled" && job.kind === "approval") return null;
  return kind === "completed" ? (job.startedAt ?? at) : job.startedAt;
}

function endedJobStatus(status: string): JobKind {
  return status === "completed" || status === "skipped" || status === "cancelled" ? status : "failed";
}

function endedRunStatus(status: string): RunView["status"] {
  return status === "completed" || status === "cancelled" ? status : "failed";
}

/** For histories of servers that did not put the cause into words yet. */
function causeWord(cause: string): string {
  switch (cause) {
    case "run_stopped":
      return "the run was stopped";
    case "run_timed_out":
      return "the run ran out of time";
    case "fail_fast":
      return "another task failed, and `fail_fast` ends the rest";
    case "pipeline_ended":
      return "another task ended the pipeline";
    default:
      return "it is being stopped";
  }
}
