import type { Report } from "@gaia/contracts";
import type { AttemptEnding, NumberedReport } from "@gaia/core";

/** A report of the machine as it goes over the wire. */
export function reportMessage({ seq, report }: NumberedReport): Report {
  const { name } = report;
  switch (report.kind) {
    case "started": {
      const { pid, stopMeans } = report.process;
      return { seq, name, what: "started", started: { at: report.at, pid, stop_means: stopMeans } };
    }
    case "ended":
      return { seq, name, what: "ended", ended: endedMessage(report.at, report.ending) };
    case "returned":
      return { seq, name, what: "returned", returned: { at: report.at, message: report.message } };
    default:
      return report satisfies never;
  }
}

function endedMessage(at: number, ending: AttemptEnding): NonNullable<Report["ended"]> {
  return {
    at,
    outcome: ending.outcome,
    started_at: ending.startedAt ?? 0,
    exit_code: ending.exitCode ?? 0,
    has_exit_code: ending.exitCode !== null,
    message: ending.message,
    outputs: jsonBytes(ending.outputs, EMPTY_OBJECT),
    growth: ending.growth === "" ? NOTHING : Buffer.from(ending.growth, "utf8"),
    survivors: ending.survivors,
    usage: ending.usage === null ? EMPTY_OBJECT : Buffer.from(JSON.stringify(ending.usage), "utf8"),
    stop_means: ending.stopMeans,
    verdict: ending.verdict ?? "",
  };
}

const NOTHING = Buffer.alloc(0);
const EMPTY_OBJECT = Buffer.from("{}", "utf8");

function jsonBytes(value: Readonly<Record<string, unknown>>, empty: Buffer): Buffer {
  return Object.keys(value).length === 0 ? empty : Buffer.from(JSON.stringify(value), "utf8");
}
