import type { JobView } from "@gaia/contracts/api.ts";
import { hasEnded } from "../terminal/glyphs.ts";
import { durationText } from "../terminal/time.ts";

/** What is said beside a task. */
export interface RowText {
  readonly name: string;
  readonly duration: string;
  readonly detail: string;
  /** The detail is what the task printed, or of no weight. */
  readonly faint: boolean;
}

/** What a row needs to know beyond its own job. */
export interface RowContext {
  readonly now: number;
  /** Members of a group, in order; empty for other jobs. */
  readonly members: readonly JobView[];
  /** Keys of the dependencies that have not ended. */
  readonly unfinished: readonly string[];
  readonly lastLine: string | null;
  /** The last line of a key, for a group that shows a running member. */
  readonly lastLineOf: (key: string) => string | null;
}

/** The words of a task's row. */
export function rowText(job: JobView, context: RowContext): RowText {
  const spread = context.members.length > 0;
  const ended = context.members.filter((member) => hasEnded(member.status)).length;
  // A task that was added to the graph has the id of its parent in front of its own: both tell where it belongs.
  const isAdded = job.key.endsWith(`/${job.name}`);
  const name = job.name === "" || isAdded ? job.key : job.name;
  return {
    name: spread ? `${name} (${ended} of ${context.members.length})` : name,
    duration: durationOf(job, context.now),
    ...detailOf(job, context),
  };
}

/** How long the job took, or takes so far; empty when it never started. */
export function durationOf(job: JobView, now: number): string {
  if (job.status === "skipped") return "";
  if (job.duration_ms !== null && hasEnded(job.status)) return durationText(job.duration_ms);
  if (job.started_at === null || (job.status !== "running" && job.status !== "stopping")) return "";
  return durationText(now - Date.parse(job.started_at));
}

/** Why a failed task failed: `exit 1, attempt 2 of 2`. */
export function failureText(job: JobView): string {
  return [causeText(job), ...attemptsText(job)].join(", ");
}

/** The server's words know more than the bare number: a signal, a missing output, a limit. */
function causeText(job: JobView): string {
  const exit = job.exit_code === null || job.exit_code === 0 ? "failed" : `exit ${job.exit_code}`;
  if (job.reason === "") return exit;
  // The attempts are counted here, for every reason alike.
  const reason = job.reason.replace(/, attempt \d+ of \d+$/, "");
  return reason.replace(/^(?:exit \d+: )?exit(?:ed)?(?: with)?(?: code| status)? (\d+)\b/i, "exit $1");
}

function attemptsText(job: JobView): string[] {
  if (job.max_attempts === 1) return [];
  // Lost attempts do not count against the policy: there may be more than it allows.
  const most = job.attempt > job.max_attempts ? "" : ` of ${job.max_attempts}`;
  return [`attempt ${job.attempt}${most}`];
}

function detailOf(job: JobView, context: RowContext): { detail: string; faint: boolean } {
  switch (job.status) {
    case "completed":
      if (job.reason !== "") return { detail: job.reason, faint: true };
      return {
        detail: context.members.length > 0 ? "" : (context.lastLine ?? outputsText(job)),
        faint: true,
      };
    case "failed":
      return { detail: withSurvivors(job, failureText(job)), faint: false };
    case "skipped":
      return {
        detail: job.reason.startsWith("skipped") ? job.reason : labelled("skipped", job.reason),
        faint: true,
      };
    case "cancelled":
      return { detail: withSurvivors(job, job.reason === "" ? "cancelled" : job.reason), faint: true };
    case "running":
      return runningDetail(job, context);
    case "stopping":
      return { detail: job.reason === "" ? "stopping" : job.reason, faint: false };
    case "waiting":
      return waitingDetail(job, context.now);
    case "queued":
      return { detail: job.reason === "" ? "queued" : job.reason, faint: job.reason === "" };
    case "pending":
      return { detail: pendingText(job, context.unfinished), faint: true };
  }
}

function runningDetail(job: JobView, context: RowContext): { detail: string; faint: boolean } {
  const again = job.attempt > 1 ? attemptsText(job) : [];
  const said = context.members.length > 0 ? memberText(context) : (context.lastLine ?? "");
  return { detail: [...again, ...(said === "" ? [] : [said])].join(" · "), faint: true };
}

/** Which member is at work, and its last words. */
function memberText(context: RowContext): string {
  const running = context.members.filter((member) => member.status === "running");
  const first = running[0];
  if (first === undefined) return "";
  const inside = /\[(.*)\]$/.exec(first.key)?.[1] ?? first.key;
  const line = context.lastLineOf(first.key);
  const more = running.length > 1 ? ` and ${running.length - 1} more` : "";
  return line === null ? `${inside}${more}` : `${inside}${more} · ${line}`;
}

function waitingDetail(job: JobView, now: number): { detail: string; faint: boolean } {
  const what = job.reason === "" ? (job.kind === "approval" ? "waits for a person" : "waits") : job.reason;
  const due = job.due_at === null ? "" : `, ${remainingText(Date.parse(job.due_at) - now)}`;
  const command = job.kind === "approval" ? `: gaia approve @ ${shellWord(job.key)}` : "";
  return { detail: `${what}${due}${command}`, faint: false };
}

function remainingText(ms: number): string {
  return ms <= 0 ? "due now" : `${durationText(ms)} left`;
}

function pendingText(job: JobView, unfinished: readonly string[]): string {
  if (unfinished.length === 0) return job.reason;
  const shown = unfinished.slice(0, 3).join(", ");
  const more = unfinished.length > 3 ? ` and ${unfinished.length - 3} more` : "";
  return `waits for ${shown}${more}`;
}

function outputsText(job: JobView): string {
  const parts = Object.entries(job.outputs)
    .slice(0, 3)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return parts.join(" ").replaceAll(/\s+/g, " ");
}

function withSurvivors(job: JobView, text: string): string {
  if (job.survivors.length === 0) return text;
  return `${text}; still running: pid ${job.survivors.join(", ")}`;
}

function labelled(label: string, reason: string): string {
  return reason === "" ? label : `${label}: ${reason}`;
}

/** A word that a POSIX shell reads as itself; `#` begins a comment only at the beginning of a word. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+:,./=-][A-Za-z0-9_@%+:,./=#-]*$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}
