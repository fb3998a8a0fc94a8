import type { JobView, RunView } from "../../api/client.ts";
import { spoken } from "../../design/duration.ts";
import type { Facts, JobFacts, RunFacts } from "./fold.ts";

/**
 * Why things were as they were, in the server's words where the events know it. What they do not know (which workers
 * were connected, how many slots were taken, why a run was held back) is said to be unknown, and never guessed.
 */

interface Moment {
  readonly facts: Facts;
  readonly now: number;
  readonly nameOf: (worker: string) => string;
}

/** What follows from all jobs of that moment together. */
export interface Surroundings {
  /** Members of groups, by the group's key. */
  readonly members: ReadonlyMap<string, readonly JobView[]>;
  /** Whether everything but what runs at the end had ended. */
  readonly isFinalPhase: boolean;
}

const NAMED_MAX = 3;

/** Why a job was in its state; empty when there is nothing to say. */
export function jobReason(
  job: JobView,
  facts: JobFacts | undefined,
  moment: Moment,
  around: Surroundings,
): string {
  if (facts === undefined) return pendingReason(job, moment, around);
  switch (facts.kind) {
    case "queued":
      return "waited for a worker; how many were busy then is not recorded";
    case "assigned":
      return `on its way to worker \`${moment.nameOf(facts.worker)}\``;
    case "running":
      return "";
    case "backoff":
      return `${retryReason(job, facts)}; next in ${until(facts.dueAt, moment.now)}`;
    case "approval":
      return approvalReason(facts, moment.now);
    case "child":
      return `waits for its run ${facts.child ?? ""}`;
    case "group":
      return groupReason(around.members.get(job.key) ?? [], moment.facts);
    case "stopping":
      return `${facts.reason}; ${facts.isForced ? "killed" : "asked to end"} ${since(facts.stoppingSince, moment.now)} ago`;
    case "stopping_child":
      return `its run ${facts.child ?? ""} is being stopped: ${facts.reason}`;
    case "completed":
    case "skipped":
    case "cancelled":
      return facts.reason;
    case "failed":
      return `${facts.reason}${triesOf(job, facts)}${survivorsOf(facts.survivors)}`;
  }
}

/** Why the run was what it was, before its end. */
export function runReason(run: RunFacts, counts: RunView["counts"]): string {
  const { running = 0, stopping = 0, queued = 0, waiting = 0 } = counts;
  if (run.status === "stopping" && run.stop !== null) {
    const held = running + stopping;
    const left = held === 0 ? "" : `; ${amount(held)} still ${held === 1 ? "has" : "have"} to end`;
    return `${stopReason(run.stop)}${left}`;
  }
  if (run.status !== "running" || running + stopping > 0) return "";
  if (queued > 0) return `${amount(queued)} ${queued === 1 ? "waits" : "wait"} for a worker`;
  return waiting > 0 ? `${amount(waiting)} ${waiting === 1 ? "waits" : "wait"}, nothing runs` : "";
}

function stopReason({ cause, by, comment }: NonNullable<RunFacts["stop"]>): string {
  if (cause === "run_timed_out") return "the run ran out of time";
  if (cause === "fail_fast") return "a task failed, and `fail_fast` ends the rest";
  if (cause === "pipeline_ended") return "a task ended the pipeline";
  return `stopped by ${by}${comment === "" ? "" : `: ${comment}`}`;
}

function pendingReason(job: JobView, { facts }: Moment, { isFinalPhase }: Surroundings): string {
  const open = job.dependencies.filter((key) => !hasEnded(facts.jobs.get(key)));
  if (open.length > 0) return `waits for ${named(open)}`;
  if (job.group !== null)
    return `waits for its turn: \`max_parallel\` of ${job.group} limits how many run at once`;
  if (job.final && !isFinalPhase) return "runs when all other tasks have ended";
  return facts.run.status === "pending" ? "the run had not started; why is not recorded" : "";
}

function hasEnded(facts: JobFacts | undefined): boolean {
  return facts !== undefined && facts.endedAt !== null;
}

function retryReason(job: JobView, facts: JobFacts): string {
  const last =
    facts.exitCode === null ? `ended: ${facts.reason}` : `failed with exit ${String(facts.exitCode)}`;
  return `attempt ${facts.failures} of ${job.max_attempts} ${last}`;
}

function approvalReason(facts: JobFacts, now: number): string {
  const question = facts.reason === "" ? "" : `: ${facts.reason.replaceAll(/\s+/g, " ").trim()}`;
  const limit = facts.dueAt === null ? "" : ` (fails in ${until(facts.dueAt, now)} if nobody decides)`;
  return `waits for approval${question}${limit}`;
}

function groupReason(members: readonly JobView[], facts: Facts): string {
  const states = members.map(({ key }) => facts.jobs.get(key));
  const done = states.filter(hasEnded).length;
  const failed = members.filter(
    ({ key, tolerated }) => !tolerated && facts.jobs.get(key)?.kind === "failed",
  ).length;
  return `${done} of ${members.length} done${failed === 0 ? "" : `, ${failed} failed`}`;
}

/** Lost attempts do not count against the policy. */
function triesOf(job: JobView, facts: JobFacts): string {
  const tries = facts.attempt - facts.losses;
  return job.max_attempts > 1 && tries > 0 ? `, attempt ${tries} of ${job.max_attempts}` : "";
}

function survivorsOf(pids: readonly number[]): string {
  if (pids.length === 0) return "";
  const count = pids.length === 1 ? "1 process" : `${pids.length} processes`;
  return `; ${count} could not be stopped: ${pids.slice(0, 10).join(", ")}`;
}

function named(keys: readonly string[]): string {
  const more = keys.length - NAMED_MAX;
  return `${keys.slice(0, NAMED_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function amount(count: number): string {
  return count === 1 ? "1 task" : `${count} tasks`;
}

function until(at: string | null, now: number): string {
  return spoken(Math.max(0, (at === null ? now : Date.parse(at)) - now));
}

function since(at: string | null, now: number): string {
  return spoken(Math.max(0, now - (at === null ? now : Date.parse(at))));
}
