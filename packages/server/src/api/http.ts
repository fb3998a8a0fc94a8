import { GaiaError, LIMITS } from "@gaia/contracts";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { Arrival, Identity } from "../access/index.ts";
import { callerOf } from "./caller.ts";
import { failureBody, failureFrom, statusOfFailure } from "./failures.ts";
import type { Upgrade } from "./listeners.ts";
import { isPagePath, registerPages } from "./pages.ts";
import type { ApiDeps } from "./port.ts";
import { PREFIXES } from "./prefixes.ts";
import type { Answer, Route } from "./route.ts";
import type { OpenStreams } from "./streams/open-streams.ts";
import { StreamOpener } from "./streams/stream-opener.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** What every answer says; pages say something else about their contents. */
const HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const RETRY_SOON: ReadonlySet<string> = new Set(["queue_full", "unavailable", "rate_limited"]);

declare module "fastify" {
  interface FastifyRequest {
    identity: Identity | null;
    readonly arrival: Arrival;
    /** As the client sent it; it need not be well-formed. */
    givenType: string;
  }
  interface FastifyContextConfig {
    template?: string;
    route?: Route;
    /** Answers anybody, if the path is one of a page. */
    page?: boolean;
  }
}

export interface HttpOptions {
  readonly deps: ApiDeps;
  readonly routes: readonly Route[];
  readonly streams: OpenStreams;
  /** Whether a connection was accepted on the socket of the same user. */
  readonly isLocal: (socket: Socket) => boolean;
  /** What came with a request that asks to become a WebSocket; null: it does not. */
  readonly upgradeOf: (request: IncomingMessage) => Upgrade | null;
}

/** The router with everything that is the same for all routes: ids, headers, access, errors, metrics. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: LIMITS.bodyBytes,
    requestIdHeader: false,
    genReqId: (request) => requestIdFrom(request.headers["x-request-id"]),
    routerOptions: { maxParamLength: 2_000 },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => void sendFailure(options.deps, request, reply, error),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    const coding = request.headers["content-encoding"] ?? "identity";
    if (coding.toLowerCase() === "identity") done(null, body);
    else
      done(
        new GaiaError(
          "invalid_request",
          `The body is sent as \`${coding.slice(0, 50)}\`; send it uncompressed, without \`Content-Encoding\`.`,
        ),
      );
  });
  app.decorateRequest("identity", null);
  app.decorateRequest("arrival", {
    getter() {
      return arrivalOf(options, this.raw);
    },
  });
  app.decorateRequest("givenType", "");
  app.addHook("onRequest", async (request, reply) => arrive(options, request, reply));
  app.addHook("onResponse", async (request, reply) => depart(options.deps, request, reply));
  app.setErrorHandler((error, request, reply) => sendFailure(options.deps, request, reply, error));
  app.setNotFoundHandler((request) => {
    const path = request.url.split("?", 1)[0] ?? "";
    throw new GaiaError(
      "not_found",
      `There is nothing at \`${path.slice(0, 200)}\`. See ${PREFIXES[0]}/openapi.json.`,
    );
  });
  register(app, options);
  registerPages(app, options.deps);
  await app.ready();
  return app;
}

function register(app: FastifyInstance, options: HttpOptions): void {
  const opener = new StreamOpener(options);
  const paths = new Map<string, Route[]>();
  for (const route of options.routes) {
    for (const url of urlsOf(route)) paths.set(url, [...(paths.get(url) ?? []), route]);
  }
  for (const [url, routes] of paths) {
    const taken = new Set<string>();
    for (const route of routes) {
      const method = route.method === "GET" ? ["GET", "HEAD"] : [route.method];
      for (const name of method) taken.add(name);
      app.route({
        method,
        url,
        config: { template: url, route },
        handler: (request, reply) => serve(options, opener, route, request, reply),
      });
    }
    const allow = [...taken].join(", ");
    const handler = (request: FastifyRequest, reply: FastifyReply): never => {
      void reply.header("allow", allow);
      throw new GaiaError("method_not_allowed", `${request.method} is not possible here; ${allow} is.`, {
        allow: [...taken],
      });
    };
    app.route({
      method: METHODS.filter((method) => !taken.has(method)),
      url,
      config: { template: url },
      handler,
    });
  }
}

function urlsOf(route: Route): readonly string[] {
  const path = route.path.replaceAll(/\{(\w+)\.\.\.\}/g, "*").replaceAll(/\{(\w+)\}/g, ":$1");
  const prefixed = PREFIXES.map((prefix) => prefix + path);
  return route.atRoot ? [path, ...prefixed] : prefixed;
}

async function arrive(options: HttpOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { deps } = options;
  prepare(request, reply);
  request.givenType = takeContentType(request);
  const { route, page } = request.routeOptions.config;
  const isPage = page === true && isPagePath(request.url);
  const identity = deps.access.identify(request.arrival, isPage || route?.open === true);
  request.identity = identity;
  if (identity.kind === "session" && identity.setCookie !== null)
    void reply.header("set-cookie", identity.setCookie);
  if (isPage) return;
  const phase = deps.phase();
  if (phase === "starting" && route?.always !== true)
    throw new GaiaError("unavailable", "The server is starting. Try again in a moment.");
  if (phase === "stopping" && route?.always !== true && request.method !== "GET") {
    throw new GaiaError("unavailable", "The server is stopping. Try again when it is up.");
  }
}

function arrivalOf({ isLocal, upgradeOf }: HttpOptions, request: IncomingMessage): Arrival {
  const { headers, method = "GET", socket } = request;
  return {
    local: isLocal(socket),
    method,
    upgrade: upgradeOf(request) !== null,
    headers,
    localAddress: socket.localAddress,
    remoteAddress: socket.remoteAddress,
  };
}

/** Bodies are told apart by what they are: a content type that is none must not be refused. */
function takeContentType(request: FastifyRequest): string {
  const { headers } = request.raw;
  const given = headers["content-type"];
  if (given !== undefined) headers["content-type"] = "application/octet-stream";
  return given ?? "";
}

