import type { JobView, RunDetail, RunView } from "@gaia/contracts/api.ts";
import type { RunNews } from "../client/follow-run.ts";
import { hasEnded } from "../terminal/glyphs.ts";

/** One line of a task's log, clean of control codes. */
export interface LogLine {
  readonly key: string;
  readonly text: string;
}

/** Everything that the live view is drawn from. Changed only by `applyNews` and the two functions below it. */
export interface LiveState {
  run: RunView | null;
  /** By dense number, so in the order of the definition. */
  readonly jobs: Map<number, JobView>;
  /** Of the run; more than `jobs` holds while a large run's pages are being loaded. */
  jobsTotal: number;
  /** The last line that a task printed, by the task's key. */
  readonly lastLines: Map<string, string>;
  /** The newest lines of all running tasks. */
  readonly logLines: LogLine[];
  /** What has happened to the connection, in words; null while all is well. */
  connection: string | null;
  ended: boolean;
}

/** Lines kept for the log pane: more than the tallest terminal shows. */
const LOG_LINES_KEPT = 300;

/** Nothing known yet. */
export function emptyState(): LiveState {
  return {
    run: null,
    jobs: new Map(),
    jobsTotal: 0,
    lastLines: new Map(),
    logLines: [],
    connection: null,
    ended: false,
  };
}

/** Takes one piece of news in and answers which jobs changed, each with its former state. */
export function applyNews(state: LiveState, news: RunNews): readonly JobChange[] {
  switch (news.kind) {
    case "snapshot":
      return applySnapshot(state, news.run);
    case "run":
      state.run = news.run;
      return [];
    case "job":
      return applyJobs(state, [news.job]);
    case "lost":
      state.connection = news.cut
        ? "The server is gone. The run goes on without it."
        : "The server is being stopped.";
      return [];
    case "restarting":
      state.connection = "The server is gone: starting it again. The run goes on.";
      return [];
    case "back":
      state.connection = null;
      return [];
    case "end":
      state.ended = true;
      return [];
    case "event":
      return [];
  }
}

/** A job that is not what it was. */
export interface JobChange {
  readonly before: JobView | null;
  readonly job: JobView;
}

/** Jobs of a page that was asked for: what the stream said since is newer, so only unknown ones are taken. */
export function addUnknownJobs(state: LiveState, jobs: readonly JobView[]): readonly JobChange[] {
  return applyJobs(
    state,
    jobs.filter((job) => !state.jobs.has(job.number)),
  );
}

/** Remembers what a task printed. */
export function addLogLines(state: LiveState, key: string, lines: readonly string[]): void {
  for (const text of lines) state.logLines.push({ key, text });
  if (state.logLines.length > LOG_LINES_KEPT)
    state.logLines.splice(0, state.logLines.length - LOG_LINES_KEPT);
  const last = lines.findLast((line) => line.trim() !== "");
  if (last !== undefined) state.lastLines.set(key, last.trim());
}

/** Tasks of the run in the order of their definition. */
export function jobsInOrder(state: LiveState): JobView[] {
  return [...state.jobs.values()].sort((a, b) => a.number - b.number);
}

function applySnapshot(state: LiveState, detail: RunDetail): readonly JobChange[] {
  state.run = detail;
  state.jobsTotal = detail.jobs_total;
  state.ended = false;
  return applyJobs(state, detail.jobs);
}

function applyJobs(state: LiveState, jobs: readonly JobView[]): readonly JobChange[] {
  const changes: JobChange[] = [];
  for (const job of jobs) {
    const before = state.jobs.get(job.number) ?? null;
    state.jobs.set(job.number, job);
    if (before === null || differs(before, job)) changes.push({ before, job });
  }
  state.jobsTotal = Math.max(state.jobsTotal, state.jobs.size);
  return changes;
}

function differs(before: JobView, job: JobView): boolean {
  return before.status !== job.status || before.attempt !== job.attempt || before.reason !== job.reason;
}

/** How many members of a group have ended, of how many; null for a job that has no members. */
export function groupProgress(members: readonly JobView[]): { ended: number; total: number } | null {
  if (members.length === 0) return null;
  return { ended: members.filter((member) => hasEnded(member.status)).length, total: members.length };
}
