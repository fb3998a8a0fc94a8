import type { StripRun } from "@gaia/contracts";
import type { RecentRun, RunSummary } from "../../store/port.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";

/** A run as a bar of a strip. */
export function stripRunView(run: RecentRun, now: number): StripRun {
  return {
    id: run.id,
    number: run.number,
    status: run.status,
    created_at: timeText(run.createdAt),
    ended_at: timeTextOrNull(run.endedAt),
    duration_ms: run.startedAt === null ? null : Math.max(0, (run.endedAt ?? now) - run.startedAt),
  };
}

/** The same of a run of a list. */
export function strippedRun({ id, facts, header }: RunSummary, now: number): StripRun {
  return stripRunView({ ...header, id, number: facts.number }, now);
}
