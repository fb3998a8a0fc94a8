import type { JobWork } from "@gaia/core";
import type { RunSpending, TaskSpending } from "./history-port.ts";
import type { EventRow } from "./port.ts";

/** What figures need of a job's definition. */
interface Named {
  readonly key: string;
  readonly kind: JobWork["kind"];
}

type Phase = "none" | "queued" | "working" | "waiting" | "group" | "child";

interface Draft {
  phase: Phase;
  since: number;
  workingMs: number | null;
  queuedMs: number;
  waitingMs: number;
  hasFailed: boolean;
  status: TaskSpending["status"] | null;
}

/** Works out of its history what an ended run spent its time on. */
export function spendingOf(names: readonly Named[], events: Iterable<EventRow>): RunSpending {
  const drafts = new Map<number, Draft>();
  for (const row of events) {
    if (!("job" in row.event)) continue;
    const draft = drafts.get(row.event.job) ?? newDraft(row.at);
    drafts.set(row.event.job, draft);
    fold(draft, row);
  }
  const tasks = [...drafts]
    .toSorted(([one], [other]) => one - other)
    .flatMap(([number, draft]) => {
      const name = names[number];
      return name === undefined ? [] : taskOf(name, draft);
    });
  // The members of a group and the tasks of a child run are counted by themselves.
  const atWork = tasks.filter((task) => task.kind === "task");
  return {
    workingMs: sum(atWork.map((task) => task.workingMs ?? 0)),
    queuedMs: sum(atWork.map((task) => task.queuedMs)),
    waitingMs: sum(tasks.map((task) => task.waitingMs)),
    tasks,
  };
}

/** One event more. The worker tells of a short attempt when it is over: its start is read from its end then. */
function fold(draft: Draft, { at, event }: EventRow): void {
  switch (event.kind) {
    case "job.queued":
      return enter(draft, "queued", at);
    case "job.started":
      return enter(draft, "working", Math.max(event.startedAt, draft.since));
    case "attempt.ended":
      if (draft.phase === "queued" && event.startedAt !== null)
        enter(draft, "working", Math.max(event.startedAt, draft.since));
      enter(draft, "none", at);
      draft.hasFailed ||= event.reason.kind === "attempt" && isFailure(event.reason.outcome);
      return;
    case "job.returned":
      return enter(draft, "queued", at);
    case "job.backoff":
    case "job.asked":
      return enter(draft, "waiting", at);
    case "job.child":
      return enter(draft, "child", at);
    case "child.ended":
      enter(draft, "none", at);
      draft.hasFailed ||= isFailure(event.outcome);
      return;
    case "job.expanded":
      return enter(draft, "group", at);
    case "job.ended":
      enter(draft, "none", at);
      draft.status = event.status;
      return;
    case "run.created":
    case "run.started":
    case "run.stopping":
    case "run.ended":
    case "job.assigned":
    case "job.stopping":
    case "graph.grown":
    case "growth.refused":
      return;
  }
}

/** Closes the phase that the job was in. */
function enter(draft: Draft, phase: Phase, at: number): void {
  const spentMs = Math.max(0, at - draft.since);
  if (draft.phase === "queued") draft.queuedMs += spentMs;
  else if (draft.phase === "waiting") draft.waitingMs += spentMs;
  else if (draft.phase !== "none") draft.workingMs = (draft.workingMs ?? 0) + spentMs;
  draft.phase = phase;
  draft.since = at;
}

function isFailure(outcome: string): boolean {
  return outcome === "failed" || outcome === "timed_out" || outcome === "limit";
}

function newDraft(at: number): Draft {
  return {
    phase: "none",
    since: at,
    workingMs: null,
    queuedMs: 0,
    waitingMs: 0,
    hasFailed: false,
    status: null,
  };
}

function taskOf({ key, kind }: Named, draft: Draft): readonly TaskSpending[] {
  const { status, workingMs, queuedMs, waitingMs, hasFailed } = draft;
  if (status === null || status === "skipped") return [];
  return [
    { key, kind, status, workingMs, queuedMs, waitingMs, isFlaky: hasFailed && status === "completed" },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
