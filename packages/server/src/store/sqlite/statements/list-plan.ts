import { RUN_STATUSES, type RunStatus } from "@gaia/core/run/state.ts";

import type { RunFilter, RunSort } from "../../port.ts";
import type { Connection } from "../database.ts";

/** Where a run is in the order of a list; also what a cursor says. */
export interface Place {
  /** What the list is ordered by: when the run was created, or how long it took. */
  readonly at: number;
  readonly key: number;
}

/** What a filter comes down to before any run is read. */
export interface Plan {
  readonly filter: RunFilter;
  readonly order: Order;
  readonly statuses: readonly RunStatus[];
  /** Runs of these pipelines match. Null: of any. */
  readonly pipelines: readonly string[] | null;
  /** Runs whose id starts so match too, if they are of the filter's pipeline. Null: there are none. */
  readonly idPrefix: string | null;
  /** First and last instant. */
  readonly from: number;
  readonly to: number;
  /** What else has to be true of a run; null: nothing. */
  readonly traits: Traits | null;
  /** The page starts behind this place. */
  readonly after: Place;
}

/** What indexes carry along with each run. Null: whatever it is. */
export interface Traits {
  readonly trigger: string | null;
  readonly startedBy: string | null;
  readonly tookMin: number | null;
  readonly tookMax: number | null;
}

/** A run with what filters look at. */
export interface Candidate {
  readonly key: number;
  readonly id: string;
  readonly created_at: number;
  readonly status: string;
  readonly pipeline: string;
  readonly trigger_name: string;
  readonly started_by: string;
  readonly took_ms: number | null;
}

export const CANDIDATE_COLUMNS = "key, id, created_at, status, pipeline, trigger_name, started_by, took_ms";

/** A direction through the runs, with the place before the first one. */
export interface Order {
  readonly column: "created_at" | "took_ms";
  readonly isRising: boolean;
  readonly start: Place;
}

const FALLING_START: Place = { at: Number.MAX_SAFE_INTEGER, key: Number.MAX_SAFE_INTEGER };
const RISING_START: Place = { at: -1, key: -1 };

const ORDERS: Readonly<Record<RunSort, Order>> = {
  newest: { column: "created_at", isRising: false, start: FALLING_START },
  oldest: { column: "created_at", isRising: true, start: RISING_START },
  longest: { column: "took_ms", isRising: false, start: FALLING_START },
  shortest: { column: "took_ms", isRising: true, start: RISING_START },
};

export function orderOf(filter: RunFilter): Order {
  return ORDERS[filter.sort ?? "newest"];
}

/** Finds what a search text names: pipelines among those that ever ran, ids by their index. */
export function planner(database: Connection): (filter: RunFilter, after: Place | null) => Plan {
  const pipelines = database.prepare<[string], { pipeline: string }>(
    "select pipeline from run_counter where namespace = ?",
  );
  // The plus keeps SQLite from walking through the whole namespace instead: 120 ms among 100,000 runs.
  const anyId = database.prepare<[string, string, string], { key: number }>(
    "select key from run where id >= ? and id < ? and +namespace = ? limit 1",
  );

  function named(filter: RunFilter): Pick<Plan, "pipelines" | "idPrefix"> {
    const { namespace, pipeline, search } = filter;
    if (search === undefined || search === "") {
      return { pipelines: pipeline === undefined ? null : [pipeline], idPrefix: null };
    }
    const known = pipeline === undefined ? pipelines.all(namespace).map((row) => row.pipeline) : [pipeline];
    const hasId = anyId.get(search, prefixEnd(search), namespace) !== undefined;
    return { pipelines: known.filter((name) => contains(name, search)), idPrefix: hasId ? search : null };
  }

  return (filter, given) => {
    const order = orderOf(filter);
    const after = given ?? order.start;
    const to = filter.createdBefore === undefined ? Number.MAX_SAFE_INTEGER : filter.createdBefore - 1;
    return {
      filter,
      order,
      ...named(filter),
      statuses: RUN_STATUSES.filter((status) => filter.statuses?.includes(status) ?? true),
      from: filter.createdAfter === undefined ? 0 : filter.createdAfter + 1,
      to: filter.sort === undefined || filter.sort === "newest" ? Math.min(to, after.at) : to,
      traits: traitsOf(filter, order),
      after,
    };
  };
}

/** A list by how long runs took has those that took any time: they have started, and ended. */
function traitsOf(filter: RunFilter, order: Order): Traits | null {
  const { trigger = null, startedBy = null, tookMax = null } = filter;
  const tookMin = filter.tookMin ?? (order.column === "took_ms" ? 0 : null);
  const isFree = trigger === null && startedBy === null && tookMin === null && tookMax === null;
  return isFree ? null : { trigger, startedBy, tookMin, tookMax };
}

/** Whether a run is on the page; for runs that were found one by one. */
export function isMatch(plan: Plan, run: Candidate): boolean {
  const { filter } = plan;
  return (
    plan.statuses.some((status) => status === run.status) &&
    (filter.pipeline === undefined || filter.pipeline === run.pipeline) &&
    (plan.pipelines === null ||
      plan.pipelines.includes(run.pipeline) ||
      run.id.startsWith(plan.idPrefix ?? "\0")) &&
    run.created_at >= plan.from &&
    run.created_at <= plan.to &&
    (plan.traits === null || hasTraits(plan.traits, run)) &&
    inOrder(plan.order, plan.after, placeOf(plan.order, run)) < 0
  );
}

function hasTraits({ trigger, startedBy, tookMin, tookMax }: Traits, run: Candidate): boolean {
  const took = run.took_ms;
  return (
    (trigger === null || trigger === run.trigger_name) &&
    (startedBy === null || startedBy === run.started_by) &&
    (tookMin === null || (took !== null && took >= tookMin)) &&
    (tookMax === null || (took !== null && took <= tookMax))
  );
}

export function placeOf(order: Order, run: Candidate): Place {
  return { at: run[order.column] ?? 0, key: run.key };
}

/** Compares two places as a list of that order has them. */
export function inOrder({ isRising }: Order, one: Place, other: Place): number {
  const falling = other.at - one.at || other.key - one.key;
  return isRising ? -falling : falling;
}

/** What starts with a prefix is less than this. Ids are ASCII; U+10FFFF sorts behind all that can follow. */
export function prefixEnd(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

function contains(name: string, search: string): boolean {
  return name.toLowerCase().includes(search.toLowerCase());
}
