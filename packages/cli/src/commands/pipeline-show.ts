import type { ProgramView } from "@gaia/contracts/program-api.ts";
import type { PipelineDetail, PipelineView } from "@gaia/contracts/screens.ts";
import { graphAsText } from "@gaia/contracts/graph-text.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { tellNextSteps } from "../live/verdict.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { plainLine } from "../terminal/control.ts";
import { glyph, statusPaint } from "../terminal/glyphs.ts";
import { agoText, durationText, momentText } from "../terminal/time.ts";
import { fitMiddle } from "../terminal/width.ts";

const PIPE_COLUMNS = 120;
/** Digits of a commit's id that people compare. */
const COMMIT_DIGITS = 12;

/** `gaia pipeline list` */
export async function list(context: Context, input: Input): Promise<number> {
  const page = await context.client().pipelines.list({
    status: input.text("status") ?? undefined,
    kind: input.text("kind") ?? undefined,
    search: input.text("search") ?? undefined,
    cursor: input.text("cursor") ?? undefined,
    limit: input.text("limit") ?? "500",
  });
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const pipeline of page.items) context.out(pipeline.name);
  else if (page.items.length === 0)
    context.note(
      "  No pipelines. Make one:  gaia pipeline create PATH|GIT_URL, or gaia workflow create FILE",
    );
  else tellList(context, page.items);
  return EXIT.success;
}

function tellList(context: Context, pipelines: readonly PipelineView[]): void {
  const style = context.outStyle;
  const columns = [
    { title: "PIPELINE" },
    { title: "KIND", spare: true },
    { title: "VERSION" },
    { title: "LATEST RUN" },
    { title: "BUILD" },
  ];
  const widest = outColumns(context);
  const rows = pipelines.map((pipeline) => {
    const latest = pipeline.recent.at(-1);
    return [
      fitMiddle(pipeline.name, Math.max(12, widest - 50)),
      pipeline.kind,
      versionText(pipeline),
      latest === undefined
        ? style.faint("never ran")
        : `${glyph(latest.status, style)} ${statusPaint(latest.status, style)(latest.status)}`,
      pipeline.program === null ? "" : buildText(pipeline.program, context),
    ];
  });
  for (const line of tableLines(columns, rows, style.faint, widest)) context.out(line);
}

/** `3`, `2 of 5` of one that is pinned, `none` of a program that was not built. */
function versionText({ version, program }: PipelineView): string {
  if (version === 0) return "none";
  const newest = program?.newest_version ?? version;
  return newest === version ? String(version) : `${version} of ${newest}`;
}

function buildText(program: ProgramView, context: Context): string {
  const style = context.outStyle;
  if (program.missing_since !== null) return style.warn("its file is gone");
  if (program.building !== null) return style.busy(`building (#${program.building.number})`);
  const last = program.last_build;
  if (last === null) return "";
  switch (last.status) {
    case "failed":
      return style.bad(`failed: ${plainLine(last.message)}`);
    case "cancelled":
      return style.warn("cancelled");
    case "built":
    case "unchanged":
      return `${last.status} ${agoText(last.ended_at, context.now())}`;
  }
}

/** `gaia pipeline show PIPELINE` */
export async function show(context: Context, input: Input): Promise<number> {
  const detail = await context.client().pipelines.get(input.argument(0));
  if (input.json) outDocument(context, detail);
  else tellPipeline(context, detail);
  return EXIT.success;
}

/** What is known of a pipeline, its graph last. */
export function tellPipeline(context: Context, detail: PipelineDetail): void {
  const style = context.outStyle;
  const { name, program } = detail;
  const pinned = program?.pinned_version === null || program == null ? "" : style.warn(" (pinned)");
  const version = detail.version === 0 ? "not built yet" : `version ${versionText(detail)}`;
  context.out(`  ${style.strong(name)}, ${version}${pinned}${detail.paused ? style.warn(" (paused)") : ""}`);
  if (detail.description !== "") context.out(`  ${detail.description}`);
  for (const [label, value] of [...factsOf(context, detail), ...inputFacts(context, detail)])
    context.out(`    ${style.faint(label.padEnd(10))} ${value.trimEnd()}`);
  if (detail.graph.nodes.length > 0) {
    const columns = context.stdoutIsTerminal ? outColumns(context) : PIPE_COLUMNS;
    const drawn = graphAsText(detail.graph, { columns: columns - 4 });
    context.out("");
    for (const line of drawn.split("\n")) context.out(`    ${line}`);
  }
  if (context.stdoutIsTerminal) tellNextSteps(context, stepsFor(detail));
}

function factsOf(context: Context, detail: PipelineDetail): readonly (readonly [string, string])[] {
  const style = context.outStyle;
  const { program, recent } = detail;
  const facts: (readonly [string, string])[] = [];
  const latest = recent.at(-1);
  facts.push([
    "latest run",
    latest === undefined
      ? style.faint("never ran")
      : `${glyph(latest.status, style)} #${latest.number} ${statusPaint(latest.status, style)(latest.status)}`,
  ]);
  if (program === null) {
    if (detail.origin !== null) facts.push(["from", detail.origin]);
  } else facts.push(...programFacts(context, program));
  for (const trigger of detail.triggers) {
    const next = trigger.next_at === null ? "" : `, next ${momentText(trigger.next_at)}`;
    facts.push(["trigger", `${trigger.text}${next}`]);
  }
  return facts;
}

