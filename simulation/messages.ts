import type { Assignment, FromWorker } from "../packages/contracts/src/index.ts";
import type {
  AttemptEnd,
  AttemptEnding,
  AttemptOrder,
  AttemptOutput,
  Outcome,
} from "../packages/core/src/index.ts";

/** What the attempt machine must know of an assignment. */
export function orderOf(assignment: Assignment): AttemptOrder {
  return {
    name: assignment.name,
    timeoutMs: assignment.timeout_ms === 0 ? null : assignment.timeout_ms,
    graceMs: assignment.grace_ms,
    killWhenLeaseEnds: assignment.kill_when_lease_ends,
  };
}

/** What an attempt comes to; its outputs name it, so that the record of its job shows whose result was accepted. */
export function endingOf(
  { key, order, end, process }: Extract<AttemptOutput, { kind: "finish" }>,
  growth: string,
): AttemptEnding {
  const outcome = outcomeOf(end);
  return {
    outcome,
    startedAt: process?.startedAt ?? null,
    exitCode: end.kind === "exited" ? end.exit.exitCode : null,
    message: end.kind,
    outputs: { proof: key, token: order.name.token },
    growth: outcome === "succeeded" ? growth : "",
    survivors: [],
    usage: null,
    stopMeans: "cgroup",
  };
}

function outcomeOf(end: AttemptEnd): Outcome {
  switch (end.kind) {
    case "exited":
      return end.exit.exitCode === 0 ? "succeeded" : "failed";
    case "stopped":
      if (end.cause.kind === "timed_out" || end.cause.kind === "limit") return end.cause.kind;
      return "cancelled";
    case "lost":
    case "lease_ended":
      return "lost";
    case "memory_limit":
      return "limit";
    default:
      return end satisfies never;
  }
}

type Reports = NonNullable<FromWorker["reports"]>["reports"];
type CoreReport = Extract<AttemptOutput, { kind: "send" }>["reports"][number]["report"];

/** A report as it goes over the wire. */
export function wireReport(seq: number, report: CoreReport): Reports[number] {
  const { name } = report;
  if (report.kind === "started")
    return {
      seq,
      name,
      started: { at: report.process.startedAt, pid: report.process.pid, stop_means: "cgroup" },
    };
  if (report.kind === "returned") return { seq, name, returned: { at: report.at, message: report.message } };
  const { ending } = report;
  return {
    seq,
    name,
    ended: {
      at: report.at,
      outcome: ending.outcome,
      started_at: ending.startedAt ?? 0,
      exit_code: ending.exitCode ?? 0,
      has_exit_code: ending.exitCode !== null,
      message: ending.message,
      outputs: Buffer.from(JSON.stringify(ending.outputs)),
      growth: Buffer.from(ending.growth),
      survivors: [],
      usage: Buffer.from("{}"),
      stop_means: "cgroup",
      verdict: "",
    },
  };
}