function prepare(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(HEADERS);
  void reply.header("x-request-id", request.id);
}

async function serve(
  options: HttpOptions,
  opener: StreamOpener,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const identity = request.identity ?? { kind: "anonymous" };
  const answer = await route.handle({
    params: parametersOf(route, request.params),
    query: request.query,
    body: Buffer.isBuffer(request.body) ? request.body : null,
    contentType: request.givenType,
    headers: request.headers,
    caller: callerOf(request, identity, options.deps.settings.namespace),
    identity,
    arrival: request.arrival,
  });
  return send(opener, answer, request, reply);
}

/** The router calls the rest of a path `*`; the route calls it by its name. */
function parametersOf(route: Route, params: unknown): unknown {
  const rest = /\{(\w+)\.\.\.\}$/.exec(route.path)?.[1];
  if (rest === undefined || typeof params !== "object" || params === null || !("*" in params)) return params;
  const { "*": value, ...others } = params;
  return { ...others, [rest]: value };
}

function send(
  opener: StreamOpener,
  answer: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (request.arrival.upgrade && answer.kind !== "stream") opener.refuse(answer);
  switch (answer.kind) {
    case "json":
      if (answer.sent !== undefined) reply.raw.once("close", answer.sent);
      return reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .header("content-type", "application/json; charset=utf-8")
        .send(JSON.stringify(answer.body));
    case "data": {
      const { body } = answer;
      void reply.code(answer.status).headers(answer.headers);
      if (request.method === "HEAD") {
        if (body instanceof Readable) body.destroy();
        return reply.send("");
      }
      if (typeof body === "string" || Buffer.isBuffer(body) || body instanceof Readable)
        return reply.send(body);
      return reply.send(Readable.from(body, { objectMode: false }));
    }
    case "stream":
      return opener.open(answer, request, reply);
  }
}

function sendFailure(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  caught: unknown,
): FastifyReply {
  const error = failureFrom(caught);
  prepare(request, reply);
  const fields = {
    request_id: request.id,
    method: request.method,
    path: request.url.split("?", 1)[0],
    code: error.code,
  };
  if (error.code === "internal")
    deps.log.error({ ...fields, err: error.cause ?? error }, "a request failed by a bug");
  else deps.log.debug({ ...fields, reason: error.message }, "a request was refused");
  if (error.code === "unauthenticated") void reply.header("www-authenticate", "Bearer");
  if (RETRY_SOON.has(error.code)) void reply.header("retry-after", "1");
  if (error.code === "range_not_satisfiable")
    void reply.header("content-range", `bytes */${String(error.details["size_bytes"])}`);
  return reply
    .code(statusOfFailure(error))
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(failureBody(error, request.id)));
}

function depart(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.config.template ?? "other";
  deps.metrics.request(route, request.method, reply.statusCode, reply.elapsedTime / 1_000);
  const fields = {
    request_id: request.id,
    method: request.method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  };
  deps.log.debug(fields, "a request was answered");
}

function requestIdFrom(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
