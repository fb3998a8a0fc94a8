import { GaiaError, job, jobDetail, LIMITS, listOf, run, stopRun } from "@gaia/contracts";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { withoutUndefined } from "../optional.ts";
import { dataOf, json, jsonOf, type Route, route } from "../route.ts";
import {
  cursor,
  limit,
  jobStatuses,
  logText,
  taskParams,
  workflowParams,
  workflowStatus,
} from "../schemas.ts";
import { jobLog } from "../job-logs.ts";
import { jobNumberOf } from "../references.ts";
import { DETAIL_JOBS, jobsPage, runDetailView, wholeRunView } from "../views/run-detail.ts";
import { runOfWorkflow } from "../workflows.ts";
import { jobFrom, jobOf, logQuery, readLog } from "./job-routes.ts";

const TAG = "workflows";
const ofRun = z.strictObject({ run: z.string().min(1).optional() });

/** What a workflow's latest run (`?run=`: another one) is doing: the seed's way to ask. */
export function workflowRunRoutes(context: ApiContext): readonly Route[] {
  return [...statusRoutes(context), ...taskRoutes(context)];
}

function statusRoutes(context: ApiContext): readonly Route[] {
  const { runs, now } = context.deps;
  return [
    route({
      id: "stopWorkflow",
      method: "POST",
      path: "/workflows/{id}/stop",
      tag: TAG,
      summary: "Stop the workflow's latest run",
      params: workflowParams,
      query: ofRun,
      body: { kind: "object", schema: stopRun, optional: true },
      answers: { 200: jsonOf(run, "The run.") },
      run: async ({ params, query, body, caller }) => {
        const held = await runs.stopRun(
          await runOfWorkflow(context, caller, params.id, query.run),
          withoutUndefined(body),
          caller,
        );
        return json(await context.runById(held.id, (found) => wholeRunView(found, now())));
      },
    }),
    route({
      id: "getWorkflowStatus",
      method: "GET",
      path: "/workflows/{id}/status",
      tag: TAG,
      summary: "Progress and tasks of the workflow's latest run",
      params: workflowParams,
      query: ofRun,
      body: null,
      answers: { 200: jsonOf(workflowStatus, `Progress, and the first ${DETAIL_JOBS} tasks.`) },
      run: async ({ params, query, caller }) => {
        const id = await runOfWorkflow(context, caller, params.id, query.run);
        const detail = await context.runById(id, (found) => runDetailView(found, context.situation()));
        const { number, status, reason, progress, jobs, jobs_total: total } = detail;
        return json({
          id: params.id,
          run_id: id,
          number,
          status,
          reason,
          progress,
          tasks: jobs,
          tasks_total: total,
        });
      },
    }),
  ];
}

function taskRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "listTasks",
      method: "GET",
      path: "/workflows/{id}/tasks",
      tag: TAG,
      summary: "Tasks of the workflow's latest run",
      params: workflowParams,
      query: ofRun.extend({ status: jobStatuses, limit, cursor }),
      body: null,
      answers: { 200: jsonOf(listOf(job), "A page of tasks.") },
      run: async ({ params, query, caller }) => {
        const id = await runOfWorkflow(context, caller, params.id, query.run);
        const page = {
          from: query.cursor === undefined ? 0 : jobFrom(query.cursor),
          limit: query.limit ?? 100,
          statuses: query.status ?? null,
        };
        const { items, next } = await context.runById(id, (found) =>
          jobsPage(found, context.situation(), page),
        );
        return json({ items, next_cursor: next === null ? null : `j${next}` });
      },
    }),
    route({
      id: "getTask",
      method: "GET",
      path: "/workflows/{id}/tasks/{task_id}",
      tag: TAG,
      summary: "A task of the workflow's latest run",
      params: taskParams,
      query: ofRun,
      body: null,
      answers: { 200: jsonOf(jobDetail, "The task.") },
      run: async ({ params, query, caller }) => {
        const id = await runOfWorkflow(context, caller, params.id, query.run);
        return json(await jobOf(context, caller, id, params.task_id));
      },
    }),
    route({
      id: "getTaskLogs",
      method: "GET",
      path: "/workflows/{id}/tasks/{task_id}/logs",
      tag: TAG,
      summary: "What the task printed: plain text, or with `format=json` {logs, size}",
      params: taskParams,
      query: logQuery.extend({ ...ofRun.shape, format: z.enum(["text", "json"]).optional() }),
      body: null,
      answers: { 200: dataOf("text/plain", "The log."), 206: dataOf("text/plain", "The range.") },
      run: async ({ params, query, headers, caller }) => {
        const id = await runOfWorkflow(context, caller, params.id, query.run);
        if (query.format !== "json") return readLog(context, caller, id, params.task_id, query, headers);
        return json(await logJson(context, id, params.task_id, query.attempt ?? null));
      },
    }),
  ];
}

/** The whole log within a JSON string. */
async function logJson(
  context: ApiContext,
  id: string,
  task: string,
  attempt: number | null,
): Promise<z.infer<typeof logText>> {
  const log = await context.runById(id, (found) => jobLog(found, jobNumberOf(found, task), attempt));
  if (log.place.attempt === 0) return { logs: "", size: 0, attempt: 0, ended: log.isEnded };
  const { sizeBytes } = await context.deps.logs.read(log.place, 0, 0);
  if (sizeBytes > LIMITS.logReadBytes) {
    throw new GaiaError(
      "too_large",
      `The log has ${sizeBytes} bytes; as JSON at most ${LIMITS.logReadBytes} are sent (logReadBytes). Read it as text.`,
      { size: sizeBytes },
    );
  }
  const { data } = await context.deps.logs.read(log.place, 0, sizeBytes);
  return { logs: data.toString("utf8"), size: sizeBytes, attempt: log.place.attempt, ended: log.isEnded };
}
