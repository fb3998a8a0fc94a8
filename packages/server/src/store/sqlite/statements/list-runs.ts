import type { RunFilter } from "../../port.ts";
import type { Connection } from "../database.ts";
import {
  type Candidate,
  CANDIDATE_COLUMNS,
  inOrder,
  isMatch,
  type Place,
  placeOf,
  type Plan,
  planner,
  prefixEnd,
} from "./list-plan.ts";
import { walker } from "./list-walk.ts";

/**
 * Lists and counts over the whole history. A list is merged from streams, newest first: one per status (and pipeline),
 * each in the order of its index, so that a page costs the same among ten runs and among a million. What no index is
 * in the order of, or filtered by, is a walk along an index.
 */
export interface RunList {
  places(filter: RunFilter, after: Place | null, limit: number): readonly Place[];
  counts(filter: RunFilter): Readonly<Record<string, number>>;
}

/** A search that means more pipelines than this walks through all runs; up to it, each pipeline is a stream. */
const PIPELINE_STREAMS = 8;

/** A search whose text starts at most so many ids looks at each of them. */
const ID_MATCHES = 500;

export function runList(database: Connection): RunList {
  const planOf = planner(database);
  const candidates = candidateReader(database);
  const streams = streamReader(database);
  const walks = walker(database);
  const counts = counter(database);

  function places(filter: RunFilter, after: Place | null, limit: number): readonly Place[] {
    const plan = planOf(filter, after);
    const { order } = plan;
    const few = candidates(plan);
    const chosen = few.rows.filter((run) => isMatch(plan, run)).map((run) => placeOf(order, run));
    const isStreamed = plan.traits === null && (filter.sort ?? "newest") === "newest";
    const read = isStreamed ? streams : walks.places;
    const others = few.isAll ? [] : read(plan, few.coversIds, limit).flat();
    const found = [...chosen, ...others].sort((one, other) => inOrder(order, one, other));
    return withoutRepeats(found).slice(0, limit);
  }

  function count(filter: RunFilter): Readonly<Record<string, number>> {
    const plan = planOf(filter, null);
    if (filter.retryOf === undefined) return plan.traits === null ? counts(plan) : walks.counts(plan);
    const found = candidates(plan).rows.filter((run) => isMatch(plan, run));
    return Object.fromEntries(
      plan.statuses.map((status) => [status, found.filter((run) => run.status === status).length]),
    );
  }

  return { places: database.transaction(places), counts: database.transaction(count) };
}

interface Candidates {
  readonly rows: readonly Candidate[];
  /** Nothing else can match. */
  readonly isAll: boolean;
  /** All runs that match by their id are among the rows. */
  readonly coversIds: boolean;
}

/** Runs that an index names directly, so few that they are filtered in memory: retries, and ids that start so. */
function candidateReader(database: Connection): (plan: Plan) => Candidates {
  const retries = database.prepare<[string, string], Candidate>(
    `select ${CANDIDATE_COLUMNS} from run where retry_of = ? and namespace = ?`,
  );
  const ids = database.prepare<[string, string, string, number], Candidate>(
    `select ${CANDIDATE_COLUMNS} from run where id >= ? and id < ? and +namespace = ? limit ?`,
  );
  return ({ filter, idPrefix }) => {
    const { namespace, retryOf } = filter;
    if (retryOf !== undefined) return { rows: retries.all(retryOf, namespace), isAll: true, coversIds: true };
    if (idPrefix === null) return { rows: [], isAll: false, coversIds: true };
    const rows = ids.all(idPrefix, prefixEnd(idPrefix), namespace, ID_MATCHES + 1);
    if (rows.length > ID_MATCHES) return { rows: [], isAll: false, coversIds: false };
    return { rows, isAll: false, coversIds: true };
  };
}

const PAGE =
  "created_at >= ? and created_at <= ? and (created_at < ? or key < ?) order by created_at desc, key desc limit ?";
type PageValues = [number, number, number, number, number];

