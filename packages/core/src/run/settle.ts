import { renderTemplate } from "../expression/index.ts";
import { activate, beginMembers } from "./begin.ts";
import type { Draft } from "./draft.ts";
import { resolvePath, scopeOf } from "./scope.ts";
import type { Outputs, RunReason, RunStatus } from "./state.ts";

/** Follows every consequence to its end: ready jobs begin, groups fill up, phases change, the run ends. */
export function settle(draft: Draft): void {
  for (;;) {
    drain(draft);
    if (draft.header.open > 0) return;
    if (draft.header.phase === "final") return endRun(draft);
    enterFinalPhase(draft);
  }
}

function drain(draft: Draft): void {
  for (;;) {
    const number = draft.takeReady();
    if (number !== undefined) {
      activate(draft, number);
      continue;
    }
    const [group] = draft.groupsToFill;
    if (group === undefined) return;
    draft.groupsToFill.delete(group);
    beginMembers(draft, group);
  }
}

function enterFinalPhase(draft: Draft): void {
  let open = 0;
  for (let number = 0; number < draft.size; number++) {
    if (!draft.job(number).final || draft.stateOf(number) !== undefined) continue;
    open += 1;
    if (draft.unfinishedOf(number) === 0) draft.makeReady(number);
  }
  draft.patch({ phase: "final", open });
}

function endRun(draft: Draft): void {
  const { status, reason } = endOf(draft);
  const outputs = status === "completed" ? runOutputs(draft) : {};
  draft.patch({ status, reason, outputs, endedAt: draft.at, dueAt: null });
  draft.emit({ kind: "run.ended", status, reason, outputs });
}

function endOf(draft: Draft): { readonly status: RunStatus; readonly reason: RunReason } {
  const { stop, stopped, failed, failedCount } = draft.header;
  const failures: RunReason = { kind: "jobs_failed", jobs: failed, more: failedCount - failed.length };
  if (stop?.cause.kind === "run_timed_out") {
    return { status: "failed", reason: { kind: "timed_out", afterMs: draft.settings.timeoutMs ?? 0 } };
  }
  if (stop !== null && stop.cause.kind !== "fail_fast" && stop.cause.kind !== "pipeline_ended") {
    return { status: "cancelled", reason: { kind: "stopped", by: stop.by, comment: stop.comment } };
  }
  if (failedCount > 0) return { status: "failed", reason: failures };
  if (stopped !== undefined) {
    const { jobs, count } = stopped;
    return { status: "cancelled", reason: { kind: "jobs_stopped", jobs, more: count - jobs.length } };
  }
  return { status: "completed", reason: { kind: "none" } };
}

/** What cannot be rendered (its task was skipped) is null: the work is done all the same. */
function runOutputs(draft: Draft): Outputs {
  const scope = scopeOf(draft, null);
  return Object.fromEntries(
    Object.entries(draft.settings.outputs).map(([name, template]) => {
      const [only] = template;
      if (template.length === 1 && typeof only === "object")
        return [name, resolvePath(scope, only.path) ?? null];
      const text = renderTemplate(template, (path) => resolvePath(scope, path));
      return [name, text.kind === "ok" ? text.text : null];
    }),
  );
}
