import type { Attempt } from "./attempt.ts";
import type { JournalRecord } from "./journal.ts";

/** What the journal must hold of an attempt, so that a later launcher knows as much of it as this one. */
export function journalRecordsOf(attempt: Attempt): readonly JournalRecord[] {
  const { state, logPath } = attempt;
  const meta = attempt.isSecret ? null : attempt.meta;
  // Never started: the worker asks again, and the log's fence holds.
  if (state.kind === "queued") return [];
  if (state.kind === "exited") {
    const { started, exited } = state;
    return [{ kind: "ended", exited, logPath, meta, ...(started !== null && { started }) }];
  }
  const { mark, cgroup } = state.tree;
  return [
    { kind: "started", started: state.started, logPath, mark, cgroupFolders: cgroup?.folders ?? [], meta },
  ];
}
