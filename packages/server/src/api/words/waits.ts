import { HOME_TAG } from "@gaia/contracts";
import type { Job, JobState } from "@gaia/core";
import { type Situation, workerName } from "../situation.ts";
import { causeText, endText, type KeyOf } from "./ends.ts";
import { behindColon, durationText, instantText, listText, oneLine } from "./text.ts";

/** What sentences about a job need of its run. */
export interface JobWords {
  readonly job: Job;
  readonly state: JobState | undefined;
  readonly keyOf: KeyOf;
  /** Who reads it, if that is known. */
  readonly asker: string | null;
  readonly situation: Situation;
  /** Keys of dependencies that have not ended. */
  readonly openDependencies: () => readonly string[];
  /** Why the run itself has not started; empty when it has. */
  readonly runWaits: string;
  readonly isFinalPhase: boolean;
}

/** Why a job is in its state, in words. Empty for `running` and `completed` when there is nothing to say. */
export function jobReasonText(words: JobWords): string {
  const { state, job, keyOf, situation } = words;
  if (state === undefined) return pendingText(words);
  switch (state.kind) {
    case "queued":
      return queuedText(job.work.kind === "task" ? job.work.task.tags : [], situation);
    case "assigned":
      return (
        awayText(situation, state.ref.worker) ??
        `on its way to worker \`${workerName(situation, state.ref.worker)}\``
      );
    case "running":
      return awayText(situation, state.ref.worker) ?? "";
    case "backoff":
      return `${retryText(words, state)}; next in ${durationText(state.dueAt - situation.now)}`;
    case "approval":
      return approvalText(state, situation.now);
    case "child":
      return `waits for its run ${state.run}${job.work.kind === "child" ? ` of \`${job.work.pipeline}\`` : ""}`;
    case "group":
      return groupText(state);
    case "stopping":
      return stoppingText(words, state);
    case "stopping_child":
      return `its run ${state.run} is being stopped: ${causeText(state.cause, keyOf, words.asker)}`;
    case "completed":
    case "skipped":
    case "cancelled":
      return endText(state.reason, keyOf);
    case "failed":
      return `${endText(state.reason, keyOf)}${triesText(words)}${survivorsText(state.survivors)}`;
  }
}

function pendingText(words: JobWords): string {
  const { job, keyOf, runWaits } = words;
  if (runWaits !== "") return `the run ${runWaits}`;
  const open = words.openDependencies();
  if (open.length > 0) return `waits for ${listText(open)}`;
  if (job.memberOf !== null)
    return `waits for its turn: \`max_parallel\` of ${keyOf(job.memberOf) ?? "its group"} limits how many run at once`;
  return job.final && !words.isFinalPhase ? "runs when all other tasks have ended" : "";
}

/** Why nobody has taken a queued job yet. */
export function queuedText(tags: readonly string[], situation: Situation): string {
  const connected = situation.workers.filter((worker) => worker.awaySince === null);
  if (connected.length === 0) {
    return situation.localProblem === ""
      ? "no worker is connected"
      : `no worker is connected: ${situation.localProblem}`;
  }
  const able = connected.filter((worker) => tags.every((tag) => worker.tags.includes(tag)));
  if (able.length === 0 && tags.length === 1 && tags[0] === HOME_TAG)
    return "no worker that shares the server's home is connected, and what is built lies there";
  if (able.length === 0) return `no worker with ${tagsText(tags)} is connected`;
  const taking = able.filter((worker) => !worker.draining && worker.unhealthy === "");
  if (taking.length === 0) return notTakingText(able);
  const slots = taking.reduce((sum, worker) => sum + worker.slots, 0);
  const taken = taking.reduce((sum, worker) => sum + Math.min(worker.taken, worker.slots), 0);
  if (slots === 0) return "waits for a free slot: the workers that could take it have none";
  return taken < slots ? "waits for its turn" : `waits for a free slot (${taken} of ${slots} taken)`;
}

function notTakingText(workers: Situation["workers"]): string {
  const [first] = workers;
  if (first === undefined) return "";
  const why =
    first.unhealthy === ""
      ? "is draining: it takes no new work"
      : `takes no work: ${oneLine(first.unhealthy)}`;
  const others = workers.length - 1;
  return `worker \`${first.name}\` ${why}${others === 0 ? "" : `, and so ${others === 1 ? "does 1 other" : `do ${others} others`}`}`;
}

/** "tag `gpu`", "tags `gpu`, `linux`". */
export function tagsText(tags: readonly string[]): string {
  return `${tags.length === 1 ? "tag" : "tags"} ${tags.map((tag) => `\`${tag}\``).join(", ")}`;
}

function awayText(situation: Situation, id: string): string | null {
  const worker = situation.workers.find((candidate) => candidate.id === id);
  if (worker === undefined)
    return `worker \`${id}\` is away: it has not come back since the server was started`;
  if (worker.awaySince === null) return null;
  return `worker \`${worker.name}\` is away since ${instantText(worker.awaySince)}`;
}

function retryText(words: JobWords, state: Extract<JobState, { kind: "backoff" }>): string {
  const { attempts } = words.job.policy.retry;
  const last =
    state.last.kind === "attempt" && state.last.exitCode !== null
      ? `failed with exit ${state.last.exitCode}`
      : `ended: ${endText(state.last, words.keyOf)}`;
  return `attempt ${state.past.failures} of ${attempts} ${last}`;
}

function approvalText(state: Extract<JobState, { kind: "approval" }>, now: number): string {
  const until =
    state.dueAt === null ? "" : ` (fails in ${durationText(state.dueAt - now)} if nobody decides)`;
  return `waits for approval${behindColon(state.prompt)}${until}`;
}

function groupText(state: Extract<JobState, { kind: "group" }>): string {
  const done = state.members.total - state.open;
  const failed = state.failed === 0 ? "" : `, ${state.failed} failed`;
  return `${done} of ${state.members.total} done${failed}`;
}

function stoppingText(words: JobWords, state: Extract<JobState, { kind: "stopping" }>): string {
  const { situation, keyOf, asker } = words;
  const away = awayText(situation, state.ref.worker);
  if (away !== null) return `is to be stopped, but ${away}`;
  const since = durationText(situation.now - state.since);
  return `${causeText(state.cause, keyOf, asker)}; ${state.force ? "killed" : "asked to end"} ${since} ago`;
}

function triesText({ job, state }: JobWords): string {
  const { attempts } = job.policy.retry;
  // Lost attempts do not count against the policy.
  const tries = state === undefined ? 0 : state.past.attempts - state.past.losses;
  return attempts > 1 && tries > 0 ? `, attempt ${tries} of ${attempts}` : "";
}

function survivorsText(pids: readonly number[]): string {
  return pids.length === 0
    ? ""
    : `; ${pids.length === 1 ? "1 process" : `${pids.length} processes`} could not be stopped: ${listText(pids.map(String), 10)}`;
}
