import type { JobView } from "../../api/client.ts";
import type { Jobs } from "../jobs.ts";
import type { Past } from "./waits.ts";

export const COLUMNS = ["name", "state", "attempt", "worker", "waited", "worked"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sort {
  /** `order`: as the definition has them, members under their group. */
  readonly by: Column | "order";
  readonly isDown: boolean;
}

export type StateFilter = "all" | "open" | "failed" | "done";

export interface Row {
  readonly job: JobView;
  /** 1: a member under its group. */
  readonly depth: number;
  readonly members: number;
}

/** From the address: `worked`, or `-worked` for the longest first. */
export function sortFrom(text: string | undefined): Sort {
  const isDown = text?.startsWith("-") ?? false;
  const name = isDown ? text?.slice(1) : text;
  const by = COLUMNS.find((column) => column === name);
  return by === undefined ? { by: "order", isDown: false } : { by, isDown };
}

/** Pressing a column's head: up, down, and back to the order of the definition. */
export function nextSort(sort: Sort, column: Column): string | null {
  if (sort.by !== column) return column;
  return sort.isDown ? null : `-${column}`;
}

/** How long jobs have waited in all, by key; what is not in it is not known. */
export type Waits = ReadonlyMap<string, Past>;

/** The rows that are shown: filtered, sorted; as a tree while nothing else is asked for. */
export function rowsOf(
  jobs: Jobs,
  sort: Sort,
  filter: StateFilter,
  text: string,
  closed: ReadonlySet<string>,
  waits: Waits,
  now: number,
): readonly Row[] {
  const wanted = text.trim().toLowerCase();
  const isFlat = sort.by !== "order" || filter !== "all" || wanted !== "";
  const memberCount = (key: string): number => jobs.shape.members.get(key)?.length ?? 0;
  if (!isFlat)
    return jobs.list.flatMap((job) => {
      if (job.group !== null && jobs.get(job.group) !== undefined) return [];
      const members = closed.has(job.key) ? [] : (jobs.shape.members.get(job.key) ?? []);
      return [
        { job, depth: 0, members: memberCount(job.key) },
        ...members.flatMap((number) => {
          const member = jobs.list[number];
          return member === undefined ? [] : [{ job: member, depth: 1, members: 0 }];
        }),
      ];
    });
  const found = jobs.list.filter(
    (job) =>
      passes(job, filter) &&
      (wanted === "" || job.key.toLowerCase().includes(wanted) || job.name.toLowerCase().includes(wanted)),
  );
  const sorted = sort.by === "order" ? found : sortedBy(found, sort, waits, now);
  return sorted.map((job) => ({ job, depth: 0, members: memberCount(job.key) }));
}

export function passes(job: JobView, filter: StateFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "failed":
      return job.status === "failed" || job.status === "cancelled";
    case "done":
      return job.status === "completed" || job.status === "skipped";
    case "open":
      return job.ended_at === null && job.status !== "skipped";
  }
}

/** What needs a look first. */
const STATES: readonly JobView["status"][] = [
  "failed",
  "waiting",
  "stopping",
  "running",
  "queued",
  "pending",
  "cancelled",
  "skipped",
  "completed",
];

/** What has no value in the column stands last, whatever the direction. */
function sortedBy(
  jobs: readonly JobView[],
  { by, isDown }: Sort,
  waits: Waits,
  now: number,
): readonly JobView[] {
  const valued = jobs.map((job) => ({ job, value: valueOf(job, by, waits, now) }));
  return valued
    .toSorted((one, other) => {
      if (one.value === null || other.value === null)
        return Number(one.value === null) - Number(other.value === null);
      const order =
        typeof one.value === "string" && typeof other.value === "string"
          ? one.value.localeCompare(other.value, undefined, { numeric: true })
          : Number(one.value) - Number(other.value);
      return (isDown ? -order : order) || one.job.number - other.job.number;
    })
    .map(({ job }) => job);
}

function valueOf(job: JobView, by: Sort["by"], waits: Waits, now: number): string | number | null {
  switch (by) {
    case "order":
      return job.number;
    case "name":
      return job.key;
    case "state":
      return STATES.indexOf(job.status);
    case "attempt":
      return job.attempt === 0 ? null : job.attempt;
    case "worker":
      return job.worker;
    case "waited":
      return waitedMs(waits.get(job.key), now);
    case "worked":
      return workedMs(job, now);
  }
}

/** In the queue, for a person, for its next attempt, all together; null: it never had to, or that is not known. */
export function waitedMs(past: Past | undefined, now: number): number | null {
  if (past === undefined || (past.waitedMs === 0 && past.waitsSince === null)) return null;
  return past.waitedMs + (past.waitsSince === null ? 0 : Math.max(0, now - past.waitsSince));
}

/** How long its newest attempt has worked; of a group, how long its members did. */
export function workedMs(job: JobView, now: number): number | null {
  return job.kind === "approval" || job.started_at === null ? null : spanMs(job, now);
}

function spanMs(job: JobView, now: number): number {
  const end = job.ended_at === null ? now : Date.parse(job.ended_at);
  return Math.max(0, end - Date.parse(job.started_at ?? ""));
}
