import { z } from "zod";
import { ApiContext } from "./context.ts";
import { createHttp } from "./http.ts";
import { Listeners } from "./listeners.ts";
import { measure } from "./measure.ts";
import { openApiDocument } from "./openapi.ts";
import type { Api, ApiDeps } from "./port.ts";
import { json, jsonOf, type Route, route } from "./route.ts";
import { jobRoutes } from "./routes/job-routes.ts";
import { overviewRoutes } from "./routes/overview-routes.ts";
import { pipelineRoutes } from "./routes/pipeline-routes.ts";
import { programRoutes } from "./routes/program-routes.ts";
import { hookRoutes } from "./routes/hook-routes.ts";
import { keptRoutes } from "./routes/kept-routes.ts";
import { logRoutes } from "./routes/log-routes.ts";
import { runRoutes } from "./routes/run-routes.ts";
import { secretRoutes } from "./routes/secret-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { streamRoutes } from "./routes/stream-routes.ts";
import { systemRoutes } from "./routes/system-routes.ts";
import { workflowRoutes } from "./routes/workflow-routes.ts";
import { workflowRunRoutes } from "./routes/workflow-run-routes.ts";
import { nothing } from "./schemas.ts";
import { OpenStreams } from "./streams/open-streams.ts";

/** Makes the HTTP side of the server; it answers nobody before `listenSocket` or `listenTcp`. */
export async function createApi(deps: ApiDeps): Promise<Api> {
  const streams = new OpenStreams();
  const listeners = new Listeners();
  let address: string | null = null;
  const routes = routeTable(new ApiContext(deps), () => address);
  const app = await createHttp({
    deps,
    routes,
    streams,
    isLocal: (socket) => listeners.isLocal(socket),
    upgradeOf: (request) => listeners.upgradeOf(request),
  });
  deps.signIn.onEnd((session) => streams.endSession(session));
  const stopMeasuring = measure(deps, streams);
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    stopMeasuring();
    streams.endAll();
    await listeners.close();
    await app.close();
  }

  return {
    get streams() {
      return streams.size;
    },
    listenSocket: (path) => listeners.listenSocket(app, path),
    async listenTcp(host, port) {
      const listening = await listeners.listenTcp(app, host, port);
      address = listening.url;
      return listening;
    },
    close: () => (closing ??= close()),
  };
}

/** Every route there is. */
export function routeTable(context: ApiContext, address: () => string | null): readonly Route[] {
  const routes = [
    ...runRoutes(context),
    ...jobRoutes(context),
    ...keptRoutes(context),
    ...logRoutes(context),
    ...streamRoutes(context),
    ...pipelineRoutes(context),
    ...programRoutes(context),
    ...overviewRoutes(context),
    ...hookRoutes(context),
    ...workflowRoutes(context),
    ...workflowRunRoutes(context),
    ...secretRoutes(context),
    ...sessionRoutes(context, address),
    ...systemRoutes(context, address),
  ];
  return [...routes, openApiRoute(routes, context.deps.settings.version)];
}

function openApiRoute(others: readonly Route[], version: string): Route {
  let document: object | null = null;
  const made: Route = route({
    id: "getOpenApi",
    method: "GET",
    path: "/openapi.json",
    tag: "system",
    summary: "This document",
    params: nothing,
    query: nothing,
    body: null,
    answers: { 200: jsonOf(z.record(z.string(), z.unknown()), "OpenAPI 3.1.") },
    run: async () => json((document ??= openApiDocument([...others, made], version))),
  });
  return made;
}
