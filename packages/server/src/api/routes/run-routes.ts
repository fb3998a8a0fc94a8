import {
  commitStatus,
  type CommitStatusView,
  event,
  GaiaError,
  graph,
  LIMITS,
  listOf,
  retryRun,
  run,
  runDefinition,
  runDetail,
  type RunDetail,
  started,
  stopRun,
  why,
} from "@gaia/contracts";
import { MAX_DURATION_MS } from "@gaia/core/policy/duration.ts";
import { z } from "zod";
import type { RunFilter } from "../../store/port.ts";
import type { ApiContext } from "../context.ts";
import { runCursor, seqFrom } from "../cursors.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import {
  cursor,
  durationBetween,
  limit,
  nothing,
  runParams,
  runStatuses,
  search,
  time,
  waitFor,
} from "../schemas.ts";
import { withRunNames } from "../run-names.ts";
import { withoutUndefined } from "../optional.ts";
import { commitStatusView } from "../views/commit-status-view.ts";
import { runDetailView, wholeRunView } from "../views/run-detail.ts";
import { eventView } from "../views/event-view.ts";
import { runGraphView } from "../views/graph-view.ts";
import { listedRunViews } from "../views/run-view.ts";
import { whyView } from "../why.ts";

const TAG = "runs";
const IDEMPOTENCY = {
  name: "Idempotency-Key",
  description: "The same key and body again is answered as the first time, for 24 hours.",
};

/** Runs: start, list, look at, stop, retry. */
export function runRoutes(context: ApiContext): readonly Route[] {
  return [...startRoutes(context), ...readRoutes(context), ...changeRoutes(context)];
}

function startRoutes(context: ApiContext): readonly Route[] {
  const { runs } = context.deps;
  return [
    route({
      id: "createRun",
      method: "POST",
      path: "/runs",
      tag: TAG,
      summary: "Start a run of a definition",
      params: nothing,
      query: nothing,
      headers: [IDEMPOTENCY],
      body: { kind: "definition", schema: runDefinition, optional: false },
      answers: { 201: jsonOf(started, "The run is durable and will be performed.") },
      run: async ({ body, caller }) => {
        const { work_dir: workDir, ...order } = body;
        const held = await runs.runDefinition(withoutUndefined({ ...order, workDir }), caller);
        return json(startedView(held), 201);
      },
    }),
  ];
}

/** What `start` calls answer. The status is the one at that moment; most runs are `running` at once. */
export function startedView(held: {
  readonly id: string;
  readonly facts: { readonly number: number };
  readonly run: { readonly header: { readonly status: RunDetail["status"] } };
}): z.infer<typeof started> {
  return { run_id: held.id, number: held.facts.number, status: held.run.header.status };
}

const listQuery = z.strictObject({
  status: runStatuses,
  pipeline: z.string().max(LIMITS.nameCharacters).optional(),
  search,
  created_after: time.optional(),
  created_before: time.optional(),
  started_by: z.string().max(LIMITS.nameCharacters).optional().describe("Id of the actor that started it."),
  trigger: z.string().max(64).optional().describe("`manual`, `cron`, `pipeline`, `retry` or `run`."),
  took_min: durationBetween(0, MAX_DURATION_MS).describe("Only ended runs that took at least as long."),
  took_max: durationBetween(0, MAX_DURATION_MS).describe("Only ended runs that took at most as long."),
  sort: z
    .enum(["newest", "oldest", "longest", "shortest"])
    .optional()
    .describe("By creation, or by how long ended runs took; the newest first when left out."),
  limit,
  cursor,
});

