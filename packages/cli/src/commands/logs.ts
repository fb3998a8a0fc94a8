import type { JobView, RunDetail } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient } from "../client/api.ts";
import { hasLog, LogFollowers } from "../client/follow-log.ts";
import { followRun } from "../client/follow-run.ts";
import type { Context } from "../context.ts";
import { EXIT, exitOfError } from "../exit.ts";
import type { Input } from "../input.ts";
import { applyNews, emptyState } from "../live/state.ts";
import { outDocument } from "../output.ts";
import { taskKey, withReference } from "../references.ts";
import { colouredLine } from "../terminal/control.ts";
import { LineCutter } from "../terminal/line-cutter.ts";
import { padEnd, textWidth } from "../terminal/width.ts";
import { lastLines, readLog, readLogText } from "./log-reader.ts";

/** How much of the past `-f` shows first, per task. */
const FOLLOW_TAIL_BYTES = 16_384;
const KEY_COLUMNS_MAX = 24;

/** `gaia logs RUN [TASK] [-f]` */
export async function logs(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const ref = input.optional(0) ?? "@";
  const task = input.optional(1);
  if (input.text("attempt") !== null && (task === null || input.flag("follow")))
    throw new GaiaError("invalid_request", "--attempt names a try of one task, and goes without -f.", {
      next: [`gaia logs ${ref} ${task ?? "TASK"} --attempt ${input.count("attempt", 1) ?? 1}`],
    });
  return withReference(client, { run: ref, task }, async () => {
    const run = await client.run(ref);
    const key = task === null ? null : await taskKey(client, run.id, task);
    if (input.flag("follow")) return follow(context, client, run.id, key, input);
    if (key === null) return showAll(context, client, run, input);
    return showOne(context, client, run.id, await client.job(run.id, key), input);
  });
}

async function showOne(
  context: Context,
  client: GaiaClient,
  ref: string,
  job: JobView,
  input: Input,
): Promise<number> {
  const attempt = input.count("attempt", 1) ?? (hasLog(job) ? job.attempt : undefined);
  if (attempt === undefined) {
    if (!input.json && job.child_run !== null) {
      context.note(`  What ${job.key} started prints in its own run: gaia logs ${job.child_run}`);
    } else if (input.json)
      outDocument(context, { job: job.key, attempt: 0, size_bytes: 0, ended: false, text: "" });
    else
      context.note(
        `  ${job.key} has printed nothing: it is ${job.status}${job.reason === "" ? "" : ` (${job.reason})`}.`,
      );
    return EXIT.success;
  }
  const tail = input.count("tail", 0);
  if (input.json) {
    const log = await lastLines(client, ref, job.key, attempt, tail);
    outDocument(context, {
      job: job.key,
      attempt,
      size_bytes: log.sizeBytes,
      ended: log.ended,
      text: log.text,
    });
    return EXIT.success;
  }
  if (tail !== null) {
    await writeText(context, (await lastLines(client, ref, job.key, attempt, tail)).text);
    return EXIT.success;
  }
  if (!context.stdoutIsTerminal) {
    // In a pipe the log is what the task wrote, byte by byte.
    for await (const bytes of readLog(client, ref, job.key, attempt)) await context.outRaw(bytes);
    return EXIT.success;
  }
  const cutter = new LineCutter();
  for await (const text of readLogText(client, ref, job.key, attempt)) {
    for (const line of cutter.push(text)) context.out(colouredLine(line));
  }
  for (const line of cutter.flush()) context.out(colouredLine(line));
  return EXIT.success;
}

async function writeText(context: Context, text: string): Promise<void> {
  if (!context.stdoutIsTerminal) return context.outRaw(text);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) context.out(colouredLine(line));
}

