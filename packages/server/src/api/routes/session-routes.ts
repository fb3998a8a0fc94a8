import { GaiaError, session, signIn, ticket } from "@gaia/contracts";
import { z } from "zod";
import type { Arrival, Identity } from "../../access/index.ts";
import type { ApiContext } from "../context.ts";
import { dataOf, json, jsonOf, type Route, route } from "../route.ts";
import { flag, nothing, ticketOrder } from "../schemas.ts";
import { timeText } from "../views/run-view.ts";

const TAG = "session";

/** How a browser gets in and out. */
export function sessionRoutes(context: ApiContext, address: () => string | null): readonly Route[] {
  const { now, settings, signIn: gate } = context.deps;
  const view = (via: string, id: string, expiresAt: number | null): z.infer<typeof session> => ({
    actor: { kind: "user", id, via },
    namespace: settings.namespace,
    expires_at: expiresAt === null ? null : timeText(expiresAt),
    version: settings.version,
  });
  return [
    route({
      id: "createTicket",
      method: "POST",
      path: "/session/tickets",
      tag: TAG,
      summary: "Make an address that signs a browser in, once, within two minutes",
      params: nothing,
      query: nothing,
      body: { kind: "object", schema: ticketOrder, optional: true },
      answers: { 201: jsonOf(ticket, "The address.") },
      run: async ({ body, identity, arrival }) => {
        if (identity.kind !== "local" && identity.kind !== "token")
          throw new GaiaError(
            "forbidden",
            "Tickets are made over the socket of the same user, or with the token. On the machine: `gaia open`.",
          );
        const origin = arrival.local ? openable(address()) : gate.originOf(arrival);
        const { text, expiresAt } = gate.makeTicket();
        const url = `${origin}${body.path ?? "/"}?ticket=${text}`;
        return json({ url, expires_at: new Date(expiresAt).toISOString() }, 201);
      },
    }),
    route({
      id: "getSession",
      method: "GET",
      path: "/session",
      tag: TAG,
      summary: "Who asks, and until when the browser is signed in",
      params: nothing,
      query: nothing,
      body: null,
      answers: { 200: jsonOf(session, "Who asks.") },
      run: async ({ caller, identity }) => json(view(caller.actor.via, caller.actor.id, expiryOf(identity))),
    }),
    route({
      id: "signIn",
      method: "POST",
      path: "/session",
      tag: TAG,
      summary: "Sign the browser in with the token; the answer sets its cookie",
      open: true,
      params: nothing,
      query: nothing,
      body: { kind: "object", schema: signIn, optional: false },
      answers: { 201: jsonOf(session, "The browser is signed in.") },
      run: async ({ body, arrival, caller }) => {
        refuseForeign(arrival);
        const { session: begun, setCookie } = gate.byToken(arrival, body.token);
        const made = view(caller.actor.via, "session", begun.expiresAt);
        return { kind: "json", status: 201, body: made, headers: { "set-cookie": setCookie } };
      },
    }),
    route({
      id: "signOut",
      method: "DELETE",
      path: "/session",
      tag: TAG,
      summary: "Sign the browser out; with `everywhere=1` every browser",
      params: nothing,
      query: z.strictObject({ everywhere: flag.optional() }),
      body: null,
      answers: { 204: dataOf("text/plain", "It is signed out.") },
      run: async ({ query, arrival, identity }) => {
        if (query.everywhere === true) gate.signOutEverywhere();
        else if (identity.kind !== "session")
          throw new GaiaError(
            "conflict",
            "This request carries no session. `?everywhere=1` signs every browser out.",
          );
        const cookie = identity.kind === "session" ? gate.signOut(arrival, identity) : gate.forget(arrival);
        context.deps.log.info(
          { everywhere: query.everywhere === true, at: now() },
          "a browser was signed out",
        );
        return { kind: "data", status: 204, headers: { "set-cookie": cookie }, body: "" };
      },
    }),
  ];
}

/** Where a browser of this machine finds the server; one that listens everywhere has no name of its own. */
function openable(address: string | null): string {
  if (address === null)
    throw new GaiaError(
      "conflict",
      "The server listens on its socket only, which browsers cannot open. Give it an address: `[server] listen` of config.toml.",
    );
  return address.replace("://0.0.0.0:", "://127.0.0.1:").replace("://[::]:", "://[::1]:");
}

/** A page of another origin must not choose who this browser is. */
function refuseForeign({ headers }: Arrival): void {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin") return;
  throw new GaiaError("forbidden", "Only a page of this server may sign a browser in.");
}

function expiryOf(identity: Identity): number | null {
  return identity.kind === "session" ? identity.expiresAt : null;
}
