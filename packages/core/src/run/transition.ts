import { endAttempt } from "./attempt.ts";
import { beginAgain } from "./backoff.ts";
import { enqueue } from "./begin.ts";
import { endChild } from "./child-end.ts";
import { addCommands, dueAtOf } from "./command.ts";
import { Draft } from "./draft.ts";
import { endJob, stopJob, stopRun } from "./end.ts";
import { growGraph } from "./grow.ts";
import type { RunInput } from "./input.ts";
import type { Rejection, RunCommand, Transition } from "./output.ts";
import { settle } from "./settle.ts";
import type { RunState } from "./state.ts";
import { type HeldState, isEnded, isHeld, isRunEnded } from "./status.ts";

/** Null: accepted; the draft holds what follows. */
type Refusal = { readonly rejection: Rejection; readonly message: string } | null;

/**
 * Decides what an input means for a run. Pure: the run stays as it is; `apply` makes the changes, and the caller
 * makes them durable before it performs the commands. Cost: jobs changed and their dependants.
 */
export function transition(run: RunState, input: RunInput): Transition {
  if (isRunEnded(run.header.status)) return rejected("run_ended", `the run has ${run.header.status} already`);
  const draft = new Draft(run, input.at);
  const refusal = step(draft, input);
  if (refusal !== null) return rejected(refusal.rejection, refusal.message);
  settle(draft);
  const changes = draft.changes();
  return { kind: "accepted", changes, events: draft.events, commands: commandsFor(draft, run) };
}

function step(draft: Draft, input: RunInput): Refusal {
  switch (input.kind) {
    case "start":
      return start(draft);
    case "assign":
      return assign(draft, input);
    case "started":
      return started(draft, input);
    case "ended":
      return withHeld(draft, input, (state) => {
        endAttempt(draft, input.job, state, input.result);
        return null;
      });
    case "returned":
      return returned(draft, input);
    case "timer":
      return timer(draft, input.job);
    case "stop":
      return stop(draft, input);
    case "stop_job":
      return stopOne(draft, input);
    case "decide":
      return decide(draft, input);
    case "child_ended":
    case "child_refused":
      return childEnded(draft, input);
    case "grow":
      return withHeld(draft, input, () => {
        const message = growGraph(draft, input.job, input.fragment);
        return message === null ? null : { rejection: "growth_refused", message };
      });
  }
}

function start(draft: Draft): Refusal {
  if (draft.header.status !== "pending") return refuse("already_started", "the run has started already");
  const { timeoutMs } = draft.settings;
  draft.patch({
    status: "running",
    reason: { kind: "none" },
    startedAt: draft.at,
    dueAt: timeoutMs === null ? null : draft.at + timeoutMs,
  });
  draft.emit({ kind: "run.started" });
  for (let number = 0; number < draft.size; number++) {
    if (draft.unfinishedOf(number) === 0 && !draft.job(number).final) draft.makeReady(number);
  }
  return null;
}

function assign(draft: Draft, input: Extract<RunInput, { kind: "assign" }>): Refusal {
  const state = draft.stateOf(input.job);
  if (state?.kind !== "queued") return refuse("not_queued", `job ${input.job} is not queued`);
  const attempt = state.past.attempts + 1;
  const ref = { attempt, token: draft.header.nextToken, worker: input.worker };
  draft.patch({ nextToken: ref.token + 1 });
  draft.set(input.job, { kind: "assigned", past: { ...state.past, attempts: attempt }, ref, at: draft.at });
  draft.emit({ kind: "job.assigned", job: input.job, ref });
  return null;
}

function started(draft: Draft, input: Extract<RunInput, { kind: "started" }>): Refusal {
  return withHeld(draft, input, (state) => {
    if (isStarted(state)) return refuse("already_started", "the attempt's start is known");
    draft.emit({
      kind: "job.started",
      job: input.job,
      ref: state.ref,
      startedAt: input.at,
      stopMeans: input.stopMeans,
    });
    if (state.kind === "stopping") draft.set(input.job, { ...state, startedAt: input.at });
    else
      draft.set(input.job, {
        kind: "running",
        past: state.past,
        ref: state.ref,
        startedAt: input.at,
        stopMeans: input.stopMeans,
      });
    return null;
  });
}

function returned(draft: Draft, input: Extract<RunInput, { kind: "returned" }>): Refusal {
  return withHeld(draft, input, (state) => {
    if (isStarted(state)) return refuse("already_started", "a started attempt cannot be given back");
    draft.emit({ kind: "job.returned", job: input.job, ref: state.ref, message: input.message });
    if (state.kind !== "stopping") enqueue(draft, input.job, state.past);
    else {
      const reason = { kind: "stopped", cause: state.cause } as const;
      endJob(draft, input.job, { kind: "cancelled", startedAt: null, reason, survivors: [] });
    }
    return null;
  });
}

