import { LIMITS } from "@gaia/contracts/limits.ts";
import type { RunView } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { nearest } from "@gaia/core/text/index.ts";
import type { Page } from "../client/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { endedCount } from "../live/render.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { glyph, hasEnded, statusPaint } from "../terminal/glyphs.ts";
import { agoText, durationText } from "../terminal/time.ts";
import { fitMiddle } from "../terminal/width.ts";

const STATUSES = ["pending", "running", "stopping", "completed", "failed", "cancelled"];
const DEFAULT_LIMIT = 20;
/** Narrower screens have no room for ids beside names that can be read. */
const WITH_IDS_COLUMNS = 94;

/** `gaia runs` */
export async function runs(context: Context, input: Input): Promise<number> {
  const status = checkedStatus(input.text("status"));
  const page = await context.client().runs({
    status,
    pipeline: input.text("pipeline") ?? undefined,
    search: input.text("search") ?? undefined,
    started_by: input.text("startedBy") ?? undefined,
    trigger: input.text("trigger") ?? undefined,
    took_min: input.text("tookMin") ?? undefined,
    took_max: input.text("tookMax") ?? undefined,
    sort: input.text("sort") ?? undefined,
    cursor: input.text("cursor") ?? undefined,
    limit: String(input.count("limit", 1, LIMITS.pageItems) ?? DEFAULT_LIMIT),
  });
  if (input.json) outDocument(context, page);
  else tellRuns(context, page, input.quiet);
  return EXIT.success;
}

function checkedStatus(status: string | null): string | undefined {
  if (status === null) return undefined;
  for (const one of status.split(",")) {
    if (STATUSES.includes(one)) continue;
    const near = nearest(one, STATUSES);
    const guess = near === null ? `It is one of ${STATUSES.join(", ")}.` : `Did you mean \`${near}\`?`;
    throw new GaiaError("invalid_request", `There is no run status \`${one}\`. ${guess}`);
  }
  return status;
}

function tellRuns(context: Context, page: Page<RunView>, quiet: boolean): void {
  if (quiet) {
    for (const run of page.items) context.out(run.id);
    return;
  }
  if (page.items.length === 0) {
    context.note("  No runs. Start one:  gaia run FILE");
    return;
  }
  const style = context.outStyle;
  const widest = outColumns(context);
  const room = Math.max(12, Math.min(40, widest - (widest < WITH_IDS_COLUMNS ? 44 : 82)));
  const columns = [
    { title: "RUN" },
    { title: "STATUS" },
    { title: "TASKS", align: "right" as const },
    { title: "TOOK", align: "right" as const },
    { title: "STARTED" },
    // `ci#14` names the run as well.
    { title: "ID", spare: true },
  ];
  const rows = page.items.map((run) => [
    fitMiddle(`${run.pipeline}#${run.number}`, room),
    `${glyph(run.status, style)} ${statusPaint(run.status, style)(run.status)}`,
    `${endedCount(run)}/${run.progress.total}`,
    tookText(run, context.now()),
    agoText(run.created_at, context.now()),
    style.faint(run.id),
  ]);
  for (const line of tableLines(columns, rows, style.faint, widest)) context.out(line);
  if (page.next_cursor !== null)
    context.note(style.faint(`  There are more:  gaia runs --limit ${page.items.length * 5}`));
}

function tookText(run: RunView, now: number): string {
  if (hasEnded(run.status)) return run.duration_ms === null ? "" : durationText(run.duration_ms);
  return run.started_at === null ? "" : durationText(now - Date.parse(run.started_at));
}
