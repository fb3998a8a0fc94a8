import { activityEntry, GaiaError, LIMITS, listOf, system, worker } from "@gaia/contracts";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { activityPage } from "../activity.ts";
import type { ApiContext } from "../context.ts";
import { noteDone } from "../done.ts";
import { withoutUndefined } from "../optional.ts";
import { type Answer, dataOf, json, jsonOf, type Route, route } from "../route.ts";
import * as schemas from "../schemas.ts";
import { readinessOf } from "../readiness.ts";
import { systemView } from "../views/system-view.ts";
import { workerView } from "../views/worker-view.ts";

const TAG = "system";
const plain = { tag: TAG, params: schemas.nothing, query: schemas.nothing, body: null } as const;

/** The server itself: health, workers, activity, database, shutdown. */
export function systemRoutes(context: ApiContext, address: () => string | null): readonly Route[] {
  return [
    ...healthRoutes(context),
    ...lookRoutes(context, address),
    ...databaseRoutes(context),
    shutdownRoute(context),
  ];
}

function healthRoutes(context: ApiContext): readonly Route[] {
  const { metrics, settings } = context.deps;
  return [
    route({
      ...plain,
      id: "getHealth",
      method: "GET",
      path: "/health",
      summary: "Whether the server is alive",
      open: true,
      atRoot: true,
      always: true,
      answers: { 200: jsonOf(schemas.health, "It is.") },
      run: async () => json({ status: "alive", version: settings.version }),
    }),
    route({
      ...plain,
      id: "getReadiness",
      method: "GET",
      path: "/ready",
      summary: "Whether the server takes work",
      open: true,
      atRoot: true,
      always: true,
      answers: {
        200: jsonOf(schemas.readiness, "It does."),
        503: jsonOf(schemas.readiness, "It does not, and why."),
      },
      run: async () => {
        const readiness = await readinessOf(context.deps);
        return json(readiness, readiness.status === "ready" ? 200 : 503);
      },
    }),
    route({
      ...plain,
      id: "getMetrics",
      method: "GET",
      path: "/metrics",
      summary: "Metrics for Prometheus",
      atRoot: true,
      always: true,
      answers: { 200: dataOf("text/plain", "The exposition format.") },
      run: async () => {
        const { contentType, body } = await metrics.text();
        return { kind: "data", status: 200, headers: { "content-type": contentType }, body };
      },
    }),
  ];
}

function lookRoutes(context: ApiContext, address: () => string | null): readonly Route[] {
  const { deps } = context;
  return [
    route({
      ...plain,
      id: "listWorkers",
      method: "GET",
      path: "/workers",
      summary: "Workers, also those that are away",
      answers: { 200: jsonOf(listOf(worker), "All of them.") },
      run: async () => {
        const { planner } = deps.engine.dispatch;
        return json({
          items: deps.workers.known.map((known) => workerView(known, planner.held(known.hello.worker_id))),
          next_cursor: null,
        });
      },
    }),
    route({
      ...plain,
      id: "getSystem",
      method: "GET",
      path: "/system",
      summary: "Version, home, database, disk, workers, limits",
      answers: { 200: jsonOf(system, "The server.") },
      run: async () => json(await systemView(deps, address())),
    }),
    route({
      ...plain,
      id: "listActivity",
      method: "GET",
      path: "/activity",
      summary: "Who did what, newest first: runs, decisions, workflows, the database",
      query: z.strictObject({
        actor: z.string().max(LIMITS.nameCharacters).optional().describe("Id of who did it."),
        pipeline: z.string().max(LIMITS.nameCharacters).optional().describe("To which it was done."),
        limit: schemas.limit,
        cursor: schemas.cursor,
      }),
      answers: { 200: jsonOf(listOf(activityEntry), "A page of entries; each cursor continues behind it.") },
      run: async ({ query, caller }) => {
        const { namespace } = caller;
        const filter = withoutUndefined({ namespace, actor: query.actor, subject: query.pipeline });
        return json(await activityPage(deps.store, filter, query.cursor ?? null, query.limit ?? 50));
      },
    }),
  ];
}

function databaseRoutes(context: ApiContext): readonly Route[] {
  const { settings, store, now } = context.deps;
  return [
    route({
      ...plain,
      id: "checkDatabase",
      method: "POST",
      path: "/system/db/check",
      summary: "Check the database for damage",
      answers: { 200: jsonOf(schemas.databaseCheck, "What was found.") },
      run: async ({ caller }) => {
        const problems = await store.upkeep.check();
        await noteDone(context, caller, "database.checked", { problems: problems.length });
        return json({ ok: problems.length === 0, problems });
      },
    }),
    route({
      ...plain,
      id: "compactDatabase",
      method: "POST",
      path: "/system/db/compact",
      summary: "Give unused space of the database back",
      answers: { 200: jsonOf(schemas.databaseCompact, "Its size before and after.") },
      run: async ({ caller }) => {
        const { beforeBytes, afterBytes } = await store.upkeep.compact();
        await noteDone(context, caller, "database.compacted", {
          before_bytes: beforeBytes,
          after_bytes: afterBytes,
        });
        return json({ before_bytes: beforeBytes, after_bytes: afterBytes });
      },
    }),
    route({
      ...plain,
      id: "backupDatabase",
      method: "POST",
      path: "/system/db/backup",
      summary: "Copy the database while it is in use",
      body: { kind: "object", schema: schemas.backupOrder, optional: true },
      answers: { 201: jsonOf(schemas.databaseBackup, "Where the copy is.") },
      run: async ({ body, caller }) => {
        const given = body.path ?? null;
        if (given !== null && !caller.local)
          throw new GaiaError("forbidden", "A path can be named only over the socket of the same user.");
        if (given !== null && !isAbsolute(given))
          throw new GaiaError(
            "invalid_request",
            "`path` must be absolute: the server has another working folder.",
          );
        const stamp = new Date(now()).toISOString().replaceAll(/[:.]/g, "-");
        const path = given ?? join(settings.backupsFolder, `gaia-${stamp}.db`);
        const { sizeBytes } = await store.upkeep.backup(path);
        await noteDone(context, caller, "database.backed_up", { path, size_bytes: sizeBytes });
        return json({ path, size_bytes: sizeBytes }, 201);
      },
    }),
  ];
}

function shutdownRoute(context: ApiContext): Route {
  return route({
    ...plain,
    id: "shutDown",
    method: "POST",
    path: "/system/shutdown",
    summary: "End the server; jobs that run go on, and the next server takes them up",
    body: { kind: "object", schema: schemas.shutdownOrder, optional: true },
    answers: { 202: jsonOf(schemas.accepted, "It ends.") },
    run: async ({ body, caller }): Promise<Answer> => {
      const now = body.now ?? false;
      await noteDone(context, caller, "server.stopped", { now });
      return { kind: "json", status: 202, body: { accepted: true }, sent: () => context.deps.shutdown(now) };
    },
  });
}
