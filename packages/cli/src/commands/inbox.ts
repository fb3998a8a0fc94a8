import { LIMITS } from "@gaia/contracts/limits.ts";
import type { InboxItem } from "@gaia/contracts/screens.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { agoText, durationText } from "../terminal/time.ts";
import { fitEnd } from "../terminal/width.ts";

const DEFAULT_LIMIT = 50;

/** `gaia inbox` */
export async function inbox(context: Context, input: Input): Promise<number> {
  const page = await context.client().inbox({
    cursor: input.text("cursor") ?? undefined,
    limit: String(input.count("limit", 1, LIMITS.pageItems) ?? DEFAULT_LIMIT),
  });
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const item of page.items) context.out(`${runName(item)} ${item.task.key}`);
  else if (page.items.length === 0) context.note("  Nothing waits for a person.");
  else tell(context, page.items);
  return EXIT.success;
}

function tell(context: Context, items: readonly InboxItem[]): void {
  const style = context.outStyle;
  const now = context.now();
  const columns = [
    { title: "RUN" },
    { title: "TASK" },
    { title: "ASKED" },
    { title: "LEFT" },
    { title: "QUESTION" },
  ];
  const room = Math.max(20, outColumns(context) - 60);
  const rows = items.map((item) => [
    runName(item),
    item.task.key,
    agoText(item.asked_at, now),
    item.due_at === null ? "" : durationText(Date.parse(item.due_at) - now),
    fitEnd(item.question.replaceAll(/\s+/g, " "), room),
  ]);
  for (const line of tableLines(columns, rows, style.faint)) context.out(line);
  const [first] = items;
  if (first !== undefined)
    context.note(style.faint(`  To answer:  gaia approve ${runName(first)} ${first.task.key}`));
}

function runName({ run }: InboxItem): string {
  return `${run.pipeline}#${run.number}`;
}
