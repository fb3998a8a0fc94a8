import type { JobDetail, RunDetail } from "@gaia/contracts/api.ts";
import { cacheTextIn } from "@gaia/contracts/cache-facts.ts";
import { artifactPath } from "../artifacts.ts";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { render } from "../live/render.ts";
import { failureText, shellWord } from "../live/row.ts";
import { addUnknownJobs, applyNews, emptyState } from "../live/state.ts";
import { Tails } from "../live/tails.ts";
import { tellNextSteps } from "../live/verdict.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { taskKey, withReference } from "../references.ts";
import { plainLine } from "../terminal/control.ts";
import { glyph, hasEnded, statusPaint } from "../terminal/glyphs.ts";
import { durationText, momentText, sizeText } from "../terminal/time.ts";

const PIPE_COLUMNS = 160;

/** `gaia show RUN [TASK]` */
export async function show(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const ref = input.optional(0) ?? "@";
  const task = input.optional(1);
  return withReference(client, { run: ref, task }, async () => {
    if (task === null) return showRun(context, client, ref, input);
    const run = await client.run(ref);
    const job = await client.job(run.id, await taskKey(client, run.id, task));
    if (input.json) outDocument(context, job);
    else tellJob(context, run, job, ref);
    return EXIT.success;
  });
}

async function showRun(context: Context, client: GaiaClient, ref: string, input: Input): Promise<number> {
  const run = await client.run(ref);
  if (input.json) {
    outDocument(context, run);
    return EXIT.success;
  }
  const state = emptyState();
  applyNews(state, { kind: "snapshot", run });
  for (let cursor: string | undefined; state.jobs.size < run.jobs_total; ) {
    const page = await client.jobs(run.id, { cursor, limit: "500" });
    addUnknownJobs(state, page.items);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  await new Tails(client, run.id).read(state);
  const lines = render(state, {
    columns: context.stdoutIsTerminal ? outColumns(context) : PIPE_COLUMNS,
    rows: null,
    now: context.now(),
    style: context.outStyle,
    spin: null,
    showLogs: false,
    showKeys: false,
    foot: null,
  });
  context.out(lines.join("\n"));
  tellRun(context, run, ref);
  return EXIT.success;
}

function tellRun(context: Context, run: RunDetail, ref: string): void {
  const style = context.outStyle;
  context.out("");
  context.out(
    `  ${glyph(run.status, style)} ${statusPaint(run.status, style)(run.status)}${run.reason === "" ? "" : `: ${run.reason}`}`,
  );
  const facts: [string, string][] = [
    ["id", run.id],
    [
      "started",
      run.started_at === null
        ? "not yet"
        : `${momentText(run.started_at)} by ${run.actor.id} (${run.trigger})`,
    ],
  ];
  if (run.ended_at !== null) facts.push(["ended", momentText(run.ended_at)]);
  if (run.retry_of !== null) facts.push(["retry of", run.retry_of]);
  if (run.parent_run !== null) facts.push(["part of", run.parent_run]);
  const status = run.commit_status ?? null;
  if (status !== null) facts.push(["commit", status.text]);
  facts.push(...valueFacts("input", run.inputs), ...valueFacts("output", run.outputs));
  tellFacts(context, facts);
  if (context.stdoutIsTerminal) tellNextSteps(context, stepsFor(run, shellWord(ref)));
}

function stepsFor(run: RunDetail, ref: string): readonly (readonly [string, string])[] {
  if (!hasEnded(run.status))
    return [
      ["watch", `gaia watch ${ref}`],
      ["stop", `gaia stop ${ref}`],
    ];
  const failed = run.jobs.find((job) => job.status === "failed");
  if (failed === undefined)
    return [
      ["logs", `gaia logs ${ref}`],
      ["again", `gaia retry ${ref}`],
    ];
  const key = shellWord(failed.key);
  return [
    ["logs", `gaia logs ${ref} ${key}`],
    ["why", `gaia why ${ref} ${key}`],
    ["again", `gaia retry ${ref} --failed`],
  ];
}

function tellJob(context: Context, run: RunDetail, job: JobDetail, ref: string): void {
  const style = context.outStyle;
  const words = job.status === "failed" ? failureText(job) : job.reason;
  const status = statusPaint(job.status, style)(job.status);
  context.out(
    `  ${glyph(job.status, style)} ${style.strong(job.key)} ${status}${words === "" ? "" : `: ${plainLine(words)}`}`,
  );
  const facts: [string, string][] = [];
  if (job.command !== null) facts.push(["command", job.command.trimEnd()]);
  if (job.work_dir !== null) facts.push(["folder", job.work_dir]);
  if (job.condition !== null) facts.push(["when", job.condition]);
  if (job.dependencies.length > 0) facts.push(["after", job.dependencies.join(", ")]);
  if (job.worker !== null) facts.push(["worker", job.worker]);
  if (job.due_at !== null) facts.push(["due", momentText(job.due_at)]);
  if (job.child_run !== null) facts.push(["run", job.child_run]);
  if (job.survivors.length > 0) facts.push(["running on", `pid ${job.survivors.join(", ")}`]);
  facts.push(...valueFacts("output", job.outputs));
  const cache = cacheTextIn(job.attempts.at(-1)?.usage);
  if (cache !== "") facts.push(["cache", cache]);
  for (const { path, size_bytes: sizeBytes } of job.artifacts) {
    facts.push(["artifact", `${artifactPath(context, run, job, path) ?? path} (${sizeText(sizeBytes)})`]);
  }
  tellFacts(context, facts);
  tellAttempts(context, job);
  if (job.summary.trim() !== "") context.out(`\n${indent(job.summary.trimEnd())}`);
  if (context.stdoutIsTerminal) {
    const key = shellWord(job.key);
    const name = shellWord(ref);
    tellNextSteps(context, [
      ["logs", `gaia logs ${name} ${key}`],
      ["why", `gaia why ${name} ${key}`],
    ]);
  }
}

function tellAttempts(context: Context, job: JobDetail): void {
  if (job.attempts.length === 0) return;
  const style = context.outStyle;
  const columns = [
    { title: "  ATTEMPT", align: "right" as const },
    { title: "OUTCOME" },
    { title: "EXIT", align: "right" as const },
    { title: "TOOK", align: "right" as const },
    { title: job.kind === "child" ? "RUN" : "WORKER" },
    { title: "STOP BY" },
    { title: "" },
  ];
  const rows = job.attempts.map((attempt) => [
    String(attempt.number),
    attempt.outcome ?? "running",
    attempt.exit_code === null ? "" : String(attempt.exit_code),
    tookText(attempt.started_at, attempt.ended_at, context.now()),
    attempt.child_run ?? attempt.worker,
    attempt.stop_means,
    plainLine(attempt.message),
  ]);
  context.out("");
  for (const line of tableLines(columns, rows, style.faint, outColumns(context))) context.out(line);
}

function tookText(startedAt: string | null, endedAt: string | null, now: number): string {
  if (startedAt === null) return "";
  return durationText((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

function valueFacts(label: string, values: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(values).map(([name, value]) => [
    label,
    `${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`,
  ]);
}

function tellFacts(context: Context, facts: readonly (readonly [string, string])[]): void {
  for (const [label, value] of facts) {
    const [first = "", ...more] = value.split("\n").map(plainLine);
    context.out(`    ${context.outStyle.faint(label.padEnd(10))} ${first}`);
    for (const line of more) context.out(`${" ".repeat(15)}${line}`);
  }
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${plainLine(line)}`.trimEnd())
    .join("\n");
}
