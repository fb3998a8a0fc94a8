import { evaluate, usesStatus } from "../expression/index.ts";
import { type Group, itemAt, type Job, type JobWork, waitsOf } from "../graph/index.ts";
import { beginChild } from "./child.ts";
import type { Draft } from "./draft.ts";
import { endInvalid, endJob } from "./end.ts";
import { breaks } from "./ended.ts";
import { groupOf, itemsOf, membersOf } from "./members.ts";
import { scopeOf } from "./scope.ts";
import type { EndReason, Past } from "./state.ts";
import { isEnded, statusOf } from "./status.ts";
import { render, renderAll } from "./values.ts";

/** Looks at a job whose dependencies have all ended: cancels, skips or begins it. */
export function activate(draft: Draft, number: number): void {
  if (draft.stateOf(number) !== undefined) return;
  const job = draft.job(number);
  if (job.final !== (draft.header.phase === "final")) return;
  const stop = draft.header.stop;
  if (stop !== null && (!job.final || stop.force)) {
    const reason = { kind: "stopped", cause: stop.cause } as const;
    if (stop.cause.kind === "pipeline_ended") endJob(draft, number, { kind: "skipped", reason });
    else endJob(draft, number, { kind: "cancelled", startedAt: null, reason, survivors: [] });
    return;
  }
  const refusal = refusalOf(draft, number, job);
  if (refusal === null) begin(draft, number);
  else if (refusal.kind === "condition_error") {
    endJob(draft, number, { kind: "failed", startedAt: null, outputs: {}, reason: refusal, survivors: [] });
  } else endJob(draft, number, { kind: "skipped", reason: refusal });
}

/** Begins a job, whatever its condition says: members of a group have none of their own. */
function begin(draft: Draft, number: number): void {
  const job = draft.job(number);
  const reused = Object.hasOwn(draft.settings.reused, job.key) ? draft.settings.reused[job.key] : undefined;
  if (reused !== undefined) {
    endJob(draft, number, {
      kind: "completed",
      startedAt: draft.at,
      outputs: reused.outputs,
      reason: { kind: "reused", run: reused.run },
    });
    return;
  }
  beginWork(draft, number, job.work, draft.pastOf(number));
}

function beginWork(draft: Draft, number: number, work: JobWork, past: Past): void {
  switch (work.kind) {
    case "task": {
      const values = renderAll(draft, number, work.task.bindings);
      if (values.kind === "error") return endInvalid(draft, number, values.message);
      return enqueue(draft, number, past);
    }
    case "approval": {
      const prompt = render(draft, number, work.prompt);
      if (prompt.kind === "error") return endInvalid(draft, number, prompt.message);
      const timeoutMs = draft.job(number).policy.timeoutMs;
      const dueAt = timeoutMs === null ? null : draft.at + timeoutMs;
      draft.set(number, { kind: "approval", past, askedAt: draft.at, dueAt, prompt: prompt.text });
      draft.emit({ kind: "job.asked", job: number, prompt: prompt.text, dueAt });
      return;
    }
    case "child":
      return beginChild(draft, number, work, past);
    case "group":
      return expand(draft, number, work.group);
  }
}

/** Puts a job into the queue, for its first attempt or another one. */
export function enqueue(draft: Draft, number: number, past: Past): void {
  draft.set(number, { kind: "queued", past, readyAt: draft.at });
  draft.emit({ kind: "job.queued", job: number, attempt: past.attempts + 1 });
}

/** Begins members until the group has as many at once as it may. */
export function beginMembers(draft: Draft, group: number): void {
  const width = groupOf(draft.job(group)).maxParallel ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const state = draft.stateOf(group);
    if (state?.kind !== "group" || state.next >= state.members.total) return;
    const member = state.members.first + state.next;
    const ahead = state.ahead ?? 0;
    if (draft.stateOf(member) !== undefined) {
      // It was stopped before its turn.
      draft.set(group, { ...state, next: state.next + 1, ahead: ahead - 1 });
      continue;
    }
    const ended = state.members.total - state.open - ahead;
    if (state.next - ended >= width) return;
    draft.set(group, { ...state, next: state.next + 1 });
    begin(draft, member);
  }
}

function expand(draft: Draft, number: number, group: Group): void {
  const items = itemsOf(draft, number, group);
  if (items.kind === "error") return endInvalid(draft, number, items.message);
  const total = items.items.length;
  if (draft.size + total > draft.settings.maxJobs) {
    return endInvalid(
      draft,
      number,
      `its ${total} members would take the run past the limit of ${draft.settings.maxJobs} jobs`,
    );
  }
  const members = membersOf(draft.job(number), number, items.items);
  const taken = members.find((member) => draft.hasKey(member.key));
  if (taken !== undefined) return endInvalid(draft, number, `a task with the id ${taken.key} exists already`);
  const first = draft.grow(number, members);
  draft.set(number, {
    kind: "group",
    past: draft.pastOf(number),
    at: draft.at,
    members: { first, total },
    open: total,
    next: 0,
    failed: 0,
    cancelled: 0,
    ahead: 0,
  });
  draft.emit({ kind: "job.expanded", job: number, members: total });
  if (total === 0) {
    const reason = { kind: "members", failed: 0, cancelled: 0, total } as const;
    return endJob(draft, number, { kind: "completed", startedAt: draft.at, outputs: {}, reason });
  }
  draft.emit({ kind: "graph.grown", job: number, first, jobs: members });
  beginMembers(draft, number);
}

function refusalOf(draft: Draft, number: number, job: Job): EndReason | null {
  const condition = job.condition;
  if (draft.brokenOf(number) > 0 && (condition === null || !usesStatus(condition)))
    return brokenReason(draft, job);
  if (condition === null) return null;
  const result = evaluate(condition, scopeOf(draft, number));
  if (result.kind === "error") return { kind: "condition_error", message: result.message };
  if (typeof result.value !== "boolean")
    return { kind: "condition_error", message: "`when` did not yield true or false" };
  return result.value ? null : { kind: "condition_false" };
}

/** Names the first job that broke this one. */
function brokenReason(draft: Draft, job: Job): EndReason {
  const culprits = waitsOf(draft, job).filter((before) => {
    const state = draft.stateOf(before);
    return isEnded(state) && breaks(draft.job(before), state, job);
  });
  const culprit = itemAt(culprits, 0);
  return { kind: "dependency", job: culprit, status: statusOf(draft.stateOf(culprit)) };
}
