import {
  createWorkflow,
  listOf,
  runStatus,
  started,
  startRun,
  validation,
  workflow,
  workflowDetail,
} from "@gaia/contracts";
import { workflowJsonSchema } from "@gaia/contracts/workflow-file.ts";
import { z } from "zod";
import type { Caller } from "../../runs/port.ts";
import type { ApiContext } from "../context.ts";
import { withoutUndefined } from "../optional.ts";
import { type Answer, dataOf, json, jsonOf, type Route, route } from "../route.ts";
import { cursor, limit, nothing, search, workflowParams } from "../schemas.ts";
import { workflowDetailView, workflowView } from "../views/workflow-view.ts";
import { workflowParts, workflowRow } from "../workflows.ts";
import { startedView } from "./run-routes.ts";

const TAG = "workflows";

/** Workflows: keep, list, look at, start, pause, remove, check. */
export function workflowRoutes(context: ApiContext): readonly Route[] {
  return [...writeRoutes(context), ...readRoutes(context), ...checkRoutes(context), ...stateRoutes(context)];
}

function writeRoutes(context: ApiContext): readonly Route[] {
  const { runs } = context.deps;
  return [
    route({
      id: "createWorkflow",
      method: "POST",
      path: "/workflows",
      tag: TAG,
      summary: "Keep a definition as the newest version of its workflow",
      params: nothing,
      query: nothing,
      body: { kind: "definition", schema: createWorkflow, optional: false },
      answers: { 201: jsonOf(workflow, "The workflow.") },
      run: async ({ body, caller }) => {
        const { work_dir: workDir, base_version: baseVersion, ...order } = body;
        const row = await runs.createWorkflow(withoutUndefined({ ...order, workDir, baseVersion }), caller);
        return answerWith(context, caller, row.name, 201);
      },
    }),
    route({
      id: "startWorkflow",
      method: "POST",
      path: "/workflows/{id}/start",
      tag: TAG,
      summary: "Start a run of the workflow",
      params: workflowParams,
      query: nothing,
      headers: [
        {
          name: "Idempotency-Key",
          description: "The same key and body again is answered as the first time, for 24 hours.",
        },
      ],
      body: { kind: "object", schema: startRun, optional: true },
      answers: { 201: jsonOf(started, "The run is durable and will be performed.") },
      run: async ({ params, body, caller }) =>
        json(startedView(await runs.startRun(params.id, withoutUndefined(body), caller)), 201),
    }),
    route({
      id: "removeWorkflow",
      method: "DELETE",
      path: "/workflows/{id}",
      tag: TAG,
      summary: "Remove the workflow; its runs stay",
      params: workflowParams,
      query: nothing,
      body: null,
      answers: { 204: dataOf("text/plain", "It is removed.") },
      run: async ({ params, caller }) => {
        await workflowRow(context, caller, params.id);
        await runs.removeWorkflow(params.id, caller);
        return { kind: "data", status: 204, headers: {}, body: "" };
      },
    }),
  ];
}

const listQuery = z.strictObject({ status: runStatus.optional(), search, limit, cursor });
const workflowList = listOf(workflow);

function readRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "listWorkflows",
      method: "GET",
      path: "/workflows",
      tag: TAG,
      summary: "Workflows by name; `status` is that of the latest run",
      params: nothing,
      query: listQuery,
      body: null,
      answers: { 200: jsonOf(workflowList, "A page of workflows.") },
      run: async ({ query, caller }) => json(await listWorkflows(context, caller, query)),
    }),
    route({
      id: "getWorkflow",
      method: "GET",
      path: "/workflows/{id}",
      tag: TAG,
      summary: "A workflow with its source and graph",
      params: workflowParams,
      query: nothing,
      body: null,
      answers: { 200: jsonOf(workflowDetail, "The workflow.") },
      run: async ({ params, caller }) => {
        const row = await context.deps.programs.inForce(await workflowRow(context, caller, params.id));
        const [[parts], graph] = await Promise.all([
          workflowParts(context, [row]),
          context.deps.runs.graphOf(row),
        ]);
        if (parts === undefined) throw new Error("one row has one view");
        return json(workflowDetailView(parts, graph));
      },
    }),
  ];
}

function checkRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "validateWorkflow",
      method: "POST",
      path: "/workflows/validate",
      tag: TAG,
      summary: "Check a definition; nothing is kept",
      params: nothing,
      query: z.strictObject({ file: z.string().max(4_096).optional() }),
      body: { kind: "definition", schema: createWorkflow, optional: false },
      answers: { 200: jsonOf(validation, "Its problems, each with line and column, and its graph.") },
      run: async ({ body, query }) => {
        const { problems, graph } = await context.deps.runs.validate(
          body.definition,
          query.file ?? body.file ?? "workflow.yaml",
        );
        return json({
          valid: problems.every((problem) => problem.severity !== "error") && graph !== null,
          problems,
          graph,
        });
      },
    }),
    route({
      id: "getWorkflowSchema",
      method: "GET",
      path: "/workflows/schema",
      tag: TAG,
      summary: "JSON Schema of a workflow file, for editors",
      params: nothing,
      query: nothing,
      body: null,
      answers: { 200: jsonOf(z.record(z.string(), z.unknown()), "JSON Schema 2020-12.") },
      run: async () => json(workflowJsonSchema()),
    }),
  ];
}

function stateRoutes(context: ApiContext): readonly Route[] {
  const pause = (paused: boolean): Route =>
    route({
      id: paused ? "pauseWorkflow" : "resumeWorkflow",
      method: "POST",
      path: `/workflows/{id}/${paused ? "pause" : "resume"}`,
      tag: TAG,
      summary: paused ? "Let no trigger start it" : "Let triggers start it again",
      params: workflowParams,
      query: nothing,
      body: null,
      answers: { 200: jsonOf(workflow, "The workflow.") },
      run: async ({ params, caller }) => {
        await context.deps.runs.pauseWorkflow(params.id, paused, caller);
        return answerWith(context, caller, params.id, 200);
      },
    });
  return [pause(true), pause(false)];
}

async function answerWith(
  context: ApiContext,
  caller: Caller,
  name: string,
  status: number,
): Promise<Answer> {
  const parts = await workflowParts(context, [await workflowRow(context, caller, name)]);
  return json(parts.map(workflowView)[0], status);
}

/** Status is that of another row: pages are read until enough match, so that a page is never empty before the end. */
async function listWorkflows(
  context: ApiContext,
  caller: Caller,
  query: z.infer<typeof listQuery>,
): Promise<z.infer<typeof workflowList>> {
  const { pipelines } = context.deps.store;
  const most = query.limit ?? 50;
  const items: z.infer<typeof workflow>[] = [];
  let from = query.cursor ?? null;
  for (;;) {
    const page = await pipelines.list(caller.namespace, query.search ?? null, from, most - items.length);
    const parts = await workflowParts(
      context,
      page.items.filter((row) => row.removedAt === null),
    );
    const views = parts.map(workflowView);
    items.push(...views.filter((view) => query.status === undefined || view.status === query.status));
    from = page.nextCursor;
    if (from === null || items.length >= most) return { items, next_cursor: from };
  }
}