function timer(draft: Draft, job: number | null): Refusal {
  if (job === null) {
    const { dueAt } = draft.header;
    if (dueAt === null || dueAt > draft.at) return refuse("not_due", "the run's timeout is not due");
    draft.patch({ dueAt: null });
    if (stopOf(draft) === null) stopRun(draft, { kind: "run_timed_out" }, "gaia", "", false);
    return null;
  }
  const state = draft.stateOf(job);
  const dueAt = dueAtOf(state);
  if (dueAt === null || dueAt > draft.at)
    return refuse("not_due", `job ${job} waits for no timer that is due`);
  if (state?.kind === "backoff") beginAgain(draft, job, state.past);
  else if (state?.kind === "approval") {
    endJob(draft, job, {
      kind: "failed",
      startedAt: state.askedAt,
      outputs: {},
      reason: { kind: "approval_timed_out" },
      survivors: [],
    });
  } else stopJob(draft, job, { kind: "job_timed_out" }, false);
  return null;
}

function stop(draft: Draft, input: Extract<RunInput, { kind: "stop" }>): Refusal {
  const before = stopOf(draft);
  if (before !== null && (before.force || !input.force))
    return refuse("already_stopping", "the run is being stopped already");
  const force = input.force || draft.header.status === "pending"; // nothing ran: there is nothing to clean up after
  stopRun(draft, before?.cause ?? input.cause, input.by, input.comment, force);
  return null;
}

/** What stops the run. A pipeline that has ended lets go on what runs, and that can still be stopped. */
function stopOf(draft: Draft): Draft["header"]["stop"] {
  const { stop } = draft.header;
  return stop?.cause.kind === "pipeline_ended" ? null : stop;
}

function stopOne(draft: Draft, input: Extract<RunInput, { kind: "stop_job" }>): Refusal {
  const { job, by, comment, force } = input;
  if (!isJob(draft, job)) return refuse("unknown_job", `there is no job ${job}`);
  const state = draft.stateOf(job);
  const { key } = draft.job(job);
  if (isEnded(state)) return refuse("job_ended", `\`${key}\` has ended already: it is ${state.kind}`);
  if (draft.header.status === "pending")
    return refuse("not_started", "the run has not started, so nothing of it runs: stop the run instead");
  stopJob(draft, job, { kind: "job_stopped", by, comment, at: draft.at }, force);
  // A stop that finds nothing to do has come to what is being stopped.
  return draft.events.length > 0 ? null : refuse("already_stopping", `\`${key}\` is being stopped already`);
}

function decide(draft: Draft, input: Extract<RunInput, { kind: "decide" }>): Refusal {
  if (!isJob(draft, input.job)) return refuse("unknown_job", `there is no job ${input.job}`);
  const state = draft.stateOf(input.job);
  const { key, work } = draft.job(input.job);
  if (isEnded(state)) return refuse("job_ended", `\`${key}\` has ended already: it is ${state.kind}`);
  if (state?.kind !== "approval") {
    const why = work.kind === "approval" ? "what it depends on goes on" : "it is no approval";
    return refuse("not_waiting", `\`${key}\` does not wait for a person: ${why}`);
  }
  const { by, comment } = input;
  if (input.approve) {
    const outputs = { approved_by: by, comment };
    endJob(draft, input.job, {
      kind: "completed",
      startedAt: state.askedAt,
      outputs,
      reason: { kind: "approved", by, comment },
    });
  } else {
    const reason = { kind: "rejected", by, comment } as const;
    endJob(draft, input.job, {
      kind: "failed",
      startedAt: state.askedAt,
      outputs: {},
      reason,
      survivors: [],
    });
  }
  return null;
}

function childEnded(
  draft: Draft,
  input: Extract<RunInput, { kind: "child_ended" | "child_refused" }>,
): Refusal {
  const state = draft.stateOf(input.job);
  if ((state?.kind !== "child" && state?.kind !== "stopping_child") || state.run !== input.run) {
    return refuse("not_waiting", `job ${input.job} does not wait for the run ${input.run}`);
  }
  endChild(draft, state, input);
  return null;
}

function isStarted(state: HeldState): boolean {
  return state.kind === "running" || (state.kind === "stopping" && state.startedAt !== null);
}

/** Runs `body` if the message carries the token of the attempt that the job is in: the fence. */
function withHeld(
  draft: Draft,
  input: { readonly job: number; readonly token: number },
  body: (state: HeldState) => Refusal,
): Refusal {
  if (!isJob(draft, input.job)) return refuse("unknown_job", `there is no job ${input.job}`);
  const state = draft.stateOf(input.job);
  if (!isHeld(state) || state.ref.token !== input.token) {
    return refuse("stale_token", `token ${input.token} is not the current one of job ${input.job}`);
  }
  return body(state);
}

function isJob(draft: Draft, number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < draft.size;
}

function commandsFor(draft: Draft, run: RunState): readonly RunCommand[] {
  const commands: RunCommand[] = [];
  const { header, jobs } = draft.changes();
  if (header.dueAt !== null && header.dueAt !== run.header.dueAt)
    commands.push({ kind: "wake", job: null, at: header.dueAt });
  for (const [number, state] of jobs) {
    addCommands(commands, number, draft.job(number), state);
  }
  return commands;
}

function refuse(rejection: Rejection, message: string): Refusal {
  return { rejection, message };
}

function rejected(rejection: Rejection, message: string): Transition {
  return { kind: "rejected", rejection, message };
}
