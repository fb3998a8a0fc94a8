import { isEnded, type EndedState } from "./status.ts";
import { type Draft, satisfies } from "./draft.ts";
import type { JobState, Outputs, StopCause } from "./state.ts";

/** At most so many failed jobs are named in the run's header. */
const NAMED_FAILURES = 10;
const NO_OUTPUTS: Outputs = {};

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An ended state without what `endJob` itself knows. */
export type Ending = Without<EndedState, "past" | "endedAt" | "members">;

/** Ends a job, with everything that follows for its group and the run; dependants are put into `draft.ready`. */
export function endJob(draft: Draft, number: number, ending: Ending): void {
  const before = draft.stateOf(number);
  if (isEnded(before)) throw new Error(`job ${number} of ${draft.id} has ended already`);
  const job = draft.job(number);
  const state = endedState(draft, number, ending, before);
  const satisfied = satisfies(job, state);
  draft.end(number, state, satisfied);
  draft.emit({
    kind: "job.ended",
    job: number,
    status: state.kind,
    reason: state.reason,
    outputs: "outputs" in state ? state.outputs : NO_OUTPUTS,
  });
  if (state.kind === "failed" && job.policy.onError === "fail" && job.work.kind !== "group") recordFailure(draft, number);
  if ("survivors" in state && state.survivors.length > 0) {
    draft.patch({ survivors: [...draft.header.survivors, ...state.survivors].slice(0, 100) });
  }
  if (job.memberOf !== null) memberEnded(draft, job.memberOf, state, satisfied);
}

function endedState(draft: Draft, number: number, ending: Ending, before: JobState | undefined): EndedState {
  const past = draft.pastOf(number);
  if (ending.kind === "skipped") return { ...ending, past, endedAt: draft.at };
  const members = before?.kind === "group" ? before.members : null;
  return { ...ending, past, endedAt: draft.at, members };
}

function recordFailure(draft: Draft, number: number): void {
  const { failed, failedCount } = draft.header;
  draft.patch({ failed: failed.length < NAMED_FAILURES ? [...failed, number] : failed, failedCount: failedCount + 1 });
  if (draft.settings.failFast && draft.header.stop === null && draft.header.phase === "main") {
    stopRun(draft, { kind: "fail_fast", job: number }, "gaia", "", false);
  }
}

function memberEnded(draft: Draft, group: number, state: EndedState, satisfied: boolean): void {
  const before = draft.stateOf(group);
  if (before?.kind !== "group") return;
  const failed = before.failed + (state.kind === "failed" && !satisfied ? 1 : 0);
  const cancelled = before.cancelled + (state.kind === "cancelled" ? 1 : 0);
  const after = { ...before, open: before.open - 1, failed, cancelled };
  draft.set(group, after);
  if (after.open === 0) endGroup(draft, group, after);
  else if (failed > before.failed && failed === 1 && failsFast(draft, group)) stopMembers(draft, group, { kind: "fail_fast", job: group });
  else draft.groupsToFill.add(group);
}

function failsFast(draft: Draft, group: number): boolean {
  const work = draft.job(group).work;
  return work.kind === "group" && work.group.failFast;
}

function endGroup(draft: Draft, group: number, state: Extract<JobState, { kind: "group" }>): void {
  const reason = { kind: "members", failed: state.failed, cancelled: state.cancelled, total: state.members.total } as const;
  if (state.failed > 0) endJob(draft, group, { kind: "failed", startedAt: state.at, outputs: NO_OUTPUTS, reason, survivors: [] });
  else if (state.cancelled > 0) endJob(draft, group, { kind: "cancelled", startedAt: state.at, reason, survivors: [] });
  else endJob(draft, group, { kind: "completed", startedAt: state.at, outputs: NO_OUTPUTS, reason });
}

function stopMembers(draft: Draft, group: number, cause: StopCause): void {
  const state = draft.stateOf(group);
  if (state?.kind !== "group") return;
  for (let member = state.members.first; member < state.members.first + state.members.total; member++) {
    stopJob(draft, member, cause, false);
  }
}

/** Stops the run: what has not started never will, what runs is told to end. Final jobs still run, unless forced. */
export function stopRun(draft: Draft, cause: StopCause, by: string, comment: string, force: boolean): void {
  draft.patch({ stop: { cause, by, comment, force }, status: "stopping" });
  draft.emit({ kind: "run.stopping", cause, by, comment, force });
  for (let number = 0; number < draft.size; number++) {
    if (draft.job(number).final && !force) continue;
    stopJob(draft, number, cause, force);
  }
}

/** Stops one job; groups end with their members. */
export function stopJob(draft: Draft, number: number, cause: StopCause, force: boolean): void {
  const state = draft.stateOf(number);
  const final = draft.job(number).final;
  if (final && draft.header.phase === "main") return; // never begun: `activate` cancels it when its phase comes
  if (state === undefined || state.kind === "queued" || state.kind === "backoff" || state.kind === "approval") {
    endJob(draft, number, { kind: "cancelled", startedAt: null, reason: { kind: "stopped", cause }, survivors: [] });
    return;
  }
  if (state.kind === "assigned" || state.kind === "running" || (state.kind === "stopping" && force && !state.force)) {
    const startedAt = state.kind === "assigned" ? null : state.startedAt;
    draft.set(number, { kind: "stopping", past: state.past, ref: state.ref, startedAt, since: draft.at, cause, force });
    draft.emit({ kind: "job.stopping", job: number, cause, force });
  } else if (state.kind === "child") {
    draft.set(number, { kind: "stopping_child", past: state.past, run: state.run, since: draft.at, cause });
    draft.emit({ kind: "job.stopping", job: number, cause, force });
  }
}
