import type { WorkerView } from "@gaia/contracts/api.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";

/** `gaia worker list` */
export async function list(context: Context, input: Input): Promise<number> {
  const page = await context.client().workers();
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const worker of page.items) context.out(worker.name);
  else if (page.items.length === 0) context.note("  No worker is connected: nothing can run.  gaia doctor");
  else for (const line of workerLines(page.items, context)) context.out(line);
  return EXIT.success;
}

/** Workers as a table. */
export function workerLines(workers: readonly WorkerView[], context: Context): string[] {
  if (workers.length === 0) return [];
  const style = context.outStyle;
  const columns = [
    { title: "  WORKER" },
    { title: "STATUS" },
    { title: "BUSY", align: "right" as const },
    { title: "STOP BY" },
    { title: "MEMORY", spare: true },
    { title: "CPU", spare: true },
    { title: "TAGS" },
  ];
  const rows = workers.map((worker) => [
    `  ${worker.name}`,
    worker.reason === "" ? statusText(worker, style) : `${statusText(worker, style)}: ${worker.reason}`,
    `${worker.running}/${worker.slots}`,
    worker.stop_means,
    worker.limits.memory,
    worker.limits.cpu,
    worker.tags.join(", "),
  ]);
  return tableLines(columns, rows, style.faint, outColumns(context));
}

function statusText(worker: WorkerView, style: Context["outStyle"]): string {
  switch (worker.status) {
    case "connected":
      return style.good(worker.status);
    case "disconnected":
    case "unhealthy":
      return style.bad(worker.status);
    case "draining":
      return style.warn(worker.status);
  }
}
