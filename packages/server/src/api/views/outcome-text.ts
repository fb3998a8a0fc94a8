import type { HeldRun } from "../../engine/port.ts";
import { durationText } from "../words/index.ts";
import { wholeRunView } from "./run-detail.ts";
import { snapshotOf } from "./snapshot.ts";

/** How a run has ended, as one sentence: "Completed in 12 s", "test failed: exit 1", "Cancelled: stopped by ana". */
export function outcomeText(held: HeldRun): string {
  const { header } = held.run;
  const {
    status,
    reason,
    duration_ms: ms,
  } = wholeRunView(snapshotOf(held), header.endedAt ?? header.createdAt);
  if (status === "completed") return `Completed in ${durationText(ms ?? 0)}`;
  // Which task failed says that the run did.
  if (reason !== "" && header.reason.kind === "jobs_failed") return reason;
  const what = status === "cancelled" ? "Cancelled" : "Failed";
  return reason === "" ? what : `${what}: ${reason}`;
}
