import type { WorkflowView } from "@gaia/contracts/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { momentText } from "../terminal/time.ts";

/** `gaia triggers`: what starts runs by itself. */
export async function triggers(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const workflows: WorkflowView[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.workflows({ cursor, limit: "500" });
    workflows.push(...page.items);
    if (page.next_cursor === null) break;
    cursor = page.next_cursor;
  }
  const found = workflows.flatMap(({ name, paused, triggers: own }) =>
    own.map((trigger) => ({ workflow: name, paused, ...trigger })),
  );
  if (input.json) outDocument(context, { items: found, next_cursor: null });
  else if (found.length === 0)
    context.note("  Nothing starts by itself: no kept workflow has `triggers`.  gaia workflow create FILE");
  else {
    const style = context.outStyle;
    const columns = [
      { title: "  WORKFLOW" },
      { title: "STARTS" },
      { title: "NEXT" },
      { title: "LAST", spare: true },
    ];
    const rows = found.map((trigger) => [
      `  ${trigger.workflow}`,
      trigger.armed ? trigger.text : style.warn(trigger.text),
      trigger.paused ? style.warn("paused") : trigger.next_at === null ? "" : momentText(trigger.next_at),
      trigger.last_at === null ? "" : momentText(trigger.last_at),
    ]);
    for (const line of tableLines(columns, rows, style.faint, outColumns(context))) context.out(line);
  }
  return EXIT.success;
}
