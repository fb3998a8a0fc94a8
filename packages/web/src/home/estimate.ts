import type { RunView } from "../api/client.ts";
import { relativeSpan } from "./span.ts";

/** What is known about the end of a live run. */
export interface Estimate {
  readonly text: string;
  readonly note: string;
}

/**
 * From how long runs of the pipeline usually take. Unknown stays unknown.
 *
 * @param typicalMs median of completed runs; null: none has completed
 * @param asksPerson the run waits for a person and for nothing else
 */
export function estimateOf(
  run: Pick<RunView, "status" | "started_at" | "counts">,
  typicalMs: number | null,
  asksPerson: boolean,
  now: number,
): Estimate {
  if (run.status === "stopping") return { text: "–", note: "being stopped" };
  if (run.status === "pending" || run.started_at === null) return { text: "–", note: "not started" };
  const { counts } = run;
  const isStill = (counts["running"] ?? 0) + (counts["queued"] ?? 0) === 0;
  if (asksPerson && isStill) return { text: "–", note: "after your word" };
  if (typicalMs === null) return { text: "–", note: "no estimate" };
  const leftMs = typicalMs - (now - Date.parse(run.started_at));
  const usual = `of ${relativeSpan(typicalMs)}`;
  // A median says nothing about how much longer it takes.
  if (leftMs <= 0) return { text: "longer", note: `usually ${relativeSpan(typicalMs)}` };
  return { text: `≈ ${relativeSpan(leftMs)}`, note: usual };
}