function readRoutes(context: ApiContext): readonly Route[] {
  const { store, now } = context.deps;
  const shared = { method: "GET", tag: TAG, params: runParams, query: nothing, body: null } as const;
  return [
    route({
      ...shared,
      id: "listRuns",
      path: "/runs",
      summary: "Runs, newest first or as `sort` says",
      params: nothing,
      query: listQuery,
      answers: { 200: jsonOf(listOf(run), "A page of runs.") },
      run: async ({ query, caller }) => {
        const page = await store.runs.list(
          filterOf(query, caller.namespace),
          query.cursor ?? null,
          query.limit ?? 50,
        );
        // The store is written before anyone hears of a change: what it lists is what is.
        return json({
          items: await listedRunViews(store, page.items, now()),
          next_cursor: page.nextCursor,
        });
      },
    }),
    route({
      ...shared,
      id: "getRun",
      path: "/runs/{ref}",
      summary: "A run with its jobs: by id, start of an id, `pipeline#number`, pipeline, `@` or `@failed`",
      query: z.strictObject({ wait: waitFor }),
      answers: { 200: jsonOf(runDetail, "The run; with `wait` when it has ended, or after that time.") },
      run: async ({ params, query, caller }) => {
        if (query.wait !== undefined) {
          const id = await context.run(caller, params.ref, (found) => found.id);
          await context.deps.engine.whenEnded(id, query.wait);
        }
        const detail = await context.run(caller, params.ref, (found) =>
          runDetailView(found, context.situation()),
        );
        return json({ ...detail, commit_status: await statusOf(context, detail.id) });
      },
    }),
    route({
      ...shared,
      id: "getCommitStatus",
      path: "/runs/{ref}/commit-status",
      summary: "What a forge is told of the run's commit, and whether it was",
      answers: {
        200: jsonOf(
          z.object({ commit_status: commitStatus.nullable() }),
          "The status; null: no forge is told.",
        ),
      },
      run: async ({ params, caller }) =>
        json({ commit_status: await statusOf(context, await context.runId(caller, params.ref)) }),
    }),
    route({
      ...shared,
      id: "listRunEvents",
      path: "/runs/{ref}/events",
      summary: "The run's history, oldest first",
      query: z.strictObject({ after: cursor, limit }),
      answers: { 200: jsonOf(listOf(event), "Events behind the cursor.") },
      run: async ({ params, query, caller }) => {
        const { id, keyOf } = await context.run(caller, params.ref, ({ id, keyOf }) => ({ id, keyOf }));
        const after = query.after === undefined ? 0 : seqFrom(query.after, id);
        if (after === null)
          throw new GaiaError("invalid_cursor", "The cursor was not made for the events of this run.");
        const most = query.limit ?? 100;
        const rows = await store.runs.events(id, after, most + 1);
        const items = rows.slice(0, most).map((row) => eventView(id, row, keyOf));
        const last = items.at(-1);
        return json({
          items,
          next_cursor: rows.length > most && last !== undefined ? runCursor(id, last.seq) : null,
        });
      },
    }),
    route({
      ...shared,
      id: "explainRun",
      path: "/runs/{ref}/why",
      summary: "Why the run, or one of its tasks, is as it is",
      query: z.strictObject({ task: z.string().min(1).optional() }),
      answers: { 200: jsonOf(why, "The chain of reasons, most direct first, and what can be done.") },
      run: async ({ params, query, caller }) =>
        json(
          await withRunNames(
            context,
            await context.run(caller, params.ref, (found) =>
              whyView(found, query.task ?? null, params.ref, context.situation(), caller.actor.id),
            ),
          ),
        ),
    }),
    route({
      ...shared,
      id: "getRunGraph",
      path: "/runs/{ref}/graph",
      summary: "The run's graph, with what it has grown",
      answers: { 200: jsonOf(graph, "Nodes with their dependencies; a group is one node.") },
      run: async ({ params, caller }) => json(await context.run(caller, params.ref, runGraphView)),
    }),
  ];
}

async function statusOf({ deps }: ApiContext, run: string): Promise<CommitStatusView | null> {
  const row = await deps.store.commitStatuses.of(run);
  return row === null ? null : commitStatusView(row);
}

function changeRoutes(context: ApiContext): readonly Route[] {
  const { runs, now } = context.deps;
  const shared = { method: "POST", tag: TAG, params: runParams, query: nothing } as const;
  return [
    route({
      ...shared,
      id: "stopRun",
      path: "/runs/{ref}/stop",
      summary: "Stop the run and every process that it started",
      body: { kind: "object", schema: stopRun, optional: true },
      answers: { 200: jsonOf(run, "The run: `stopping` until it is proved that nothing of it runs.") },
      run: async ({ params, body, caller }) => {
        const held = await runs.stopRun(
          await context.runId(caller, params.ref),
          withoutUndefined(body),
          caller,
        );
        return json(await context.runById(held.id, (found) => wholeRunView(found, now())));
      },
    }),
    route({
      ...shared,
      id: "retryRun",
      path: "/runs/{ref}/retry",
      summary: "Run an ended run again, or what of it failed",
      headers: [IDEMPOTENCY],
      body: { kind: "object", schema: retryRun, optional: true },
      answers: { 201: jsonOf(started, "The new run.") },
      run: async ({ params, body, caller }) => {
        const held = await runs.retryRun(
          await context.runId(caller, params.ref),
          withoutUndefined(body),
          caller,
        );
        return json(startedView(held), 201);
      },
    }),
  ];
}

function filterOf(query: z.infer<typeof listQuery>, namespace: string): RunFilter {
  return withoutUndefined({
    namespace,
    pipeline: query.pipeline,
    statuses: query.status,
    search: query.search,
    createdAfter: query.created_after,
    createdBefore: query.created_before,
    startedBy: query.started_by,
    trigger: query.trigger,
    tookMin: query.took_min,
    tookMax: query.took_max,
    sort: query.sort,
  });
}
