import { GaiaError, logHits, logLines, logOutline } from "@gaia/contracts";
import { z } from "zod";
import { LogOutlines, readLines, type SearchPlace, searchLog } from "../../logs/index.ts";
import type { Caller } from "../../runs/port.ts";
import type { ApiContext } from "../context.ts";
import { type JobLog, jobLog } from "../job-logs.ts";
import { jobNumberOf } from "../references.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import { count, flag, jobParams } from "../schemas.ts";
import { OutlineStream } from "../streams/outline-stream.ts";
import { NOTHING_KNOWN, outlineView, timesOf } from "../views/outline-view.ts";

const TAG = "jobs";
const LINES_MAX = 1_000;
const SEARCH_CHARACTERS = 200;

interface FoundLog {
  readonly id: string;
  readonly number: number;
  readonly log: JobLog;
  readonly attempts: number;
}

/** Logs by line: what is where in one, lines by number, search. */
export function logRoutes(context: ApiContext): readonly Route[] {
  const outlines = new LogOutlines(context.deps.logs);
  return [outlineRoute(context, outlines), linesRoute(context, outlines), searchRoute(context)];
}

function outlineRoute(context: ApiContext, outlines: LogOutlines): Route {
  return route({
    id: "getJobLogOutline",
    method: "GET",
    path: "/runs/{ref}/jobs/{key}/log/outline",
    tag: TAG,
    summary:
      "What is where in a log: lines, groups, repetitions, errors, warnings; with `follow=1` as an event stream",
    params: jobParams,
    query: z.strictObject({ attempt: count.optional(), follow: flag.optional() }),
    body: null,
    answers: { 200: jsonOf(logOutline, "The outline.") },
    run: async ({ params, query, caller }) => {
      const { id, number, log, attempts } = await findLog(context, caller, params, query.attempt);
      if (query.follow === true) {
        const options = { run: id, job: number, attempt: query.attempt ?? null };
        return {
          kind: "stream",
          open: (channel) => new OutlineStream(context, outlines, channel, options).open(),
        };
      }
      const outlined = await outlines.upTo(log.place, Number.POSITIVE_INFINITY);
      return json(await outlineView(context.deps.logs, log, attempts, outlined, NOTHING_KNOWN));
    },
  });
}

function linesRoute(context: ApiContext, outlines: LogOutlines): Route {
  const lines = count.pipe(z.number().min(1, { error: "is at least 1" }));
  return route({
    id: "getJobLogLines",
    method: "GET",
    path: "/runs/{ref}/jobs/{key}/log/lines",
    tag: TAG,
    summary: "Lines of a log by number, with the time each came",
    params: jobParams,
    query: z.strictObject({
      attempt: count.optional(),
      from: lines.optional(),
      count: lines.pipe(z.number().max(LINES_MAX, { error: `is at most ${LINES_MAX}` })).optional(),
    }),
    body: null,
    answers: { 200: jsonOf(logLines, "The lines that there are; fewer when they are very long.") },
    run: async ({ params, query, caller }) => {
      const { log } = await findLog(context, caller, params, query.attempt);
      const { logs, metrics } = context.deps;
      const from = query.from ?? 1;
      const { attempt } = log.place;
      if (attempt === 0) return json({ attempt, from, sgr: "", lines: [] });
      const wanted = query.count ?? 250;
      const outlined = await outlines.upTo(log.place, from - 1);
      const read = await readLines(logs, log.place, outlined, from - 1, wanted);
      const moments = await timesOf(
        logs,
        log.place,
        read.lines.map(({ offset }) => offset),
      );
      metrics.logBytes(read.lines.reduce((sum, { text }) => sum + text.length, 0));
      return json({
        attempt,
        from,
        sgr: read.sgr,
        lines: read.lines.map(({ text, cutBytes }, at) => ({
          text,
          at: moments[at] ?? null,
          cut_bytes: cutBytes,
        })),
      });
    },
  });
}

function searchRoute(context: ApiContext): Route {
  return route({
    id: "searchJobLog",
    method: "GET",
    path: "/runs/{ref}/jobs/{key}/log/search",
    tag: TAG,
    summary: "Where a text is in a log, whatever its case and colours; a part of a large log at a time",
    params: jobParams,
    query: z.strictObject({
      attempt: count.optional(),
      q: z
        .string()
        .min(1, { error: "wants a text" })
        .max(SEARCH_CHARACTERS, { error: `has at most ${SEARCH_CHARACTERS} characters` }),
      cursor: z.string().max(100).optional(),
    }),
    body: null,
    answers: { 200: jsonOf(logHits, "Lines with the text, in order.") },
    run: async ({ params, query, caller }) => {
      const { log } = await findLog(context, caller, params, query.attempt);
      const { logs } = context.deps;
      const { attempt } = log.place;
      const from = query.cursor === undefined ? { offset: 0, line: 0 } : searchPlace(query.cursor, attempt);
      const sizeBytes = attempt === 0 ? 0 : (await logs.read(log.place, 0, 0)).sizeBytes;
      const found = await searchLog(logs, log.place, sizeBytes, query.q, from, log.isEnded);
      return json({
        attempt,
        hits: found.hits.map(({ line, count: times }) => ({ line: line + 1, count: times })),
        total: found.total,
        scanned_bytes: found.next.offset,
        size_bytes: sizeBytes,
        complete: found.isComplete,
        next_cursor:
          found.isComplete && log.isEnded ? null : `s${attempt}.${found.next.offset}.${found.next.line}`,
      });
    },
  });
}

function findLog(
  context: ApiContext,
  caller: Caller,
  { ref, key }: { readonly ref: string; readonly key: string },
  attempt: number | undefined,
): Promise<FoundLog> {
  return context.run(caller, ref, (run) => {
    const number = jobNumberOf(run, key);
    const log = jobLog(run, number, attempt ?? null);
    return { id: run.id, number, log, attempts: run.stateOf(number)?.past.attempts ?? 0 };
  });
}

/** A cursor of another attempt would lead into the middle of a line. */
function searchPlace(cursor: string, attempt: number): SearchPlace {
  const parts = /^s(\d{1,6})\.(\d{1,15})\.(\d{1,15})$/.exec(cursor);
  if (parts === null || Number(parts[1]) !== attempt)
    throw new GaiaError("invalid_cursor", "The cursor was not made for a search in this attempt's log.");
  return { offset: Number(parts[2]), line: Number(parts[3]) };
}
