import type { JobView, RunView } from "@gaia/contracts/api.ts";
import { errorFrom, GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { plainLine } from "../terminal/control.ts";
import { glyph } from "../terminal/glyphs.ts";
import type { Style } from "../terminal/style.ts";
import { durationText, plural } from "../terminal/time.ts";
import { fitMiddle, textWidth } from "../terminal/width.ts";
import { failureText, shellWord } from "./row.ts";

/** Failed tasks whose last lines are shown, and how many lines of each. */
const SHOWN_FAILURES = 3;
const SHOWN_LINES = 10;
const TAIL_BYTES = 8192;

/** Says on stderr what failed and what it last printed, on stdout how the run ended, then what to do next. */
export async function tellVerdict(context: Context, client: GaiaClient, run: RunView): Promise<void> {
  const ref = await shortRef(client, run);
  if (run.status === "completed") {
    tellCompleted(context, run, ref);
    return;
  }
  const failed = run.progress.failed > 0 ? await failedJobs(client, run.id) : [];
  for (const job of failed.slice(0, SHOWN_FAILURES)) await tellLastLines(context, client, run, job, ref);
  if (failed.length > SHOWN_FAILURES) {
    context.note(
      `\n  ${plural(failed.length - SHOWN_FAILURES, "more task")} failed: ${command(context.noteStyle, `gaia show ${ref}`)}`,
    );
  }
  context.note("");
  context.out(`  ${verdictLine(run, failed, context.outStyle)}`);
  tellNextSteps(context, await stepsAfter(context, client, run, failed, ref));
}

/** `✗ ci failed in 12.7 s: test exited with 1` */
export function verdictLine(run: RunView, failed: readonly JobView[], style: Style): string {
  const took = run.duration_ms === null ? "" : ` in ${durationText(run.duration_ms)}`;
  const first = failed[0];
  const name = style.strong(run.pipeline);
  const mark = glyph(run.status, style);
  // A run that ran out of time has failed jobs as well: they are not why.
  const outOfTime = run.reason.startsWith("ran out of time");
  if (run.status !== "failed" || first === undefined || outOfTime) {
    return `${mark} ${name} ${run.status}${took}${run.reason === "" ? "" : `: ${run.reason}`}`;
  }
  const cause =
    first.exit_code === null || first.exit_code === 0 ? failureText(first) : `exited with ${first.exit_code}`;
  const joined =
    first.exit_code === null || first.exit_code === 0 ? `${first.key}: ${cause}` : `${first.key} ${cause}`;
  const more = failed.length > 1 ? `, and ${plural(failed.length - 1, "more task")}` : "";
  return `${mark} ${name} failed${took}: ${joined}${more}`;
}

/** The shortest name that means this run: `@` when it is the last one. */
export async function shortRef(client: GaiaClient, run: RunView): Promise<string> {
  const last = await client.run("@").catch(() => null);
  if (last?.id === run.id) return "@";
  return shellWord(`${run.pipeline}#${run.number}`);
}

/** Says on stderr how to go on: commands, each with the word that says what for; in one line where they fit. */
export function tellNextSteps(context: Context, steps: readonly (readonly [string, string])[]): void {
  const style = context.noteStyle;
  const columns = context.stderrIsTerminal ? process.stderr.columns : Number.POSITIVE_INFINITY;
  const line = steps.map(([label, text]) => `${style.faint(label)} ${command(style, text)}`).join("      ");
  if (textWidth(line) + 4 <= columns) {
    context.note(`    ${line}`);
    return;
  }
  const labels = Math.max(...steps.map(([label]) => label.length));
  for (const [label, text] of steps)
    context.note(`    ${style.faint(label.padEnd(labels))} ${command(style, text)}`);
}

function tellCompleted(context: Context, run: RunView, ref: string): void {
  context.note("");
  context.out(`  ${verdictLine(run, [], context.outStyle)}`);
  for (const [name, value] of Object.entries(run.outputs)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    context.out(context.stdoutIsTerminal ? `    ${name.padEnd(9)} ${plainLine(text)}` : `${name}=${text}`);
  }
  tellNextSteps(context, [
    ["look", `gaia show ${ref}`],
    ["logs", `gaia logs ${ref}`],
    ["graph", `gaia graph ${ref}`],
  ]);
}

async function tellLastLines(
  context: Context,
  client: GaiaClient,
  run: RunView,
  job: JobView,
  ref: string,
): Promise<void> {
  const style = context.noteStyle;
  if (job.child_run !== null) {
    context.note("");
    const where = command(style, `gaia why ${job.child_run}`);
    context.note(`  ${style.strong(job.key)} · ${failureText(job)} (${where})`);
    return;
  }
  const piece = await client
    .log(run.id, job.key, { tail: TAIL_BYTES })
    .catch((reason: unknown) => errorFrom(reason));
  context.note("");
  if (piece instanceof GaiaError) {
    // What cannot be read is not nothing: it is said which of the two it is.
    context.note(
      `  ${style.strong(job.key)} · ${failureText(job)}; its log cannot be read: ${piece.message}`,
    );
    return;
  }
  const lines = piece.bytes
    .toString("utf8")
    .split("\n")
    .map((line) => plainLine(line).trimEnd());
  if (piece.sizeBytes > piece.bytes.length) lines.shift();
  const shown = lines.filter((line) => line !== "").slice(-SHOWN_LINES);
  const where = command(style, `gaia logs ${ref} ${shellWord(job.key)}`);
  if (shown.length === 0) {
    context.note(`  ${style.strong(job.key)} printed nothing; ${failureText(job)}`);
    return;
  }
  context.note(`  ${style.strong(job.key)} · last lines (${where})`);
  const columns = context.stderrIsTerminal ? process.stderr.columns - 4 : Number.POSITIVE_INFINITY;
  for (const line of shown) context.note(`    ${fitMiddle(line, columns)}`);
}

async function failedJobs(client: GaiaClient, id: string): Promise<readonly JobView[]> {
  const page = await client.jobs(id, { status: "failed" }).catch(() => null);
  // A group fails because of its members: they are what there is to see.
  const jobs = page?.items ?? [];
  const members = new Set(jobs.map((job) => job.group));
  return jobs.filter((job) => !job.tolerated && (job.kind !== "group" || !members.has(job.key)));
}

async function stepsAfter(
  context: Context,
  client: GaiaClient,
  run: RunView,
  failed: readonly JobView[],
  ref: string,
): Promise<readonly (readonly [string, string])[]> {
  const again = ["again", `gaia retry ${ref}${run.status === "failed" ? " --failed" : ""}`] as const;
  const skipped = run.counts.skipped
    ? await client.jobs(run.id, { status: "skipped", limit: "1" }).catch(() => null)
    : null;
  const puzzling = skipped?.items[0]?.key ?? failed[0]?.key;
  const why = ["why", `gaia why ${ref}${puzzling === undefined ? "" : ` ${shellWord(puzzling)}`}`] as const;
  const broken = failed.find((job) => job.kind === "task" && job.attempt > 0);
  if (
    broken !== undefined &&
    context.endpoint.kind !== "tcp" &&
    (await hasProcess(client, run.id, broken.key))
  )
    return [again, why, ["in its folder", `gaia debug ${ref} ${shellWord(broken.key)}`]];
  return [again, why, ["look", `gaia show ${ref}`]];
}

/** Whether a shell can stand in for it. The server is asked: a program's job is a call, and has no command to try again. */
function hasProcess(client: GaiaClient, run: string, key: string): Promise<boolean> {
  return client.jobEnvironment(run, key).then(
    () => true,
    () => false,
  );
}

function command(style: Style, text: string): string {
  return style.command(text);
}
