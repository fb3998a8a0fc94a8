import type { EventView, JobView, RunDetail, RunView } from "../api/client.ts";
import type { Refusal } from "../api/refusal.ts";
import { type Jobs, NO_JOBS, replaceJobs, withJobs } from "./jobs.ts";

/** How many of the newest events are kept in memory; the whole history is read by pages. */
const EVENTS_MAX = 20_000;

/** A run as the screen has it: a value; each change makes a new one that shares what did not change. */
export interface RunState {
  readonly status: "loading" | "ready" | "failed";
  /** Null until it is ready. */
  readonly run: RunView | null;
  readonly jobs: Jobs;
  /** What happened since the page was opened, in order, without gaps; a `reset` empties it. */
  readonly events: readonly EventView[];
  readonly refusal: Refusal | null;
}

export const LOADING: RunState = {
  status: "loading",
  run: null,
  jobs: NO_JOBS,
  events: [],
  refusal: null,
};

/** What came over the stream since the last frame. */
export type News =
  | { readonly kind: "snapshot"; readonly detail: RunDetail }
  | { readonly kind: "job"; readonly job: JobView }
  | { readonly kind: "jobs"; readonly jobs: readonly JobView[] }
  | { readonly kind: "run"; readonly run: RunView }
  | { readonly kind: "event"; readonly event: EventView }
  | { readonly kind: "reset" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** The run with the news in it, taken in order; many jobs cost one copy. */
export function folded(state: RunState, news: readonly News[]): RunState {
  let next = state;
  let jobs: JobView[] = [];
  let events: EventView[] = [];
  const take = (): void => {
    if (jobs.length > 0) next = { ...next, jobs: withJobs(next.jobs, newestOf(jobs)) };
    if (events.length > 0) next = { ...next, events: withEvents(next.events, events) };
    jobs = [];
    events = [];
  };
  for (const entry of news) {
    if (entry.kind === "job") jobs.push(entry.job);
    else if (entry.kind === "jobs") jobs.push(...entry.jobs);
    else if (entry.kind === "event") events.push(entry.event);
    else {
      take();
      next = changed(next, entry);
    }
  }
  take();
  const total = next.run?.progress.total ?? 0;
  return next.jobs.total < total ? { ...next, jobs: { ...next.jobs, total } } : next;
}

function changed(
  state: RunState,
  news: Exclude<News, { readonly kind: "job" | "jobs" | "event" }>,
): RunState {
  switch (news.kind) {
    case "snapshot": {
      const { jobs, jobs_total: total, ...run } = news.detail;
      return {
        ...state,
        status: "ready",
        run,
        jobs: replaceJobs(state.jobs, jobs, total),
        refusal: null,
      };
    }
    case "run":
      return { ...state, run: news.run };
    case "reset":
      return { ...state, events: [] };
    case "refused":
      return state.status === "ready" ? state : { ...state, status: "failed", refusal: news.refusal };
  }
}

/** Of each job the newest state. */
function newestOf(jobs: readonly JobView[]): readonly JobView[] {
  return [...new Map(jobs.map((job) => [job.number, job])).values()];
}

function withEvents(known: readonly EventView[], told: readonly EventView[]): readonly EventView[] {
  const last = known.at(-1)?.seq ?? 0;
  const fresh = told.filter((event) => event.seq > last);
  if (fresh.length === 0) return known;
  const all = [...known, ...fresh];
  return all.length > EVENTS_MAX ? all.slice(-EVENTS_MAX) : all;
}
