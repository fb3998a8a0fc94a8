import {
  GaiaError,
  pipeline,
  pipelineDetail,
  pipelineList,
  pipelineStatistics,
  pipelineVersionDetail,
  runStatus,
  versionList,
} from "@gaia/contracts";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { UNBUILT_HASH } from "../../pipelines/index.ts";
import { Pipelines } from "../pipelines.ts";
import { dataOf, json, jsonOf, type Route, route } from "../route.ts";
import { count, cursor, flag, limit, nothing, search, workflowParams } from "../schemas.ts";
import { pipelineStatistics as statisticsOf } from "../statistics.ts";
import { pipelineDetailView, versionView } from "../views/pipeline-view.ts";
import { workflowRow } from "../workflows.ts";

const TAG = "pipelines";

/** Pipelines of every kind: with their last runs, figures and versions. */
export function pipelineRoutes(context: ApiContext): readonly Route[] {
  const pipelines = new Pipelines(context);
  return [
    listRoute(pipelines),
    detailRoute(context, pipelines),
    statisticsRoute(context),
    ...versionRoutes(context),
    removeRoute(context),
    pauseRoute(context, pipelines, true),
    pauseRoute(context, pipelines, false),
  ];
}

function listRoute(pipelines: Pipelines): Route {
  return route({
    id: "listPipelines",
    method: "GET",
    path: "/pipelines",
    tag: TAG,
    summary: "Pipelines by name, with their last 30 runs and figures over 30 days",
    params: nothing,
    query: z.strictObject({
      search: search.describe("A part of the name."),
      kind: z.string().max(64).optional(),
      tag: z.string().max(128).optional().describe("One of the definition's `tags`."),
      status: runStatus.optional().describe("Of the latest run."),
      paused: flag.optional(),
      limit,
      cursor,
    }),
    body: null,
    answers: { 200: jsonOf(pipelineList, "A page of pipelines.") },
    run: async ({ query, caller }) =>
      json(
        await pipelines.page({
          namespace: caller.namespace,
          search: query.search ?? null,
          kind: query.kind ?? null,
          tag: query.tag ?? null,
          status: query.status ?? null,
          paused: query.paused ?? null,
          cursor: query.cursor ?? null,
          limit: query.limit ?? 50,
        }),
      ),
  });
}

function detailRoute(context: ApiContext, pipelines: Pipelines): Route {
  return route({
    id: "getPipeline",
    method: "GET",
    path: "/pipelines/{id}",
    tag: TAG,
    summary: "A pipeline with its source, graph and last runs",
    params: workflowParams,
    query: nothing,
    body: null,
    answers: { 200: jsonOf(pipelineDetail, "The pipeline.") },
    run: async ({ params, caller }) => {
      const row = await workflowRow(context, caller, params.id);
      const [parts] = await pipelines.parts(caller.namespace, [row]);
      if (parts === undefined) throw new Error("one row has one view");
      const graph = await context.deps.runs.graphOf(parts.row);
      return json(pipelineDetailView(parts, graph, context.deps.now()));
    },
  });
}

function statisticsRoute(context: ApiContext): Route {
  return route({
    id: "getPipelineStatistics",
    method: "GET",
    path: "/pipelines/{id}/statistics",
    tag: TAG,
    summary: "What its last 50 ended runs spent their time on, task by task",
    params: workflowParams,
    query: nothing,
    body: null,
    answers: { 200: jsonOf(pipelineStatistics, "Medians over completed runs.") },
    run: async ({ params, caller }) => {
      const row = await workflowRow(context, caller, params.id);
      return json(await statisticsOf(context.deps.store, caller.namespace, row.name));
    },
  });
}

function versionRoutes(context: ApiContext): readonly Route[] {
  const { pipelines } = context.deps.store;
  return [
    route({
      id: "listPipelineVersions",
      method: "GET",
      path: "/pipelines/{id}/versions",
      tag: TAG,
      summary: "Its versions, newest first",
      params: workflowParams,
      query: z.strictObject({ limit, cursor }),
      body: null,
      answers: { 200: jsonOf(versionList, "A page of versions.") },
      run: async ({ params, query, caller }) => {
        const newest = await workflowRow(context, caller, params.id);
        const { name, version: current } = await context.deps.programs.inForce(newest);
        const before = query.cursor === undefined ? null : versionFrom(query.cursor);
        const most = query.limit ?? 50;
        const rows = await pipelines.history(caller.namespace, name, before, most);
        const last = rows.at(-1);
        const isEnd = rows.length < most || last === undefined || last.version === 1;
        return json({
          items: rows.filter((row) => row.hash !== UNBUILT_HASH).map((row) => versionView(row, current)),
          next_cursor: isEnd ? null : `v${last.version}`,
        });
      },
    }),
    route({
      id: "getPipelineVersion",
      method: "GET",
      path: "/pipelines/{id}/versions/{version}",
      tag: TAG,
      summary: "A version as it was saved",
      params: workflowParams.extend({ version: count }),
      query: nothing,
      body: null,
      answers: { 200: jsonOf(pipelineVersionDetail, "The version, with its source.") },
      run: async ({ params, caller }) => {
        const newest = await workflowRow(context, caller, params.id);
        const row = await pipelines.version(caller.namespace, newest.name, params.version);
        if (row === null) {
          throw new GaiaError(
            "not_found",
            `\`${newest.name}\` has no version ${params.version}; the newest is ${newest.version}.`,
          );
        }
        const { version: current } = await context.deps.programs.inForce(newest);
        return json({ ...versionView(row, current), source: row.source });
      },
    }),
  ];
}

function removeRoute(context: ApiContext): Route {
  return route({
    id: "removePipeline",
    method: "DELETE",
    path: "/pipelines/{id}",
    tag: TAG,
    summary: "Remove the pipeline; its runs stay",
    params: workflowParams,
    query: nothing,
    body: null,
    answers: { 204: dataOf("text/plain", "It is removed.") },
    run: async ({ params, caller }) => {
      await workflowRow(context, caller, params.id);
      await context.deps.runs.removeWorkflow(params.id, caller);
      return { kind: "data", status: 204, headers: {}, body: "" };
    },
  });
}

function pauseRoute(context: ApiContext, pipelines: Pipelines, paused: boolean): Route {
  return route({
    id: paused ? "pausePipeline" : "resumePipeline",
    method: "POST",
    path: `/pipelines/{id}/${paused ? "pause" : "resume"}`,
    tag: TAG,
    summary: paused ? "Let no trigger start it" : "Let triggers start it again",
    params: workflowParams,
    query: nothing,
    body: null,
    answers: { 200: jsonOf(pipeline, "The pipeline.") },
    run: async ({ params, caller }) => {
      await context.deps.runs.pauseWorkflow(params.id, paused, caller);
      return json(await pipelines.named(caller, params.id));
    },
  });
}

function versionFrom(cursor: string): number {
  const parts = /^v(\d{1,9})$/.exec(cursor);
  if (parts === null)
    throw new GaiaError("invalid_cursor", "The cursor was not made for a list of versions.");
  return Number(parts[1]);
}