/** Every task that printed something, in the order of the definition, each line with its task. */
async function showAll(context: Context, client: GaiaClient, run: RunDetail, input: Input): Promise<number> {
  const printer = new PrefixPrinter(context, input.json);
  const ref = run.id;
  for (const job of run.jobs) if (hasLog(job)) printer.widen(job.key);
  const tail = input.count("tail", 0);
  let printed = false;
  for await (const job of allJobs(client, ref)) {
    if (!hasLog(job)) continue;
    printed = true;
    if (tail !== null) {
      printer.print(job.key, job.attempt, (await lastLines(client, ref, job.key, job.attempt, tail)).text);
    } else {
      for await (const text of readLogText(client, ref, job.key, job.attempt)) {
        if (text !== "") printer.print(job.key, job.attempt, text);
      }
    }
    printer.flush();
  }
  if (!printed && !input.json) context.note("  No task has printed anything yet.");
  return EXIT.success;
}

async function* allJobs(client: GaiaClient, ref: string): AsyncGenerator<JobView, void> {
  let cursor: string | undefined;
  do {
    const page = await client.jobs(ref, { cursor, limit: "500" });
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

async function follow(
  context: Context,
  client: GaiaClient,
  ref: string,
  key: string | null,
  input: Input,
): Promise<number> {
  const abort = new AbortController();
  const printer = new PrefixPrinter(context, input.json, key !== null);
  let interrupted = false;
  let failure: GaiaError | null = null;
  const leave = () => {
    interrupted = true;
    abort.abort();
  };
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);
  const print = (job: string, attempt: number, text: string) => printer.print(job, attempt, text);
  const followers = new LogFollowers(
    client,
    ref,
    print,
    abort.signal,
    (job, error) => {
      failure = error;
      context.note(`  ${context.noteStyle.bad("✗")} the log of ${job} cannot be read: ${error.message}`);
    },
    key === null ? FOLLOW_TAIL_BYTES : null,
  );
  const state = emptyState();
  try {
    for await (const news of followRun(client, ref, null, abort.signal)) {
      const changes = applyNews(state, news);
      if (news.kind === "snapshot") for (const job of news.run.jobs) printer.widen(job.key);
      for (const { job } of changes) if (key === null || job.key === key) followers.consider(job);
    }
    await followers.finish();
    printer.flush();
  } finally {
    process.off("SIGINT", leave);
    process.off("SIGTERM", leave);
  }
  if (interrupted) return EXIT.interrupted;
  return failure === null ? EXIT.success : exitOfError(failure);
}

/** Whole lines, each with the task that printed it. */
class PrefixPrinter {
  readonly #context: Context;
  readonly #json: boolean;
  readonly #bare: boolean;
  readonly #cutters = new Map<string, { key: string; attempt: number; cutter: LineCutter }>();
  #columns = 0;

  /** @param bare only one task is shown, so its name would say nothing */
  constructor(context: Context, json: boolean, bare = false) {
    this.#context = context;
    this.#json = json;
    this.#bare = bare;
  }

  widen(key: string): void {
    this.#columns = Math.min(KEY_COLUMNS_MAX, Math.max(this.#columns, textWidth(key)));
  }

  print(key: string, attempt: number, text: string): void {
    if (this.#json) {
      this.#context.out(JSON.stringify({ type: "log", job: key, attempt, text }));
      return;
    }
    const name = `${key} ${attempt}`;
    const entry = this.#cutters.get(name) ?? { key, attempt, cutter: new LineCutter() };
    this.#cutters.set(name, entry);
    for (const line of entry.cutter.push(text)) this.#line(key, line);
  }

  flush(): void {
    for (const { key, cutter } of this.#cutters.values())
      for (const line of cutter.flush()) this.#line(key, line);
    this.#cutters.clear();
  }

  #line(key: string, line: string): void {
    const clean = this.#context.stdoutIsTerminal ? colouredLine(line) : line;
    const style = this.#context.outStyle;
    this.#context.out(
      this.#bare ? clean : `${style.busy(padEnd(key, this.#columns))} ${style.faint("│")} ${clean}`,
    );
  }
}
