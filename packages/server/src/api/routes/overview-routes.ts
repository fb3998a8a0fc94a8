import { inboxList, LIMITS, overview, settings, triggerList } from "@gaia/contracts";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { inboxPage } from "../inbox.ts";
import { Overviews } from "../overview.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import { cursor, durationBetween, limit, nothing } from "../schemas.ts";
import { triggerPage } from "../triggers.ts";

const TAG = "overview";
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const plain = { method: "GET", tag: TAG, params: nothing, query: nothing, body: null } as const;

/** What is not about one run or pipeline: what waits for a person, what will start, how it goes, what is set. */
export function overviewRoutes(context: ApiContext): readonly Route[] {
  return [overviewRoute(context), ...listRoutes(context), settingsRoute(context)];
}

function overviewRoute(context: ApiContext): Route {
  const overviews = new Overviews(context);
  return route({
    ...plain,
    id: "getOverview",
    path: "/overview",
    summary: "What was, is and will be: ended runs and planned starts by bucket, live runs, what fails",
    query: z.strictObject({
      back: durationBetween(0, 30 * DAY_MS).describe("How far back; 24h when left out."),
      ahead: durationBetween(0, 7 * DAY_MS).describe("How far ahead; 12h when left out."),
      bucket: durationBetween(MINUTE_MS, DAY_MS).describe("Length of a bucket; 30m when left out."),
    }),
    answers: { 200: jsonOf(overview, "The overview.") },
    run: async ({ query, caller }) =>
      json(
        await overviews.of(caller.namespace, {
          back: query.back ?? DAY_MS,
          ahead: query.ahead ?? DAY_MS / 2,
          bucket: query.bucket ?? 30 * MINUTE_MS,
        }),
      ),
  });
}

function listRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      ...plain,
      id: "listInbox",
      path: "/inbox",
      summary: "What waits for a person, longest first",
      query: z.strictObject({ limit, cursor }),
      answers: { 200: jsonOf(inboxList, "A page of questions.") },
      run: async ({ query, caller }) =>
        json(await inboxPage(context, caller.namespace, query.cursor ?? null, query.limit ?? 50)),
    }),
    route({
      ...plain,
      id: "listTriggers",
      path: "/triggers",
      summary: "What starts runs by itself, soonest first",
      query: z.strictObject({
        pipeline: z.string().max(LIMITS.nameCharacters).optional(),
        limit,
        cursor,
      }),
      answers: { 200: jsonOf(triggerList, "A page of triggers.") },
      run: async ({ query, caller }) =>
        json(
          await triggerPage(context, {
            namespace: caller.namespace,
            pipeline: query.pipeline ?? null,
            cursor: query.cursor ?? null,
            limit: query.limit ?? 50,
          }),
        ),
    }),
  ];
}

function settingsRoute(context: ApiContext): Route {
  const { file, keys } = context.deps.configuration;
  return route({
    ...plain,
    id: "getSettings",
    path: "/settings",
    summary: "Every key of `config.toml`, as it was when the server started, and what set it",
    answers: { 200: jsonOf(settings, "The keys. Secrets are not among them.") },
    run: async () => json({ file, items: keys }),
  });
}
