import { GaiaError, type Overview } from "@gaia/contracts";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EndedInBucket, TriggerRow } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import { inboxSize } from "./inbox.ts";
import { timeText } from "./views/run-view.ts";

/** More buckets than pixels say nothing. */
const MOST_BUCKETS = 1_000;
const FAILING_SHOWN = 10;
/** Of one trigger; one that fires more often is not planned further ahead. */
const PLANNED_STARTS = 1_000;
/** Instants are worked out in portions: 100 of them take about 5 ms. */
const PORTION = 100;

/** How far is looked, in ms. */
export interface Span {
  readonly back: number;
  readonly ahead: number;
  readonly bucket: number;
}

/** What was, is and will be. Buckets begin at multiples of their length; the one of now is in both lists. */
export class Overviews {
  readonly #context: ApiContext;
  readonly #planned = new Map<string, { readonly until: number; readonly instants: readonly number[] }>();

  constructor(context: ApiContext) {
    this.#context = context;
  }

  /** @throws GaiaError `invalid_request` for a span of too many buckets */
  async of(namespace: string, span: Span): Promise<Overview> {
    const { back, ahead, bucket } = span;
    if ((back + ahead) / bucket > MOST_BUCKETS) {
      throw new GaiaError(
        "invalid_request",
        `That is more than ${MOST_BUCKETS} buckets. Make \`bucket\` longer, or \`back\` and \`ahead\` shorter.`,
      );
    }
    const { store, now } = this.#context.deps;
    const at = now();
    const from = floorTo(at - back, bucket);
    const statuses = ["pending", "running", "stopping"] as const;
    const [ended, live, failing, waiting, planned] = await Promise.all([
      store.history.ends(namespace, from, at + 1, bucket),
      store.runs.count({ namespace, statuses }),
      store.history.failing(namespace, FAILING_SHOWN),
      inboxSize(this.#context, namespace),
      this.#plannedIn(namespace, at, ahead, bucket),
    ]);
    return {
      now: timeText(at),
      bucket_ms: bucket,
      past: pastOf(ended, from, at, bucket),
      planned,
      totals: outcomesOf(ended),
      live: { pending: live.pending, running: live.running, stopping: live.stopping },
      waiting_for_person: waiting,
      failing: failing.map((one) => ({
        pipeline: one.pipeline,
        in_a_row: one.inARow,
        since: timeText(one.since),
      })),
    };
  }

  async #plannedIn(
    namespace: string,
    at: number,
    ahead: number,
    bucket: number,
  ): Promise<Overview["planned"]> {
    const until = floorTo(at + ahead, bucket) + bucket - 1;
    const rows = (await this.#context.deps.store.triggers.all()).filter(
      (row) => row.kind === "cron" && row.namespace === namespace && !row.paused,
    );
    const counts = new Map(bucketsOf(at, until, bucket).map((begin) => [begin, 0]));
    for (const row of rows)
      for (const instant of await this.#instantsOf(row, at, until)) {
        const begin = floorTo(instant, bucket);
        counts.set(begin, (counts.get(begin) ?? 0) + 1);
      }
    const known = new Set(rows.map((row) => row.id));
    for (const id of this.#planned.keys()) if (!known.has(id)) this.#planned.delete(id);
    return Array.from(counts, ([begin, count]) => ({ at: timeText(begin), count }));
  }

  /** A trigger's id is made of its schedule: what was worked out for it up to a moment stays true. */
  async #instantsOf(row: TriggerRow, at: number, until: number): Promise<readonly number[]> {
    const known = this.#planned.get(row.id);
    if (known?.until === until) return known.instants.filter((instant) => instant > at);
    const instants: number[] = [];
    for (let after = at; instants.length < PLANNED_STARTS; after = instants.at(-1) ?? until) {
      const portion = this.#context.deps.schedules.next(row, after, until, PORTION);
      instants.push(...portion);
      if (portion.length < PORTION) break;
      await nextTurn();
    }
    this.#planned.set(row.id, { until, instants });
    return instants;
  }
}

function pastOf(ended: readonly EndedInBucket[], from: number, to: number, bucket: number): Overview["past"] {
  const byBucket = Map.groupBy(ended, (one) => one.at);
  return bucketsOf(from, to, bucket).map((begin) => ({
    at: timeText(begin),
    ...outcomesOf(byBucket.get(begin) ?? []),
  }));
}

function outcomesOf(ended: readonly EndedInBucket[]): Overview["totals"] {
  const totals = { completed: 0, failed: 0, cancelled: 0 };
  for (const { status, count } of ended) totals[status] += count;
  return totals;
}

/** Begins of the buckets from that of one moment to that of another. */
function bucketsOf(from: number, to: number, bucket: number): readonly number[] {
  const first = floorTo(from, bucket);
  return Array.from({ length: Math.floor((to - first) / bucket) + 1 }, (_, index) => first + index * bucket);
}

function floorTo(at: number, bucket: number): number {
  return at - (at % bucket);
}
