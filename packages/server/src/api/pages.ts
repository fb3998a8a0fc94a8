import { GaiaError } from "@gaia/contracts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Page, signInPage, SIGN_IN_PROBLEMS, type SignInProblem } from "../web/index.ts";
import type { ApiDeps } from "./port.ts";
import { PREFIXES } from "./prefixes.ts";

/** What is never a page, whatever is asked for below it. */
const NOT_PAGES = /^\/(?:api|health|ready|metrics)(?:\/|$)/;
const SIGN_IN = "/sign-in";

/** Whether an address is one of the dashboard. */
export function isPagePath(url: string): boolean {
  return !NOT_PAGES.test(pathOf(url));
}

/** The dashboard: its files, the exchange of a ticket for a cookie, and a sign-in page that needs no script. */
export function registerPages(app: FastifyInstance, deps: ApiDeps): void {
  app.route({
    method: ["GET", "HEAD"],
    url: "/*",
    config: { template: "page", page: true },
    handler: (request, reply) => pageAnswer(deps, request, reply),
  });
  app.route({
    method: ["GET", "HEAD"],
    url: SIGN_IN,
    config: { template: SIGN_IN, page: true },
    handler: (request, reply) => {
      const query = new URLSearchParams(queryOf(request.url));
      const text = query.get("problem");
      return sendPage(reply, 200, signInPage(placeOf(query.get("to")), isProblem(text) ? text : null));
    },
  });
  app.route({
    method: "POST",
    url: SIGN_IN,
    config: { template: SIGN_IN, page: true },
    handler: (request, reply) => signInAnswer(deps, request, reply),
  });
}

async function pageAnswer(
  deps: ApiDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!isPagePath(request.url) || request.arrival.upgrade) throw nothingAt(request);
  const query = new URLSearchParams(queryOf(request.url));
  const ticket = query.get("ticket");
  if (ticket !== null) return exchange(deps, ticket, query, request, reply);
  const { accept = "", "accept-encoding": encodings, "if-none-match": etags } = request.headers;
  const answer = await deps.site.answer({
    path: pathOf(request.url),
    accept,
    acceptEncoding: Array.isArray(encodings) ? encodings.join(",") : (encodings ?? ""),
    ifNoneMatch: etags ?? "",
  });
  if (answer === null) throw nothingAt(request);
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** A ticket becomes a cookie, and leaves the address. */
function exchange(
  deps: ApiDeps,
  ticket: string,
  query: URLSearchParams,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  query.delete("ticket");
  const rest = query.size === 0 ? "" : `?${query.toString()}`;
  const to = placeOf(pathOf(request.url)) + rest;
  if (!isOpened(request)) return reply.code(204).send();
  const fate = signInByTicket(deps, ticket, request);
  if (typeof fate === "object") {
    void reply.header("set-cookie", fate.setCookie);
    return redirect(reply, to);
  }
  // Whoever comes back to the address in his history is signed in already.
  if (request.identity?.kind === "session") return redirect(reply, to);
  return redirect(reply, `${SIGN_IN}?${new URLSearchParams({ problem: fate, to }).toString()}`);
}

function signInByTicket(
  deps: ApiDeps,
  ticket: string,
  request: FastifyRequest,
): ReturnType<ApiDeps["signIn"]["byTicket"]> | "limited" {
  try {
    return deps.signIn.byTicket(request.arrival, ticket);
  } catch (caught) {
    if (caught instanceof GaiaError && caught.code === "rate_limited") return "limited";
    throw caught;
  }
}

/** Whether a person opened the address: a guess of the browser, an image or a look at the head must not use it up. */
function isOpened({ method, headers }: FastifyRequest): boolean {
  const purpose = `${String(headers["sec-purpose"] ?? "")}${String(headers["purpose"] ?? "")}`;
  const dest = headers["sec-fetch-dest"];
  return method === "GET" && !purpose.includes("prefetch") && (dest === undefined || dest === "document");
}

function signInAnswer(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin")
    throw new GaiaError("forbidden", "Only a page of this server may sign a browser in.");
  const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "");
  const to = placeOf(form.get("to"));
  try {
    const { setCookie } = deps.signIn.byToken(request.arrival, (form.get("token") ?? "").trim());
    void reply.header("set-cookie", setCookie);
    return redirect(reply, to);
  } catch (caught) {
    if (!(caught instanceof GaiaError)) throw caught;
    if (caught.code === "unauthenticated") return sendPage(reply, 401, signInPage(to, "token"));
    if (caught.code !== "rate_limited") throw caught;
    void reply.header("retry-after", "1");
    return sendPage(reply, 429, signInPage(to, "limited"));
  }
}

function redirect(reply: FastifyReply, to: string): FastifyReply {
  return reply.code(303).header("location", to).send();
}

function sendPage(reply: FastifyReply, status: number, { headers, body }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** A place of this server and of no other: `//elsewhere` would be one. */
function placeOf(path: string | null): string {
  return path !== null && /^\/(?![/\\])[!-~]*$/.test(path) && !path.includes("\\") ? path : "/";
}

function isProblem(text: string | null): text is SignInProblem {
  return text !== null && Object.hasOwn(SIGN_IN_PROBLEMS, text);
}

function nothingAt(request: FastifyRequest): GaiaError {
  const path = pathOf(request.url).slice(0, 200);
  return new GaiaError("not_found", `There is nothing at \`${path}\`. See ${PREFIXES[0]}/openapi.json.`);
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

function queryOf(url: string): string {
  return url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
}
