import type { JobView, RunView } from "@gaia/contracts/api.ts";
import type { Paint, Style } from "./style.ts";

/** Any status of a job or run. */
export type Status = JobView["status"] | RunView["status"];

const SPINNER = ["◐", "◓", "◑", "◒"] as const;

const GLYPHS: Readonly<Record<Status, string>> = {
  pending: "○",
  queued: "○",
  running: "◐",
  waiting: "◇",
  stopping: "◌",
  completed: "✓",
  failed: "✗",
  skipped: "–",
  cancelled: "⊘",
};

/** The mark of a status, painted. With `spin` (a count of frames) a running one turns. */
export function glyph(status: Status, style: Style, spin: number | null = null): string {
  const text =
    status === "running" && spin !== null ? (SPINNER[spin % SPINNER.length] ?? "◐") : GLYPHS[status];
  return statusPaint(status, style)(text);
}

/** The colour of a status. */
export function statusPaint(status: Status, style: Style): Paint {
  switch (status) {
    case "completed":
      return style.good;
    case "failed":
      return style.bad;
    case "running":
      return style.busy;
    case "waiting":
    case "stopping":
    case "cancelled":
      return style.warn;
    case "pending":
    case "queued":
    case "skipped":
      return style.faint;
  }
}

/** Whether the status is one that never changes again. */
export function hasEnded(status: Status): boolean {
  return status === "completed" || status === "failed" || status === "skipped" || status === "cancelled";
}
