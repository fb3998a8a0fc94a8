import { z } from "zod";
import type { ApiContext } from "../context.ts";
import { dataOf, type Route, route } from "../route.ts";
import { cursor, nothing, runParams } from "../schemas.ts";
import { FeedStream } from "../streams/feed-stream.ts";
import { RunStream } from "../streams/run-stream.ts";

const LAST_EVENT_ID = {
  name: "Last-Event-ID",
  description: "The id of the last message that arrived; wins over `after`.",
};

/** Event streams: one run, or all. Each resumes behind a cursor without loss. */
export function streamRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "streamRun",
      method: "GET",
      path: "/runs/{ref}/stream",
      tag: "streams",
      summary: "A run as it happens: snapshot, event, job, run, end; or reset, when the cursor is too old",
      params: runParams,
      query: z.strictObject({ after: cursor }),
      headers: [LAST_EVENT_ID],
      body: null,
      answers: {
        200: dataOf(
          "text/event-stream",
          "Messages; each id is a cursor. As a WebSocket: JSON objects {event, data, id}.",
        ),
      },
      run: async ({ params, query, caller }) => {
        const id = await context.runId(caller, params.ref);
        return {
          kind: "stream",
          open: (channel) =>
            new RunStream(context, channel, id).open(channel.lastEventId ?? query.after ?? null),
        };
      },
    }),
    route({
      id: "streamEvents",
      method: "GET",
      path: "/events",
      tag: "streams",
      summary: "All runs as they change (run), and what is not about one run (note)",
      params: nothing,
      query: z.strictObject({ after: cursor }),
      headers: [LAST_EVENT_ID],
      body: null,
      answers: {
        200: dataOf(
          "text/event-stream",
          "Messages: ready, run, note, cursor, reset. As a WebSocket: JSON objects {event, data, id}.",
        ),
      },
      run: async ({ query, caller }) => ({
        kind: "stream",
        open: (channel) =>
          new FeedStream(context, channel, caller.namespace).open(channel.lastEventId ?? query.after ?? null),
      }),
    }),
  ];
}
