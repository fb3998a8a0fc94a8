import type { JobView } from "../../api/client.ts";
import type { Phase, Tracks } from "./tracks.ts";

/** How one job spent its time until a moment. */
export interface Lane {
  readonly job: JobView;
  readonly phases: readonly Phase[];
  /** When it was first queued, asked or begun; null: not yet. */
  readonly begunAt: number | null;
  readonly endedAt: number | null;
  readonly workedMs: number;
  readonly queuedMs: number;
  /** For a person, for another attempt, for a run. */
  readonly waitedMs: number;
  /** The worker of its last attempt, by id; empty: none had it. */
  readonly worker: string;
}

/** The lanes of all jobs, by key. A group has no time of its own: its lane is what its members did. */
export function lanesOf(
  jobs: readonly JobView[],
  tracks: Tracks,
  seq: number,
  now: number,
): ReadonlyMap<string, Lane> {
  const lanes = new Map<string, Lane>();
  const members = new Map<string, Lane[]>();
  // Members have higher numbers than their group: from the end, each group finds its members' lanes.
  for (const job of jobs.toReversed()) {
    const track = tracks.at(job.key, seq);
    const inside = members.get(job.key) ?? [];
    const lane =
      job.kind === "group"
        ? groupLane(job, inside, track?.endedAt ?? null, now)
        : laneOf(job, track?.phases ?? [], track?.endedAt ?? null, now);
    lanes.set(job.key, lane);
    if (job.group !== null) members.set(job.group, [lane, ...(members.get(job.group) ?? [])]);
  }
  return lanes;
}

/** Until when a phase lasted, or has lasted so far. */
export function endOf(phase: Phase, now: number): number {
  return Math.max(phase.from, phase.to ?? now);
}

function laneOf(job: JobView, phases: readonly Phase[], endedAt: number | null, now: number): Lane {
  const sum = (doing: Phase["doing"]): number =>
    phases.reduce((total, phase) => total + (phase.doing === doing ? endOf(phase, now) - phase.from : 0), 0);
  return {
    job,
    phases,
    begunAt: phases[0]?.from ?? null,
    endedAt,
    workedMs: sum("working"),
    queuedMs: sum("queued"),
    waitedMs: sum("waiting"),
    worker: phases.findLast(({ worker }) => worker !== "")?.worker ?? "",
  };
}

function groupLane(job: JobView, members: readonly Lane[], endedAt: number | null, now: number): Lane {
  const begun = members.flatMap(({ begunAt }) => (begunAt === null ? [] : [begunAt]));
  const total = (of: (lane: Lane) => number): number => members.reduce((sum, lane) => sum + of(lane), 0);
  return {
    job,
    phases: mergedPhases(
      members.flatMap(({ phases }) => phases),
      now,
    ),
    begunAt: begun.length === 0 ? null : begun.reduce((first, at) => Math.min(first, at)),
    endedAt,
    workedMs: total(({ workedMs }) => workedMs),
    queuedMs: total(({ queuedMs }) => queuedMs),
    waitedMs: total(({ waitedMs }) => waitedMs),
    worker: "",
  };
}

/** What at least one member did at each time: work goes before waiting, waiting before the queue. */
function mergedPhases(phases: readonly Phase[], now: number): readonly Phase[] {
  const edges = phases
    .flatMap((phase) => [
      { at: phase.from, phase, by: 1 },
      { at: endOf(phase, now), phase, by: -1 },
    ])
    .toSorted((left, right) => left.at - right.at || right.by - left.by);
  const open = { queued: 0, waiting: 0, working: 0 };
  const merged: Phase[] = [];
  for (const { at, phase, by } of edges) {
    open[phase.doing] += by;
    const doing =
      open.working > 0 ? "working" : open.waiting > 0 ? "waiting" : open.queued > 0 ? "queued" : null;
    const last = merged.at(-1);
    if (doing === (last?.to === null ? last.doing : null)) continue;
    if (last?.to === null) merged[merged.length - 1] = { ...last, to: at };
    if (doing !== null) merged.push({ ...phase, doing, from: at, to: null, hasFailed: false });
  }
  return merged
    .filter(({ from, to }) => to === null || to > from)
    .map((phase, index, all) => {
      // What reaches now because something in it goes on, goes on itself.
      const isLast = index === all.length - 1;
      const goesOn = phases.some(({ to, doing }) => to === null && doing === phase.doing);
      return isLast && phase.to === now && goesOn ? { ...phase, to: null } : phase;
    });
}
