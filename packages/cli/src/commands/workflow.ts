import { basename, dirname, resolve } from "node:path";
import type { WorkflowDetail, WorkflowView } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { nearest } from "@gaia/core/text/index.ts";
import type { GaiaClient } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { pairs, readDefinition, type Input } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { tellNextSteps } from "../live/verdict.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { glyph, statusPaint } from "../terminal/glyphs.ts";
import { agoText, momentText } from "../terminal/time.ts";
import { fitMiddle } from "../terminal/width.ts";
import { tellInvalid } from "./problems.ts";
import { followStarted } from "./run.ts";

/** `gaia workflow create FILE` */
export async function create(context: Context, input: Input): Promise<number> {
  const file = input.argument(0);
  const definition = await readDefinition(file);
  const { client } = await context.server();
  try {
    const workflow = await client.createWorkflow({
      definition,
      work_dir: file === "-" ? context.folder : dirname(resolve(context.folder, file)),
      file: file === "-" ? "stdin" : basename(file),
    });
    if (input.json) outDocument(context, workflow);
    else
      context.out(
        input.quiet
          ? workflow.name
          : `  ${context.outStyle.good("✓")} ${workflow.name}, version ${workflow.version}`,
      );
    for (const trigger of input.json ? [] : workflow.triggers)
      if (!trigger.armed) context.note(`  ${context.noteStyle.warn("!")} ${trigger.text}`);
    if (!input.json && !input.quiet) {
      tellNextSteps(context, [["start", `gaia workflow start ${shellWord(workflow.name)} --watch`]]);
    }
    return EXIT.success;
  } catch (reason) {
    if (reason instanceof GaiaError && tellInvalid(context, reason, definition, input.json))
      return EXIT.usage;
    throw reason;
  }
}

/** `gaia workflow list` */
export async function list(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const page = await client.workflows({ status: input.text("status") ?? undefined, limit: "500" });
  if (input.json) {
    outDocument(context, page);
    return EXIT.success;
  }
  if (input.quiet) {
    for (const workflow of page.items) context.out(workflow.name);
    return EXIT.success;
  }
  if (page.items.length === 0) {
    context.note("  No workflows. Keep one:  gaia workflow create FILE");
    return EXIT.success;
  }
  const style = context.outStyle;
  const columns = [
    { title: "WORKFLOW" },
    { title: "LATEST RUN" },
    { title: "NEXT START" },
    { title: "CREATED", spare: true },
  ];
  const widest = outColumns(context);
  const room = Math.max(12, widest - 40);
  const rows = page.items.map((workflow) => [
    fitMiddle(workflow.name, room),
    latestText(workflow, style),
    workflow.paused ? style.warn("paused") : nextStart(workflow),
    agoText(workflow.created_at, context.now()),
  ]);
  for (const line of tableLines(columns, rows, style.faint, widest)) context.out(line);
  return EXIT.success;
}

/** `gaia workflow show WORKFLOW` */
export async function show(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const name = input.argument(0);
  const workflow = await named(client, name, () => client.workflow(name));
  if (input.json) outDocument(context, workflow);
  else if (input.flag("source")) await context.outRaw(workflow.source);
  else tell(context, workflow);
  return EXIT.success;
}

/** `gaia workflow start WORKFLOW` */
export async function start(context: Context, input: Input): Promise<number> {
  const { client } = await context.server();
  const name = input.argument(0);
  const priority = input.count("priority", 0);
  const body = {
    inputs: await pairs("input", [...input.list("input"), ...input.list("arg")]),
    variables: await pairs("var", input.list("var")),
    ...(priority === null ? {} : { priority }),
  };
  const started = await named(client, name, () => client.startWorkflow(name, body));
  if (input.flag("watch")) return followStarted(context, client, started, input);
  if (input.json) outDocument(context, started);
  else context.out(started.run_id);
  if (!input.json && !input.quiet) {
    const steps = [
      ["watch", `gaia watch ${started.run_id}`],
      ["stop", `gaia stop ${started.run_id}`],
    ] as const;
    tellNextSteps(context, steps);
  }
  return EXIT.success;
}

function tell(context: Context, workflow: WorkflowDetail): void {
  const style = context.outStyle;
  context.out(
    `  ${style.strong(workflow.name)}, version ${workflow.version}${workflow.paused ? style.warn(" (paused)") : ""}`,
  );
  if (workflow.description !== "") context.out(`  ${workflow.description}`);
  const facts: [string, string][] = [
    ["latest run", latestText(workflow, style)],
    ["created", momentText(workflow.created_at)],
  ];
  if (workflow.origin !== null) facts.push(["from", workflow.origin]);
  for (const one of workflow.inputs) {
    const fallback =
      one.default === undefined || one.default === null
        ? ""
        : `, ${JSON.stringify(one.default)} when not said`;
    const choices = one.choices.length === 0 ? "" : `: ${one.choices.join(", ")}`;
    facts.push([
      "input",
      `${one.name} (${one.type}${choices}${one.required ? ", required" : fallback}) ${style.faint(one.description)}`,
    ]);
  }
  for (const trigger of workflow.triggers) {
    facts.push([
      "trigger",
      `${trigger.text}${trigger.next_at === null ? "" : `, next ${momentText(trigger.next_at)}`}`,
    ]);
  }
  facts.push(["tasks", workflow.graph.nodes.map((node) => node.key).join(", ")]);
  for (const [label, value] of facts) context.out(`    ${style.faint(label.padEnd(10))} ${value.trimEnd()}`);
}

function latestText(workflow: WorkflowView, style: Context["outStyle"]): string {
  if (workflow.latest_run === null) return style.faint("never ran");
  return `${glyph(workflow.status, style)} ${statusPaint(workflow.status, style)(workflow.status)}`;
}

function nextStart(workflow: WorkflowView): string {
  const next = workflow.triggers
    .flatMap((trigger) => (trigger.next_at === null ? [] : [trigger.next_at]))
    .sort()[0];
  return next === undefined ? "" : momentText(next);
}

async function named<T>(client: GaiaClient, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (reason) {
    if (!(reason instanceof GaiaError) || reason.code !== "not_found" || /did you mean/i.test(reason.message))
      throw reason;
    const known = await client.workflows({ limit: "500" }).catch(() => null);
    const near =
      known === null
        ? null
        : nearest(
            name,
            known.items.map((workflow) => workflow.name),
          );
    if (near === null)
      throw new GaiaError("not_found", reason.message, { ...reason.details, next: ["gaia workflow list"] });
    throw new GaiaError("not_found", `There is no workflow \`${name}\`. Did you mean \`${near}\`?`, {
      next: ["gaia workflow list"],
    });
  }
}
