import type { Draft } from "./draft.ts";
import { satisfies } from "./ended.ts";
import { groupOf } from "./members.ts";
import type { JobState, Outputs, StopCause } from "./state.ts";
import { type EndedState, type GroupState, isEnded } from "./status.ts";

/** At most so many failed, or stopped, jobs are named in the run's header. */
const NAMED_JOBS = 10;
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
  draft.end(number, state);
  draft.emit({
    kind: "job.ended",
    job: number,
    status: state.kind,
    reason: state.reason,
    outputs: "outputs" in state ? state.outputs : NO_OUTPUTS,
  });
  const hasFailed = state.kind === "failed" && !satisfies(job, state);
  // A group that fails because of its members adds nothing: they have been recorded. Who ends the pipeline does not fail it.
  if (hasFailed && state.reason.kind !== "members" && state.reason.kind !== "exited")
    recordFailure(draft, number);
  if (isStoppedByPerson(state) && job.policy.onError !== "continue") recordStop(draft, number);
  if ("survivors" in state && state.survivors.length > 0) {
    draft.patch({ survivors: [...draft.header.survivors, ...state.survivors].slice(0, 100) });
  }
  if (job.memberOf !== null) memberEnded(draft, job.memberOf, number, hasFailed, state.kind === "cancelled");
}

/** Fails a job that cannot be begun, and says why. */
export function endInvalid(draft: Draft, number: number, message: string): void {
  endJob(draft, number, {
    kind: "failed",
    startedAt: null,
    outputs: NO_OUTPUTS,
    reason: { kind: "invalid", message },
    survivors: [],
  });
}

function endedState(draft: Draft, number: number, ending: Ending, before: JobState | undefined): EndedState {
  const past = draft.pastOf(number);
  if (ending.kind === "skipped") return { ...ending, past, endedAt: draft.at };
  const members = before?.kind === "group" ? before.members : null;
  return { ...ending, past, endedAt: draft.at, members };
}

function recordFailure(draft: Draft, number: number): void {
  const { failed, failedCount } = draft.header;
  draft.patch({
    failed: failed.length < NAMED_JOBS ? [...failed, number] : failed,
    failedCount: failedCount + 1,
  });
  if (draft.settings.failFast && draft.header.stop === null && draft.header.phase === "main") {
    stopRun(draft, { kind: "fail_fast", job: number }, "gaia", "", false);
  }
}

function isStoppedByPerson(state: EndedState): boolean {
  return (
    state.kind === "cancelled" && state.reason.kind === "stopped" && state.reason.cause.kind === "job_stopped"
  );
}

function recordStop(draft: Draft, number: number): void {
  const { jobs, count } = draft.header.stopped ?? { jobs: [], count: 0 };
  draft.patch({ stopped: { jobs: jobs.length < NAMED_JOBS ? [...jobs, number] : jobs, count: count + 1 } });
}

function memberEnded(
  draft: Draft,
  group: number,
  member: number,
  hasFailed: boolean,
  isCancelled: boolean,
): void {
  const before = draft.stateOf(group);
  if (before?.kind !== "group")
    throw new Error(`job ${group} of ${draft.id} has members but is not their group`);
  const isAhead = member >= before.members.first + before.next;
  const after: GroupState = {
    ...before,
    ...(isAhead ? { ahead: (before.ahead ?? 0) + 1 } : {}),
    open: before.open - 1,
    failed: before.failed + (hasFailed ? 1 : 0),
    cancelled: before.cancelled + (isCancelled ? 1 : 0),
  };
  draft.set(group, after);
  if (after.open === 0) endGroup(draft, group, after);
  else if (hasFailed && after.failed === 1 && groupOf(draft.job(group)).failFast) {
    stopMembers(draft, after, { kind: "fail_fast", job: group }, false);
  } else draft.groupsToFill.add(group);
}

function endGroup(draft: Draft, group: number, state: GroupState): void {
  const reason = {
    kind: "members",
    failed: state.failed,
    cancelled: state.cancelled,
    total: state.members.total,
  } as const;
  if (state.failed > 0)
    endJob(draft, group, { kind: "failed", startedAt: state.at, outputs: NO_OUTPUTS, reason, survivors: [] });
  else if (state.cancelled > 0)
    endJob(draft, group, { kind: "cancelled", startedAt: state.at, reason, survivors: [] });
  else endJob(draft, group, { kind: "completed", startedAt: state.at, outputs: NO_OUTPUTS, reason });
}

function stopMembers(draft: Draft, group: GroupState, cause: StopCause, force: boolean): void {
  const { first, total } = group.members;
  for (let member = first; member < first + total; member++) stopJob(draft, member, cause, force);
}

/** Stops the run: what has not started never will, what runs is told to end. Final jobs still run, unless forced. */
export function stopRun(draft: Draft, cause: StopCause, by: string, comment: string, force: boolean): void {
  draft.patch({ stop: { cause, by, comment, force }, status: "stopping" });
  draft.emit({ kind: "run.stopping", cause, by, comment, force });
  for (let number = 0; number < draft.size; number++) {
    // What is final and has not begun is not cancelled here: `activate` does it when its phase comes.
    if (draft.job(number).final && (!force || draft.header.phase === "main")) continue;
    stopJob(draft, number, cause, force);
  }
}

/** Ends the run's graph here: what has not begun is skipped, what runs goes on to its end. Final jobs still run. */
export function endUnbegun(draft: Draft, by: number): void {
  const cause: StopCause = { kind: "pipeline_ended", job: by };
  draft.patch({ stop: { cause, by: "gaia", comment: "", force: false }, status: "stopping" });
  draft.emit({ kind: "run.stopping", cause, by: "gaia", comment: "", force: false });
  for (let number = 0; number < draft.size; number++) {
    if (!draft.job(number).final && isUnbegun(draft.stateOf(number)))
      endJob(draft, number, { kind: "skipped", reason: { kind: "stopped", cause } });
  }
}

type Unbegun = Extract<JobState, { kind: "queued" | "backoff" | "approval" }>;

function isUnbegun(state: JobState | undefined): state is Unbegun | undefined {
  return (
    state === undefined || state.kind === "queued" || state.kind === "backoff" || state.kind === "approval"
  );
}

/** Stops one job; a group ends with its members. What has ended, or is being stopped as much already, stays as it is. */
export function stopJob(draft: Draft, number: number, cause: StopCause, force: boolean): void {
  const state = draft.stateOf(number);
  if (isUnbegun(state)) {
    endJob(draft, number, {
      kind: "cancelled",
      startedAt: null,
      reason: { kind: "stopped", cause },
      survivors: [],
    });
    return;
  }
  if (
    state.kind === "assigned" ||
    state.kind === "running" ||
    (state.kind === "stopping" && force && !state.force)
  ) {
    const startedAt = state.kind === "assigned" ? null : state.startedAt;
    draft.set(number, {
      kind: "stopping",
      past: state.past,
      ref: state.ref,
      startedAt,
      since: draft.at,
      cause,
      force,
    });
    draft.emit({ kind: "job.stopping", job: number, cause, force });
  } else if (
    state.kind === "child" ||
    (state.kind === "stopping_child" && (state.cause.kind === "job_timed_out" || (force && !state.force)))
  ) {
    const { past, at, run } = state;
    draft.set(number, { kind: "stopping_child", past, at, run, since: draft.at, cause, force });
    draft.emit({ kind: "job.stopping", job: number, cause, force });
  } else if (state.kind === "group") stopMembers(draft, state, cause, force);
}
