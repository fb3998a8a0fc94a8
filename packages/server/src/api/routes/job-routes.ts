import {
  decision,
  GaiaError,
  job,
  type JobDetail,
  jobDetail,
  type JobEnvironment,
  jobEnvironment,
  listOf,
  stopRun,
  testReport,
} from "@gaia/contracts";
import { z } from "zod";
import { artifactAnswer, folderOf } from "../artifacts.ts";
import type { ApiContext } from "../context.ts";
import { jobLog } from "../job-logs.ts";
import { logAnswer, type LogWish } from "../log-answer.ts";
import { withoutUndefined } from "../optional.ts";
import { jobNumberOf } from "../references.ts";
import { type Answer, dataOf, json, jsonOf, type RawRequest, type Route, route } from "../route.ts";
import { count, cursor, flag, jobParams, jobStatuses, limit, nothing, runParams } from "../schemas.ts";
import { LogStream } from "../streams/log-stream.ts";
import { testReportOf } from "../test-reports/test-report.ts";
import { jobDetailView } from "../views/job-detail.ts";
import { jobEnvironmentView } from "../views/job-environment.ts";
import { jobView } from "../views/job-view.ts";
import { jobsPage } from "../views/run-detail.ts";
import type { Caller } from "../../runs/port.ts";

const TAG = "jobs";

/** Jobs of a run: list, look at, output, files, decisions, stop. */
export function jobRoutes(context: ApiContext): readonly Route[] {
  return [...readRoutes(context), ...outputRoutes(context), testRoute(context), ...decisionRoutes(context)];
}

function readRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "listJobs",
      method: "GET",
      path: "/runs/{ref}/jobs",
      tag: TAG,
      summary: "Jobs of the run, in the order of their numbers",
      params: runParams,
      query: z.strictObject({ status: jobStatuses, limit, cursor }),
      body: null,
      answers: { 200: jsonOf(listOf(job), "A page of jobs.") },
      run: async ({ params, query, caller }) => {
        const from = query.cursor === undefined ? 0 : jobFrom(query.cursor);
        const page = { from, limit: query.limit ?? 100, statuses: query.status ?? null };
        const { items, next } = await context.run(caller, params.ref, (run) =>
          jobsPage(run, context.situation(), page),
        );
        return json({ items, next_cursor: next === null ? null : `j${next}` });
      },
    }),
    route({
      id: "getJob",
      method: "GET",
      path: "/runs/{ref}/jobs/{key}",
      tag: TAG,
      summary: "A job by its key or number: what it runs, its attempts, what it left behind",
      params: jobParams,
      query: nothing,
      body: null,
      answers: { 200: jsonOf(jobDetail, "The job.") },
      run: async ({ params, caller }) => json(await jobOf(context, caller, params.ref, params.key)),
    }),
    route({
      id: "getJobEnvironment",
      method: "GET",
      path: "/runs/{ref}/jobs/{key}/environment",
      tag: TAG,
      summary: "Folder, shell, command and variables of the job's process; over the socket of the same user",
      params: jobParams,
      query: nothing,
      body: null,
      answers: { 200: jsonOf(jobEnvironment, "What the process is given.") },
      run: async ({ params, caller }) => json(await environmentOf(context, caller, params.ref, params.key)),
    }),
  ];
}

async function environmentOf(
  context: ApiContext,
  caller: Caller,
  ref: string,
  key: string,
): Promise<JobEnvironment> {
  if (!caller.local) {
    throw new GaiaError("forbidden", "An environment is told only over the socket of the same user.");
  }
  const { engine, settings } = context.deps;
  const { id, number } = await context.run(caller, ref, (run) => ({
    id: run.id,
    number: jobNumberOf(run, key),
  }));
  const held = await engine.live.find(id);
  if (held === null) throw new GaiaError("not_found", `The run ${id} is not there any more.`);
  return jobEnvironmentView(held, number, context.situation(), settings.home);
}

/** A job in detail, for the routes that show one. */
export async function jobOf(
  context: ApiContext,
  caller: Caller,
  ref: string,
  key: string,
): Promise<JobDetail> {
  const { store, settings } = context.deps;
  const situation = context.situation();
  const found = await context.run(caller, ref, (run) => {
    const number = jobNumberOf(run, key);
    return { run, number, state: run.stateOf(number), view: jobView(run, number, situation) };
  });
  return jobDetailView(found, situation, store, settings.home);
}

export const logQuery = z.strictObject({
  attempt: count.optional(),
  offset: count.optional(),
  length: count.optional(),
  tail: count.optional(),
  follow: flag.optional(),
  /** With `follow`: the id of the last message that arrived. */
  after: cursor,
});

function outputRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "getJobLog",
      method: "GET",
      path: "/runs/{ref}/jobs/{key}/log",
      tag: TAG,
      summary: "What an attempt of the job printed; with `follow=1` as an event stream while it prints",
      params: jobParams,
      query: logQuery,
      headers: [{ name: "Range", description: "One range of bytes." }],
      body: null,
      answers: {
        200: dataOf("text/plain", "The log, or the wanted part."),
        206: dataOf("text/plain", "The range."),
      },
      run: ({ params, query, headers, caller }) =>
        readLog(context, caller, params.ref, params.key, query, headers),
    }),
    route({
      id: "getArtifact",
      method: "GET",
      path: "/runs/{ref}/jobs/{key}/artifacts/{path...}",
      tag: TAG,
      summary: "Download a file that the job kept",
      params: jobParams.extend({ path: z.string().min(1) }),
      query: z.strictObject({ attempt: count.optional() }),
      body: null,
      answers: { 200: dataOf("application/octet-stream", "The file.") },
      run: async ({ params, query, headers, caller }) => {
        const place = await context.run(caller, params.ref, (run) => {
          const number = jobNumberOf(run, params.key);
          return jobLog(run, number, query.attempt ?? null).place;
        });
        return artifactAnswer(context.deps.settings.home, place, params.path, rangeHeader(headers));
      },
    }),
  ];
}

/** Answers with a job's log, for the routes that show one. */
export async function readLog(
  context: ApiContext,
  caller: Caller,
  ref: string,
  key: string,
  query: z.infer<typeof logQuery>,
  headers: RawRequest["headers"],
): Promise<Answer> {
  const { id, number, log } = await context.run(caller, ref, (run) => {
    const number = jobNumberOf(run, key);
    return { id: run.id, number, log: jobLog(run, number, query.attempt ?? null) };
  });
  if (query.follow === true) {
    const options = {
      run: id,
      job: number,
      attempt: query.attempt ?? null,
      offset: query.offset ?? 0,
      tail: query.tail ?? null,
      after: query.after ?? null,
    };
    return { kind: "stream", open: (channel) => new LogStream(context, channel, options).open() };
  }
  const wish: LogWish = {
    offset: query.offset ?? null,
    length: query.length ?? null,
    tail: query.tail ?? null,
    range: rangeHeader(headers),
  };
  return logAnswer(context.deps.logs, log, wish, (bytes) => context.deps.metrics.logBytes(bytes));
}

function testRoute(context: ApiContext): Route {
  return route({
    id: "getJobTests",
    method: "GET",
    path: "/runs/{ref}/jobs/{key}/tests",
    tag: TAG,
    summary: "What JUnit XML files among the job's artifacts say, failed cases first",
    params: jobParams,
    query: z.strictObject({ attempt: count.optional() }),
    body: null,
    answers: { 200: jsonOf(testReport, "All reports together; without any, no cases.") },
    run: async ({ params, query, caller }) => {
      const { place } = await context.run(caller, params.ref, (run) =>
        jobLog(run, jobNumberOf(run, params.key), query.attempt ?? null),
      );
      return json(await testReportOf(folderOf(context.deps.settings.home, place)));
    },
  });
}

function decisionRoutes(context: ApiContext): readonly Route[] {
  const { runs } = context.deps;
  const decide = (approve: boolean): Route =>
    route({
      id: approve ? "approveJob" : "rejectJob",
      method: "POST",
      path: `/runs/{ref}/jobs/{key}/${approve ? "approve" : "reject"}`,
      tag: TAG,
      summary: approve ? "Approve what the job asks" : "Reject what the job asks: it fails",
      params: jobParams,
      query: nothing,
      body: { kind: "object", schema: decision, optional: true },
      answers: { 200: jsonOf(job, "The job, ended.") },
      run: async ({ params, body, caller }) => {
        const { id, key } = await context.run(caller, params.ref, (run) => ({
          id: run.id,
          key: run.keyOf(jobNumberOf(run, params.key)) ?? params.key,
        }));
        await runs.decide(id, key, approve, body.comment ?? "", caller);
        return json(
          await context.runById(id, (run) => jobView(run, jobNumberOf(run, key), context.situation())),
        );
      },
    });
  return [decide(true), decide(false), stopRoute(context)];
}

function stopRoute(context: ApiContext): Route {
  return route({
    id: "stopJob",
    method: "POST",
    path: "/runs/{ref}/jobs/{key}/stop",
    tag: TAG,
    summary: "Stop one job, or a group with its members; the run goes on",
    params: jobParams,
    query: nothing,
    body: { kind: "object", schema: stopRun, optional: true },
    answers: {
      200: jsonOf(job, "The job: `stopping` until it is proved that nothing of it runs, then `cancelled`."),
    },
    run: async ({ params, body, caller }) => {
      const { id, number } = await context.run(caller, params.ref, (run) => ({
        id: run.id,
        number: jobNumberOf(run, params.key),
      }));
      await context.deps.runs.stopJob(id, number, withoutUndefined(body), caller);
      return json(await context.runById(id, (run) => jobView(run, number, context.situation())));
    },
  });
}

function rangeHeader(headers: RawRequest["headers"]): string | undefined {
  const { range } = headers;
  return typeof range === "string" ? range : undefined;
}

export function jobFrom(cursor: string): number {
  const parts = /^j(\d{1,9})$/.exec(cursor);
  if (parts === null) throw new GaiaError("invalid_cursor", "The cursor was not made for a list of jobs.");
  return Number(parts[1]);
}
