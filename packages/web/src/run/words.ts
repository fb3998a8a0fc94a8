import type { JobView } from "../api/client.ts";
import { clock, spoken, statusWord } from "../design/index.ts";

/** Short facts about jobs, as graph, list and table show them. Built of fields by fixed patterns. */

const CLIPPED = 60;

/** The fact beside a job's name: how long it took, what it waits for, why it failed. */
export function factOf(job: JobView, now: number, typicalMs: number | null = null): string {
  switch (job.status) {
    case "completed":
      return completedFact(job);
    case "running":
      return runningFact(job, now, typicalMs);
    case "queued":
      return job.queued_at === null ? "queued" : `queued ${clock(sinceMs(job.queued_at, now))}`;
    case "waiting":
      return waitingFact(job, now);
    case "stopping":
      return "being stopped";
    case "failed": {
      const why =
        job.exit_code === null || job.exit_code === 0 ? clipped(job.reason) : `exit ${job.exit_code}`;
      return job.tolerated ? `${why === "" ? "failed" : why} · goes on` : why;
    }
    case "skipped":
      return skippedFact(job.reason);
    case "cancelled":
      return clipped(job.reason);
    case "pending":
      return typicalMs === null ? "" : `≈ ${spoken(rounded(typicalMs))}`;
  }
}

function completedFact(job: JobView): string {
  if (job.kind === "approval" && job.reason !== "") return clipped(job.reason);
  if (job.duration_ms === null) return job.reason.startsWith("result of run") ? "kept from before" : "";
  return spoken(job.duration_ms);
}

function runningFact(job: JobView, now: number, typicalMs: number | null): string {
  if (job.kind === "group") return doneOf(job.reason);
  if (job.reason !== "") return clipped(job.reason);
  if (job.started_at === null) return "on its way to a worker";
  const so = clock(sinceMs(job.started_at, now));
  return typicalMs === null ? so : `${so} of ≈ ${clock(typicalMs)}`;
}

function waitingFact(job: JobView, now: number): string {
  if (job.kind === "approval")
    return job.started_at === null
      ? "for a person"
      : `for a person · ${spoken(rounded(sinceMs(job.started_at, now)))}`;
  if (job.kind === "child") return "for its run";
  if (job.due_at === null) return clipped(job.reason);
  const left = Date.parse(job.due_at) - now;
  return left < 1_000 ? "tries again now" : `tries again in ${spoken(rounded(left))}`;
}

function skippedFact(reason: string): string {
  if (reason.includes("(`when`) is false")) return "condition is false";
  const [, job, end] = /^needs (.+), which (.+)$/.exec(reason) ?? [];
  if (job !== undefined && end !== undefined) return clipped(`${job} ${end.replace(/^was /, "")}`);
  return clipped(reason);
}

/** "5 of 8" out of "5 of 8 done, 1 failed". */
function doneOf(reason: string): string {
  return reason.replace(" done", "");
}

function clipped(text: string): string {
  return text.length > CLIPPED ? `${text.slice(0, CLIPPED - 1)}…` : text;
}

function sinceMs(at: string, now: number): number {
  return Math.max(0, now - Date.parse(at));
}

/** Whole seconds, from two minutes on whole minutes: what is estimated or counts down is told no finer. */
function rounded(ms: number): number {
  const unit = ms < 120_000 ? 1_000 : 60_000;
  return Math.max(1_000, Math.round(ms / unit) * unit);
}

/** `firefox · 3` for `e2e[browser=firefox,shard=3]`; the key itself for what is no member. */
export function memberLabel(job: Pick<JobView, "key" | "group">): string {
  if (job.group === null || !job.key.startsWith(`${job.group}[`)) return job.key;
  const inner = job.key.slice(job.group.length + 1, -1);
  const values = inner.split(",").map((part) => part.slice(part.indexOf("=") + 1).trim());
  return values.join(" · ");
}

/** What a reader of the screen hears of a job: "build-web 1 min 12 s, completed". */
export function jobLabel(job: JobView, fact: string): string {
  return `${job.key}${fact === "" ? "" : ` ${fact}`}, ${statusWord(job.status).toLowerCase()}`;
}

/** Whether it changes by itself, without news: what counts seconds. */
export function ticks(job: JobView): boolean {
  return job.status === "running" || job.status === "waiting" || job.status === "queued";
}

export function isEnded(status: JobView["status"]): boolean {
  return status === "completed" || status === "failed" || status === "skipped" || status === "cancelled";
}

/** The first letter large, a full stop at the end: a fragment of the server as a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  const first = /^[\w-]+[.[-]/.test(trimmed) ? trimmed.charAt(0) : trimmed.charAt(0).toUpperCase();
  return `${first}${trimmed.slice(1)}${/[.?!]$/.test(trimmed) ? "" : "."}`;
}