function streamReader(
  database: Connection,
): (plan: Plan, coversIds: boolean, limit: number) => readonly (readonly Place[])[] {
  const select = "select key, created_at as at from run indexed by";
  const any = database.prepare<[string, string, ...PageValues], Place>(
    `${select} run_by_status where namespace = ? and status = ? and ${PAGE}`,
  );
  const ofOne = database.prepare<[string, string, string, ...PageValues], Place>(
    `${select} run_by_pipeline where namespace = ? and status = ? and pipeline = ? and ${PAGE}`,
  );
  const ofMany = database.prepare<[string, string, string, ...PageValues], Place>(
    `${select} run_by_status where namespace = ? and status = ? and pipeline in (select value from json_each(?)) and ${PAGE}`,
  );
  const ofManyOrId = database.prepare<
    [string, string, string | null, string, string, string, ...PageValues],
    Place
  >(
    `${select} run_by_status where namespace = ? and status = ? and pipeline = coalesce(?, pipeline)
       and (pipeline in (select value from json_each(?)) or (id >= ? and id < ?)) and ${PAGE}`,
  );

  return ({ filter, statuses, pipelines, idPrefix, from, to, after }, coversIds, limit) => {
    const { namespace } = filter;
    const page: PageValues = [from, to, after.at, after.key, limit];
    if (pipelines === null) return statuses.map((status) => any.all(namespace, status, ...page));
    if (idPrefix !== null && !coversIds) {
      const pipeline = filter.pipeline ?? null;
      const text = JSON.stringify(pipelines);
      const end = prefixEnd(idPrefix);
      return statuses.map((status) =>
        ofManyOrId.all(namespace, status, pipeline, text, idPrefix, end, ...page),
      );
    }
    if (pipelines.length > PIPELINE_STREAMS) {
      const text = JSON.stringify(pipelines);
      return statuses.map((status) => ofMany.all(namespace, status, text, ...page));
    }
    return pipelines.flatMap((name) => statuses.map((status) => ofOne.all(namespace, status, name, ...page)));
  };
}

function counter(database: Connection): (plan: Plan) => Readonly<Record<string, number>> {
  const any = database.prepare<[string, string, number, number], { count: number }>(
    `select count(*) as count from run indexed by run_by_status
     where namespace = ? and status = ? and created_at >= ? and created_at <= ?`,
  );
  const ofPipelines = database.prepare<[string, string, string, number, number], { count: number }>(
    `select count(*) as count from run indexed by run_by_pipeline
     where namespace = ? and status = ? and pipeline in (select value from json_each(?))
       and created_at >= ? and created_at <= ?`,
  );
  // What matches by its id, and was not counted by its pipeline.
  const ofIds = database.prepare<
    [string, string, string, string, string | null, string, number, number],
    { count: number }
  >(
    `select count(*) as count from run indexed by run_by_status
     where namespace = ? and status = ? and id >= ? and id < ?
       and pipeline = coalesce(?, pipeline) and pipeline not in (select value from json_each(?))
       and created_at >= ? and created_at <= ?`,
  );

  return ({ filter, statuses, pipelines, idPrefix, from, to }) => {
    const { namespace, pipeline = null } = filter;
    const names = JSON.stringify(pipelines ?? []);
    const countOf = (status: string): number => {
      if (pipelines === null) return any.get(namespace, status, from, to)?.count ?? 0;
      const byPipeline = ofPipelines.get(namespace, status, names, from, to)?.count ?? 0;
      if (idPrefix === null) return byPipeline;
      const end = prefixEnd(idPrefix);
      return (
        byPipeline + (ofIds.get(namespace, status, idPrefix, end, pipeline, names, from, to)?.count ?? 0)
      );
    };
    return Object.fromEntries(statuses.map((status) => [status, countOf(status)]));
  };
}

/** A run that matches by its id and by its pipeline was found twice. */
function withoutRepeats(places: readonly Place[]): readonly Place[] {
  return places.filter((place, index) => place.key !== places[index - 1]?.key);
}
