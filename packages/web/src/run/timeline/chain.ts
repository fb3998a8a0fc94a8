import type { JobView } from "../../api/client.ts";
import type { Lane } from "./lanes.ts";
import { endOf } from "./lanes.ts";
import type { Tracks } from "./tracks.ts";

/** The jobs that the run's time went through, each begun by the end of the one before; and what it leads to. */
export interface Chain {
  /** From the first one to the one that is at work now, or that ended last. */
  readonly keys: readonly string[];
  /** Jobs ahead that wait for its end: the longest such way. */
  readonly ahead: readonly string[];
}

/** How the time of a run, along its longest chain, was spent. */
export interface Spent {
  readonly totalMs: number;
  readonly workMs: number;
  readonly queueMs: number;
  readonly personMs: number;
  readonly retryMs: number;
  readonly runMs: number;
  /** Neither: between the end of one job and the begin of the next. */
  readonly betweenMs: number;
}

/** Walks back from the job that holds the run up, or ended last, to what each had waited for. */
export function chainOf(lanes: ReadonlyMap<string, Lane>, tracks: Tracks, now: number): Chain {
  const leads = leadsOf(lanes);
  const tail = tailOf([...lanes.values()], leads);
  if (tail === null) return { keys: [], ahead: [] };
  const keys: string[] = [];
  const walk = new Walk(lanes, tracks, now);
  const seen = new Set<string>();
  for (let lane: Lane | null = tail; lane !== null && !seen.has(lane.job.key); lane = walk.before(lane)) {
    seen.add(lane.job.key);
    keys.push(lane.job.key);
  }
  const ahead: string[] = [];
  for (
    let next = leads.get(groupOrSelf(tail))?.next ?? null;
    next !== null;
    next = leads.get(next)?.next ?? null
  )
    ahead.push(next);
  return { keys: keys.toReversed(), ahead: tail.endedAt === null ? ahead : [] };
}

/** The time from `from` to `to`, by what the jobs of the chain did in it. */
export function spentOf(chain: Chain, lanes: ReadonlyMap<string, Lane>, from: number, to: number): Spent {
  const spent = { workMs: 0, queueMs: 0, personMs: 0, retryMs: 0, runMs: 0 };
  let told = from;
  for (const key of chain.keys)
    for (const phase of lanes.get(key)?.phases ?? []) {
      const end = Math.min(to, endOf(phase, to));
      const ms = Math.max(0, end - Math.max(told, phase.from));
      told = Math.max(told, end);
      if (phase.doing === "working") spent.workMs += ms;
      else if (phase.doing === "queued") spent.queueMs += ms;
      else if (phase.waitsFor === "person") spent.personMs += ms;
      else if (phase.waitsFor === "run") spent.runMs += ms;
      else spent.retryMs += ms;
    }
  const totalMs = Math.max(0, to - from);
  const toldMs = Object.values(spent).reduce((sum, ms) => sum + ms, 0);
  return { ...spent, totalMs, betweenMs: Math.max(0, totalMs - toldMs) };
}

/** What one job was begun by. */
class Walk {
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #tracks: Tracks;
  readonly #now: number;
  readonly #members = new Map<string, Lane[]>();

  constructor(lanes: ReadonlyMap<string, Lane>, tracks: Tracks, now: number) {
    this.#lanes = lanes;
    this.#tracks = tracks;
    this.#now = now;
    for (const lane of lanes.values()) {
      const { group } = lane.job;
      if (group === null) continue;
      const known = this.#members.get(group);
      if (known === undefined) this.#members.set(group, [lane]);
      else known.push(lane);
    }
  }

  /** Of all that the job may have waited for, what ended last before it began. */
  before(lane: Lane): Lane | null {
    const begunAt = lane.begunAt ?? this.#now;
    const ended = this.#candidates(lane)
      .flatMap((key) => this.#lastOf(key))
      .filter(
        (candidate) => candidate.job.key !== lane.job.key && (candidate.endedAt ?? Infinity) <= begunAt,
      );
    return ended.reduce<Lane | null>(
      (last, each) => (last === null || (each.endedAt ?? 0) > (last.endedAt ?? 0) ? each : last),
      null,
    );
  }

  #candidates(lane: Lane): readonly string[] {
    const { job } = lane;
    const group = job.group === null ? undefined : this.#lanes.get(job.group)?.job;
    const parent = this.#tracks.parentOf(job.number);
    return [
      ...job.dependencies,
      ...(group?.dependencies ?? []),
      // Members wait for each other where only some may run at once.
      ...(group === undefined ? [] : [group.key]),
      ...(parent === null || parent === group?.key ? [] : [parent]),
    ];
  }

  /** Members stand for their group. */
  #lastOf(key: string): readonly Lane[] {
    const members = this.#members.get(key);
    if (members !== undefined) return members;
    const lane = this.#lanes.get(key);
    return lane === undefined ? [] : [lane];
  }
}

interface Lead {
  /** Jobs on the longest way behind this one that have not begun. */
  readonly depth: number;
  readonly next: string | null;
}

/** For each job, the longest way through jobs that are still pending. */
function leadsOf(lanes: ReadonlyMap<string, Lane>): ReadonlyMap<string, Lead> {
  const dependants = new Map<string, JobView[]>();
  for (const { job } of lanes.values())
    for (const key of job.dependencies) {
      const known = dependants.get(key);
      if (known === undefined) dependants.set(key, [job]);
      else known.push(job);
    }
  const leads = new Map<string, Lead>();
  // Dependants of a job may have lower numbers than it; a stack instead of recursion, for chains of 10,000.
  for (const start of lanes.keys()) {
    const stack = [start];
    const seen = new Set(stack);
    for (let key = stack.at(-1); key !== undefined; key = stack.at(-1)) {
      const pending = (dependants.get(key) ?? []).filter(({ status }) => status === "pending");
      const unknown = leads.has(key)
        ? undefined
        : pending.find((job) => !leads.has(job.key) && !seen.has(job.key));
      if (unknown !== undefined) {
        seen.add(unknown.key);
        stack.push(unknown.key);
        continue;
      }
      stack.pop();
      if (!leads.has(key)) leads.set(key, longest(pending, leads));
    }
  }
  return leads;
}

function longest(pending: readonly JobView[], leads: ReadonlyMap<string, Lead>): Lead {
  let best: Lead = { depth: 0, next: null };
  for (const job of pending) {
    const depth = (leads.get(job.key)?.depth ?? 0) + 1;
    if (depth > best.depth) best = { depth, next: job.key };
  }
  return best;
}

/** While the run goes on: of the jobs that have begun, the one that most waits for; else the one that ended last. */
function tailOf(lanes: readonly Lane[], leads: ReadonlyMap<string, Lead>): Lane | null {
  const begun = lanes.filter(({ job, begunAt }) => job.kind !== "group" && begunAt !== null);
  const open = begun.filter(({ endedAt }) => endedAt === null);
  const depthOf = (lane: Lane): number => leads.get(groupOrSelf(lane))?.depth ?? 0;
  const isAfter = (left: Lane, right: Lane): boolean =>
    open.length === 0
      ? (left.endedAt ?? 0) > (right.endedAt ?? 0)
      : depthOf(left) > depthOf(right) ||
        (depthOf(left) === depthOf(right) && (left.begunAt ?? 0) < (right.begunAt ?? 0));
  return (open.length === 0 ? begun : open).reduce<Lane | null>(
    (tail, each) => (tail === null || isAfter(each, tail) ? each : tail),
    null,
  );
}

function groupOrSelf({ job }: Lane): string {
  return job.group ?? job.key;
}
