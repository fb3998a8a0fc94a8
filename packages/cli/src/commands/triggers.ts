import { LIMITS } from "@gaia/contracts/limits.ts";
import type { TriggerView } from "@gaia/contracts/screens.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument, tableLines } from "../output.ts";
import { agoText, momentText } from "../terminal/time.ts";

const DEFAULT_LIMIT = 50;

/** `gaia triggers` */
export async function triggers(context: Context, input: Input): Promise<number> {
  const page = await context.client().triggers({
    pipeline: input.text("pipeline") ?? undefined,
    cursor: input.text("cursor") ?? undefined,
    limit: String(input.count("limit", 1, LIMITS.pageItems) ?? DEFAULT_LIMIT),
  });
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const trigger of page.items) context.out(trigger.pipeline);
  else if (page.items.length === 0)
    context.note(
      "  Nothing starts by itself. `triggers` of a kept workflow, or of a program's gaia.yaml, do that.",
    );
  else tell(context, page.items);
  return EXIT.success;
}

function tell(context: Context, items: readonly TriggerView[]): void {
  const style = context.outStyle;
  const columns = [{ title: "PIPELINE" }, { title: "NEXT" }, { title: "LAST" }, { title: "WHEN" }];
  const rows = items.map((trigger) => [
    trigger.pipeline,
    nextText(trigger, style),
    lastText(trigger, context.now()),
    trigger.text,
  ]);
  for (const line of tableLines(columns, rows, style.faint)) context.out(line);
  for (const { pipeline, last_delivery: last } of items)
    if (last !== null && last.message !== "")
      context.note(`  ${pipeline}: ${sentenceOf(last)}: ${last.message}`);
  for (const { pipeline, status_problem: problem } of items)
    if (problem !== null)
      context.note(`  ${pipeline}: its forge could not be told of a run: ${problem.message}`);
}

/** Of a webhook what came last counts, whatever became of it. */
function lastText({ last_at, last_delivery: last }: TriggerView, now: number): string {
  if (last === null) return last_at === null ? "" : agoText(last_at, now);
  return `${agoText(last.at, now)}, ${last.run === null ? last.status : `started #${last.run.number}`}`;
}

function sentenceOf({ status }: NonNullable<TriggerView["last_delivery"]>): string {
  if (status === "unreachable") return "its repository cannot be looked at";
  return status === "failed" ? "the last delivery started nothing" : `the last delivery was ${status}`;
}

function nextText({ armed, schedule, paused, next }: TriggerView, style: Context["outStyle"]): string {
  const [first] = next;
  if (!armed) return style.warn("not armed");
  if (paused) return style.warn("paused");
  if (schedule === null) return "";
  return first === undefined ? "never" : momentText(first);
}