function programFacts(context: Context, program: ProgramView): readonly (readonly [string, string])[] {
  const style = context.outStyle;
  const { source, last_build: last, building } = program;
  const place = [
    source.url,
    source.branch === null ? "" : `branch ${source.branch}`,
    source.folder === "." ? "" : `folder ${source.folder}`,
  ];
  const facts: [string, string][] = [["from", place.filter((part) => part !== "").join(", ")]];
  const credential = source.ssh_key ?? source.token;
  if (credential !== null)
    facts.push(["with", `${source.ssh_key === null ? "token" : "SSH key"} ${credential}`]);
  if (source.kind === "git") {
    const often = source.poll_ms === 0 ? "never" : `every ${durationText(source.poll_ms)}`;
    facts.push(["looked at", often]);
  }
  if (program.webhook !== null) facts.push(...webhookFacts(context, program.webhook));
  if (source.status !== null) {
    const { token, forge } = source.status;
    facts.push(["tells", `${forge ?? "its forge"} of builds, with the token ${token}`]);
  }
  if (program.status_problem !== null)
    facts.push([
      "",
      style.bad(`the forge could not be told of a build: ${plainLine(program.status_problem.message)}`),
    ]);
  if (program.problem !== "") facts.push(["", style.bad(plainLine(program.problem))]);
  if (program.seen_commit !== null) facts.push(["seen", program.seen_commit.slice(0, COMMIT_DIGITS)]);
  if (building !== null) facts.push(["building", `#${building.number}, ${building.status}`]);
  if (last !== null) {
    const when = style.faint(agoText(last.ended_at, context.now()));
    const text = last.status === "failed" ? style.bad(`failed: ${plainLine(last.message)}`) : last.status;
    facts.push(["last build", `#${last.number} ${text} ${when}`]);
  }
  if (program.missing_since !== null)
    facts.push(["file", style.warn(`gone since ${momentText(program.missing_since)}`)]);
  return facts;
}

type Webhook = NonNullable<ProgramView["webhook"]>;
type Delivery = NonNullable<Webhook["last_delivery"]>;

/** Where the forge tells of pushes, and what came last. */
function webhookFacts(
  context: Context,
  { address, secret, last_delivery: last }: Webhook,
): readonly [string, string][] {
  const facts: [string, string][] = [["webhook", `POST ${address}, signed with ${secret}`]];
  if (last === null) facts.push(["", context.outStyle.faint("nothing has come there yet")]);
  else {
    const text = `${agoText(last.at, context.now())}: ${deliveredText(last)}`;
    facts.push(["", last.status === "refused" ? context.outStyle.bad(text) : text]);
  }
  return facts;
}

/** In the words of the dashboard. */
function deliveredText({ status, event, message }: Delivery): string {
  const what = plainLine(event ?? "a delivery");
  switch (status) {
    case "looking":
      return `${what}; the repository was looked at`;
    case "refused":
      return `a delivery was refused: ${plainLine(message)}`;
    default:
      return `${what} was passed over: ${plainLine(message)}`;
  }
}

function inputFacts(context: Context, detail: PipelineDetail): readonly (readonly [string, string])[] {
  return detail.inputs.map((one) => {
    const fallback =
      one.default === undefined || one.default === null
        ? ""
        : `, ${JSON.stringify(one.default)} when not said`;
    const choices = one.choices.length === 0 ? "" : `: ${one.choices.join(", ")}`;
    const kind = `${one.type}${choices}${one.required ? ", required" : fallback}`;
    return ["argument", `${one.name} (${kind}) ${context.outStyle.faint(one.description)}`] as const;
  });
}

function stepsFor({ name, version, program }: PipelineDetail): readonly (readonly [string, string])[] {
  const word = shellWord(name);
  if (program === null) return [["run", `gaia pipeline run ${word}`]];
  const log = ["log", `gaia logs ${word}:build`] as const;
  const again = ["build", `gaia pipeline build ${word}`] as const;
  if (version === 0) return [log, again];
  const run = ["run", `gaia pipeline run ${word}`] as const;
  return program.last_build?.status === "failed" ? [run, log, again] : [run, again];
}

/** `gaia pipeline versions PIPELINE` */
export async function versions(context: Context, input: Input): Promise<number> {
  const page = await context.client().pipelines.versions(input.argument(0), {
    limit: input.text("limit") ?? "50",
    cursor: input.text("cursor") ?? undefined,
  });
  if (input.json) {
    outDocument(context, page);
    return EXIT.success;
  }
  if (input.quiet) {
    for (const { version } of page.items) context.out(String(version));
    return EXIT.success;
  }
  const style = context.outStyle;
  const columns = [
    { title: "VERSION", align: "right" as const },
    { title: "" },
    { title: "MADE" },
    { title: "BY", spare: true },
    { title: "COMMIT" },
    { title: "" },
  ];
  const rows = page.items.map((version) => [
    String(version.version),
    version.current ? style.good("in force") : "",
    agoText(version.created_at, context.now()),
    version.actor?.id ?? "",
    version.commit?.id.slice(0, COMMIT_DIGITS) ?? "",
    plainLine(version.commit?.subject ?? ""),
  ]);
  for (const line of tableLines(columns, rows, style.faint, outColumns(context))) context.out(line);
  return EXIT.success;
}
