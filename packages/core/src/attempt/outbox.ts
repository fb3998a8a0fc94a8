import { everyAttempt, isSame, read, write, type Draft } from "./draft.ts";
import type { AttemptInput } from "./input.ts";
import type { NumberedReport } from "./output.ts";
import { attemptKey, type AttemptReport, type HeldAttempts, type OutboxEntry } from "./state.ts";

/** The stream is up: what is settled goes, the rest is sent again in its order. */
export function connect(draft: Draft, input: Extract<AttemptInput, { kind: "connected" }>): void {
  draft.header = { ...draft.header, connected: true };
  acknowledge(draft, input.ackedSeq);
  const again = draft.header.outbox.flatMap((entry) => sentBefore(entry));
  if (again.length > 0) draft.outputs.push({ kind: "send", reports: again });
  spoke(draft, input.leaseMs);
}

/** Numbers and sends what has gathered and is due. Without a stream it keeps gathering. */
export function flush(draft: Draft): void {
  if (!draft.header.connected) return;
  const numbered: OutboxEntry[] = [];
  const early: OutboxEntry[] = [];
  const fresh: NumberedReport[] = [];
  let seq = draft.header.nextSeq;
  for (const entry of draft.header.outbox) {
    if (entry.seq !== null) {
      numbered.push(entry);
    } else if (entry.notBefore > draft.now) {
      early.push(entry);
    } else {
      fresh.push({ seq, report: entry.report });
      numbered.push({ ...entry, seq });
      seq += 1;
    }
  }
  if (fresh.length === 0) return;
  draft.header = { ...draft.header, outbox: [...numbered, ...early], nextSeq: seq };
  draft.outputs.push({ kind: "send", reports: fresh });
}

/** Reports up to `seq` are settled: attempts whose last one is among them are forgotten. */
export function acknowledge(draft: Draft, seq: number): void {
  const settled = draft.header.outbox.filter((entry) => entry.seq !== null && entry.seq <= seq);
  if (settled.length === 0) return;
  draft.header = { ...draft.header, outbox: draft.header.outbox.slice(settled.length) };
  for (const entry of settled) forgetIfLast(draft, entry.report);
}

/** The server has spoken: leases run from now on. */
export function spoke(draft: Draft, leaseMs: number): void {
  draft.header = { ...draft.header, leaseUntil: draft.now + leaseMs };
  const keys: string[] = [];
  for (const [key, state] of everyAttempt(draft)) {
    if (!state.order.killWhenLeaseEnds) continue;
    if (state.kind === "launching" || state.kind === "running" || state.kind === "stopping") keys.push(key);
  }
  if (keys.length > 0) draft.outputs.push({ kind: "extend_leases", keys, leaseMs });
}

/** For `Hello.last_seq`: the number before the first report that will be sent on the next stream. */
export function lastSettledSeq(held: HeldAttempts): number {
  return (held.header.outbox[0]?.seq ?? held.header.nextSeq) - 1;
}

function forgetIfLast(draft: Draft, report: AttemptReport): void {
  if (report.kind === "started") return;
  const key = attemptKey(report.name);
  const state = read(draft, key);
  if (state === null || state.kind !== "reported" || !isSame(state.order.name, report.name)) return;
  write(draft, key, null);
  draft.outputs.push({ kind: "forget", key });
}

function sentBefore(entry: OutboxEntry): readonly NumberedReport[] {
  return entry.seq === null ? [] : [{ seq: entry.seq, report: entry.report }];
}
