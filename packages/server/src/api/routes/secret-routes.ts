import {
  GaiaError,
  LIMITS,
  revealSecret,
  rotation,
  secret,
  secretList,
  secretValue,
  secretVersionList,
  setSecret,
  vault,
} from "@gaia/contracts";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import { cursor, limit, nothing } from "../schemas.ts";
import { secretView, versionView } from "../views/secret-view.ts";

const TAG = "secrets";
const params = z.strictObject({ name: z.string().min(1) });
const plain = { tag: TAG, query: nothing, body: null } as const;

/** The secret store. Values go in; the one route that gives one out answers only who shares the server's user. */
export function secretRoutes(context: ApiContext): readonly Route[] {
  return [
    listRoute(context),
    setRoute(context),
    ...oneRoutes(context),
    revealRoute(context),
    ...vaultRoutes(context),
  ];
}

function listRoute(context: ApiContext): Route {
  return route({
    ...plain,
    id: "listSecrets",
    method: "GET",
    path: "/secrets",
    summary: "Secrets by name, without their values",
    params: nothing,
    query: z.strictObject({ limit, cursor }),
    answers: { 200: jsonOf(secretList, "A page of secrets.") },
    run: async ({ query, caller }) => {
      const after = query.cursor === undefined ? "" : nameFrom(query.cursor);
      const most = query.limit ?? LIMITS.pageItems;
      const left = context.deps.vault.list(caller.namespace).filter((row) => row.name > after);
      const items = left.slice(0, most).map(secretView);
      const last = items.at(-1);
      const isEnd = left.length <= most || last === undefined;
      return json({ items, next_cursor: isEnd ? null : `secret:${last.name}` });
    },
  });
}

function setRoute(context: ApiContext): Route {
  return route({
    ...plain,
    id: "setSecret",
    method: "POST",
    path: "/secrets",
    summary: "Store a secret, a new version of one, or change what is said of it",
    params: nothing,
    body: { kind: "object", schema: setSecret, optional: false },
    answers: { 200: jsonOf(secret, "The secret, changed."), 201: jsonOf(secret, "The secret, new.") },
    run: async ({ body, caller }) => {
      const { name, value = null, description, scopes } = body;
      const { namespace, actor } = caller;
      const isNew = !context.deps.vault.list(namespace).some((row) => row.name === name);
      const row = await context.deps.vault.set({ namespace, name, value, description, scopes, actor });
      return json(secretView(row), isNew ? 201 : 200);
    },
  });
}

function oneRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      ...plain,
      id: "getSecret",
      method: "GET",
      path: "/secrets/{name}",
      summary: "A secret, without its value",
      params,
      answers: { 200: jsonOf(secret, "The secret.") },
      run: async ({ params: { name }, caller }) =>
        json(secretView(context.deps.vault.secret(caller.namespace, name))),
    }),
    route({
      ...plain,
      id: "listSecretVersions",
      method: "GET",
      path: "/secrets/{name}/versions",
      summary: "The versions that are kept, newest first, without their values",
      params,
      answers: { 200: jsonOf(secretVersionList, "All of them.") },
      run: async ({ params: { name }, caller }) => {
        const rows = await context.deps.vault.versions(caller.namespace, name);
        return json({ items: rows.map(versionView), next_cursor: null });
      },
    }),
    route({
      ...plain,
      id: "removeSecret",
      method: "DELETE",
      path: "/secrets/{name}",
      summary: "Remove a secret with all its versions",
      params,
      answers: { 200: jsonOf(z.object({ removed: z.string() }), "Its name.") },
      run: async ({ params: { name }, caller }) => {
        await context.deps.vault.remove(caller.namespace, name, caller.actor);
        return json({ removed: name });
      },
    }),
  ];
}

function revealRoute(context: ApiContext): Route {
  return route({
    ...plain,
    id: "revealSecret",
    method: "POST",
    path: "/secrets/{name}/reveal",
    summary: "A value; only over the socket of the same user, and noted in the activity",
    params,
    body: { kind: "object", schema: revealSecret, optional: true },
    answers: { 200: jsonOf(secretValue, "The value.") },
    run: async ({ params: { name }, body, caller }) => {
      if (!caller.local)
        throw new GaiaError(
          "forbidden",
          `Values are shown only over the socket of the server's own user: \`gaia secret get ${name}\` on its machine.`,
        );
      const { namespace, actor } = caller;
      const order = { namespace, name, version: body.version ?? null, actor };
      return json({ name, ...(await context.deps.vault.reveal(order)) });
    },
  });
}

function vaultRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      ...plain,
      id: "getVault",
      method: "GET",
      path: "/vault",
      summary: "Whether secrets can be read and changed, and where the master key is",
      params: nothing,
      answers: { 200: jsonOf(vault, "How it is.") },
      run: async () => {
        const { problem, keyFrom, keyPlace, keyId } = await context.deps.vault.state();
        const key = { key_from: keyFrom, key_place: keyPlace, key_id: keyId };
        return json({ ready: problem === "", problem, ...key });
      },
    }),
    route({
      ...plain,
      id: "rotateVault",
      method: "POST",
      path: "/vault/rotate",
      summary: "Make a new master key; secrets are read and changed meanwhile",
      params: nothing,
      answers: { 200: jsonOf(rotation, "What was done.") },
      run: async ({ caller }) => {
        const { keyId, rewrapped, damaged } = await context.deps.vault.rotate(caller.namespace, caller.actor);
        return json({ key_id: keyId, rewrapped, damaged });
      },
    }),
  ];
}

function nameFrom(text: string): string {
  const parts = /^secret:(\w{1,128})$/.exec(text);
  if (parts?.[1] === undefined)
    throw new GaiaError("invalid_cursor", "The cursor was not made for a list of secrets.");
  return parts[1];
}
