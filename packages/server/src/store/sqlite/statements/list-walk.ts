import type { Connection } from "../database.ts";
import { type Order, type Place, type Plan, prefixEnd } from "./list-plan.ts";

/**
 * Lists with filters or an order that no index has. The two widest indexes carry everything that a filter looks at, so
 * the walk reads an index and never the runs: 100,000 of them in about 30 ms, in the reader's thread.
 */
export interface Walks {
  readonly places: (plan: Plan, coversIds: boolean, limit: number) => readonly (readonly Place[])[];
  counts(plan: Plan): Readonly<Record<string, number>>;
}

/** A walk along a few pipelines reads their part of the index. */
const PIPELINES_APART = 8;

type Values = Readonly<Record<string, string | number | null>>;
type Index = "run_by_status" | "run_by_pipeline";

const TRAITS = `(@trigger is null or trigger_name = @trigger)
  and (@startedBy is null or started_by = @startedBy)
  and (@tookMin is null or took_ms >= @tookMin)
  and (@tookMax is null or took_ms <= @tookMax)`;

const MATCH: Readonly<Record<Index, string>> = {
  run_by_status: `namespace = @namespace and status = @status
    and created_at >= @from and created_at <= @to and ${TRAITS}
    and (@pipelines is null or pipeline in (select value from json_each(@pipelines))
      or (id >= @prefix and id < @prefixEnd and (@pipeline is null or pipeline = @pipeline)))`,
  run_by_pipeline: `namespace = @namespace and pipeline = @name and status = @status
    and created_at >= @from and created_at <= @to and ${TRAITS}`,
};

export function walker(database: Connection): Walks {
  const counting = database.prepare<[Values], { count: number }>(
    `select count(*) as count from run indexed by run_by_status where ${MATCH.run_by_status}`,
  );
  const page = (index: Index, { column, isRising }: Order) => {
    const [behind, way] = isRising ? [">", "asc"] : ["<", "desc"];
    return database.prepare<[Values], Place>(
      `select ${column} as at, key from run indexed by ${index}
       where ${MATCH[index]} and (${column} ${behind} @at or (${column} = @at and key ${behind} @key))
       order by ${column} ${way}, key ${way} limit @limit`,
    );
  };
  const pages = new Map<string, ReturnType<typeof page>>();
  const pageOf = (index: Index, order: Order): ReturnType<typeof page> => {
    const name = `${index} ${order.column} ${order.isRising}`;
    const known = pages.get(name) ?? page(index, order);
    pages.set(name, known);
    return known;
  };

  function places(plan: Plan, coversIds: boolean, limit: number): readonly (readonly Place[])[] {
    const values = valuesOf(plan, limit);
    const { statuses, pipelines, order } = plan;
    const isApart = pipelines !== null && pipelines.length <= PIPELINES_APART && coversIds;
    if (!isApart) {
      const statement = pageOf("run_by_status", order);
      return statuses.map((status) => statement.all({ ...values, status }));
    }
    const statement = pageOf("run_by_pipeline", order);
    return pipelines.flatMap((name) => statuses.map((status) => statement.all({ ...values, name, status })));
  }

  return {
    places,
    counts(plan) {
      const values = valuesOf(plan, 0);
      return Object.fromEntries(
        plan.statuses.map((status) => [status, counting.get({ ...values, status })?.count ?? 0]),
      );
    },
  };
}

function valuesOf({ filter, pipelines, idPrefix, traits, from, to, after }: Plan, limit: number): Values {
  return {
    namespace: filter.namespace,
    pipeline: filter.pipeline ?? null,
    pipelines: pipelines === null ? null : JSON.stringify(pipelines),
    prefix: idPrefix,
    prefixEnd: idPrefix === null ? null : prefixEnd(idPrefix),
    from,
    to,
    at: after.at,
    key: after.key,
    limit,
    trigger: traits?.trigger ?? null,
    startedBy: traits?.startedBy ?? null,
    tookMin: traits?.tookMin ?? null,
    tookMax: traits?.tookMax ?? null,
  };
}
