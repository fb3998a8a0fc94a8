import type { JobView } from "../../api/client.ts";
import { clock } from "../../design/duration.ts";
import type { Expected } from "./expected.ts";
import { endOf, type Lane } from "./lanes.ts";
import type { Phase } from "./tracks.ts";

export const ORDERS = ["start", "length", "worker"] as const;
export type Order = (typeof ORDERS)[number];

/** A stroke of a lane. */
export interface Bar {
  readonly look: "worked" | "working" | "failed" | "queued" | "waiting" | "expected";
  readonly from: number;
  readonly to: number;
  /** Of a group: its members' strokes are the solid ones. */
  readonly isThin: boolean;
}

/** A row of the timeline: a job, or the heading of what one worker did. */
export type Row =
  | {
      readonly kind: "job";
      readonly lane: Lane;
      readonly expected: Expected | null;
      /** Below a group, or below its worker. */
      readonly isInside: boolean;
      readonly isUnderGroup: boolean;
      /** Null: no group. */
      readonly members: number | null;
    }
  | { readonly kind: "worker"; readonly name: string; readonly jobs: number };

/** Groups with more members are closed until someone opens them. */
export const OPEN_MEMBERS = 50;

export interface RowOptions {
  readonly order: Order;
  readonly now: number;
  readonly expected: ReadonlyMap<string, Expected>;
  /** Groups that someone opened or closed. */
  readonly toggled: ReadonlySet<string>;
  readonly nameOf: (worker: string) => string;
}

/** The rows in their order; members follow their group, except where the worker is the order. */
export function rowsOf(lanes: ReadonlyMap<string, Lane>, options: RowOptions): readonly Row[] {
  if (options.order === "worker") return byWorker(lanes, options);
  const members = new Map<string, Lane[]>();
  const outer: Lane[] = [];
  for (const lane of [...lanes.values()].toSorted(compareBy(options.order))) {
    const { group } = lane.job;
    if (group === null || !lanes.has(group)) outer.push(lane);
    else members.set(group, [...(members.get(group) ?? []), lane]);
  }
  const rows: Row[] = [];
  const add = (lane: Lane, isInside: boolean): void => {
    const inside = members.get(lane.job.key) ?? [];
    rows.push(rowOf(lane, options, isInside, inside.length));
    if (isGroupOpen(lane.job.key, inside.length, options.toggled)) for (const each of inside) add(each, true);
  };
  for (const lane of outer) add(lane, false);
  return rows;
}

export function isGroupOpen(key: string, members: number, toggled: ReadonlySet<string>): boolean {
  return members <= OPEN_MEMBERS !== toggled.has(key);
}

function byWorker(lanes: ReadonlyMap<string, Lane>, options: RowOptions): readonly Row[] {
  const workers = new Map<string, Lane[]>();
  for (const lane of [...lanes.values()].toSorted(compareBy("start"))) {
    if (lane.job.kind === "group" || lane.worker === "") continue;
    const name = options.nameOf(lane.worker);
    const known = workers.get(name);
    if (known === undefined) workers.set(name, [lane]);
    else known.push(lane);
  }
  const named = [...workers].toSorted(([left], [right]) =>
    left.localeCompare(right, undefined, { numeric: true }),
  );
  const rows = named.flatMap(([name, own]): readonly Row[] => [
    { kind: "worker", name, jobs: own.length },
    ...own.map((lane) => rowOf(lane, options, true, 0)),
  ]);
  const rest = [...lanes.values()].filter(({ job, worker }) => job.kind !== "group" && worker === "");
  if (rest.length === 0) return rows;
  const none = rest.toSorted(compareBy("start")).map((lane) => rowOf(lane, options, true, 0));
  return [...rows, { kind: "worker", name: "", jobs: rest.length }, ...none];
}

function rowOf(lane: Lane, options: RowOptions, isInside: boolean, members: number): Row {
  const expected = options.expected.get(lane.job.key) ?? null;
  return {
    kind: "job",
    lane,
    expected,
    isInside,
    isUnderGroup: isInside && options.order !== "worker",
    members: lane.job.kind === "group" ? members : null,
  };
}

/** Narrower than this part of the lane, strokes side by side cannot be told apart. */
const SEEN = 0.0007;
/** A moment in the queue is no wait: it is told to readers, and would only be a dot in the picture. */
const QUEUE_SEEN = 0.003;

/** The strokes of a row. Of many within one pixel one stands for all, and a failure for those that were none. */
export function barsOf(row: Extract<Row, { kind: "job" }>, now: number, span: number): readonly Bar[] {
  const { lane, expected } = row;
  const isThin = lane.job.kind === "group";
  const bars: Bar[] = [];
  for (const phase of lane.phases) {
    const bar = barOf(phase, now, isThin);
    const width = (bar.to - bar.from) / span;
    if (bar.look === "queued" && width < QUEUE_SEEN) continue;
    const last = bars.at(-1);
    const isHidden = last !== undefined && width < SEEN && (bar.to - last.from) / span < SEEN * 3;
    if (!isHidden) bars.push(bar);
    else if (bar.look === "failed" || last.look === "failed")
      bars[bars.length - 1] = { ...last, look: "failed", to: bar.to };
  }
  if (expected !== null) bars.push({ look: "expected", from: expected.from, to: expected.to, isThin: false });
  return bars;
}

function barOf(phase: Phase, now: number, isThin: boolean): Bar {
  const place = { from: phase.from, to: endOf(phase, now), isThin };
  if (phase.doing === "queued" || phase.doing === "waiting") return { look: phase.doing, ...place };
  if (phase.hasFailed) return { look: "failed", ...place };
  return { look: phase.to === null ? "working" : "worked", ...place };
}

function compareBy(order: Order): (left: Lane, right: Lane) => number {
  const start = (lane: Lane): number => lane.begunAt ?? Number.POSITIVE_INFINITY;
  const byStart = (left: Lane, right: Lane): number => {
    const [first, second] = [start(left), start(right)];
    return first === second ? left.job.number - right.job.number : first - second;
  };
  if (order !== "length") return byStart;
  return (left, right) => right.workedMs - left.workedMs || byStart(left, right);
}

/** The lane in words, for those who do not see it. */
export function laneText(row: Extract<Row, { kind: "job" }>, now: number): string {
  const { lane, expected } = row;
  const parts = lane.phases.map(
    (phase) => `${phaseWord(phase)} ${clock(endOf(phase, now) - phase.from, true)}`,
  );
  if (expected !== null) parts.push(`expected to take ≈ ${clock(expected.to - expected.from, true)} more`);
  if (parts.length > 0) return parts.join(", ");
  return reasonless(lane.job);
}

function phaseWord(phase: Phase): string {
  if (phase.doing === "queued") return "queued";
  if (phase.doing === "waiting")
    return phase.waitsFor === "person"
      ? "waiting for a person"
      : phase.waitsFor === "run"
        ? "waiting for another run"
        : "waiting for another attempt";
  if (phase.hasFailed) return "failed attempt";
  return phase.to === null ? "working" : "worked";
}

function reasonless({ status }: JobView): string {
  return status === "pending" ? "has not begun" : `${status} without work`;
}
