import {
  GaiaError,
  LIMITS,
  removedVersion,
  revealSecret,
  rotation,
  secret,
  secretList,
  secretValue,
  secretVersionList,
  type SecretView,
  setSecret,
  vault,
} from "@gaia/contracts";
import { z } from "zod";
import type { Caller } from "../../runs/port.ts";
import type { SecretRow } from "../../store/port.ts";
import type { ApiContext } from "../context.ts";
import { listCursor, listPlace } from "../cursors.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import { count, cursor, limit, nothing } from "../schemas.ts";
import { secretUses } from "../secret-uses.ts";
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
      const after = query.cursor === undefined ? "" : listPlace(query.cursor, "secrets").id;
      const most = query.limit ?? LIMITS.pageItems;
      const left = context.deps.vault.list(caller.namespace).filter((row) => row.name > after);
      const page = left.slice(0, most);
      const last = page.at(-1);
      const isEnd = left.length <= most || last === undefined;
      return json({
        items: await viewsOf(context, caller, page),
        next_cursor: isEnd ? null : listCursor("secrets", 0, last.name),
      });
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
    body: { kind: "secret", schema: setSecret, optional: false },
    answers: { 200: jsonOf(secret, "The secret, changed."), 201: jsonOf(secret, "The secret, new.") },
    run: async ({ body, caller }) => {
      const { name, value = null, description, scopes } = body;
      const { namespace, actor } = caller;
      const isNew = !context.deps.vault.list(namespace).some((row) => row.name === name);
      const row = await context.deps.vault.set({ namespace, name, value, description, scopes, actor });
      const [view] = await viewsOf(context, caller, [row]);
      return json(view, isNew ? 201 : 200);
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
      run: async ({ params: { name }, caller }) => {
        const row = context.deps.vault.secret(caller.namespace, name);
        const [view] = await viewsOf(context, caller, [row]);
        return json(view);
      },
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
      id: "removeSecretVersion",
      method: "DELETE",
      path: "/secrets/{name}/versions/{version}",
      summary: "Remove one version that is not the newest",
      params: params.extend({ version: count }),
      answers: { 200: jsonOf(removedVersion, "Its name and number.") },
      run: async ({ params: { name, version }, caller }) => {
        await context.deps.vault.removeVersion(caller.namespace, name, version, caller.actor);
        return json({ removed: name, version });
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

async function viewsOf(
  context: ApiContext,
  caller: Caller,
  rows: readonly SecretRow[],
): Promise<readonly SecretView[]> {
  const { vault } = context.deps;
  const uses = await secretUses(context, caller.namespace);
  return rows.map((row) => secretView(row, uses, (...asked) => vault.isInScope(...asked)));
}
