import type { RunView } from "@gaia/contracts";
import type { RunHeader } from "@gaia/core";
import type { RunFacts, RunFailure, RunSummary, Store } from "../../store/port.ts";
import { runCursor } from "../cursors.ts";
import { type KeyOf, runReasonText } from "../words/index.ts";

/** A run in memory or in a list: what both have. */
export interface ViewedRun {
  readonly id: string;
  readonly namespace: string;
  readonly seq: number;
  readonly facts: Omit<RunFacts, "definition" | "environment">;
  readonly header: RunHeader;
}

/** In lists the jobs' keys are not at hand. */
const NO_KEYS: KeyOf = () => null;

/** A run as the API shows it. @param failure what made it fail, where that is known */
export function runView(
  run: ViewedRun,
  now: number,
  keyOf: KeyOf = NO_KEYS,
  failure: RunFailure | null = null,
): RunView {
  const { facts, header } = run;
  return {
    id: run.id,
    number: facts.number,
    pipeline: facts.pipeline,
    pipeline_version: facts.pipelineVersion,
    namespace: run.namespace,
    status: header.status,
    reason: runReasonText(header, keyOf, failure),
    created_at: timeText(header.createdAt),
    started_at: timeTextOrNull(header.startedAt),
    ended_at: timeTextOrNull(header.endedAt),
    duration_ms: header.startedAt === null ? null : Math.max(0, (header.endedAt ?? now) - header.startedAt),
    progress: progressOf(header),
    counts: { ...header.counts },
    inputs: { ...facts.settings.inputs },
    outputs: { ...header.outputs },
    actor: { ...facts.actor },
    trigger: facts.trigger,
    retry_of: facts.retryOf,
    parent_run: facts.parent?.run ?? null,
    trace_id: facts.traceId,
    cursor: runCursor(run.id, run.seq),
  };
}

/** Runs of a list; those that failed say by which task. */
export async function listedRunViews(
  store: Store,
  runs: readonly RunSummary[],
  now: number,
): Promise<readonly RunView[]> {
  const failed = runs.filter((run) => run.header.reason.kind === "jobs_failed").map((run) => run.id);
  const failures = failed.length === 0 ? null : await store.history.failures(failed);
  return runs.map((run) => runView(run, now, NO_KEYS, failures?.get(run.id) ?? null));
}

/** How far a run is; its jobs may still become more. */
export function progressOf(header: RunHeader): RunView["progress"] {
  const { counts } = header;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const ended = counts.completed + counts.failed + counts.skipped + counts.cancelled;
  const percentage =
    total === 0 ? (header.endedAt === null ? 0 : 100) : Math.floor((ended / total) * 1_000) / 10;
  return { total, completed: counts.completed, failed: counts.failed, percentage };
}

export function timeText(at: number): string {
  return new Date(at).toISOString();
}

export function timeTextOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}
