import type { GaiaClient } from "../packages/cli/src/client/api.ts";
import type { Violation } from "./check.ts";
import type { RunHistory } from "./history.ts";

/** The log of each accepted attempt is whole, whoever was killed while it was written. */
export async function checkLogs(client: GaiaClient, history: RunHistory): Promise<readonly Violation[]> {
  const { run, jobs, attempts } = history;
  const violations: Violation[] = [];
  for (const { number, key } of jobs) {
    const accepted = attempts.get(number)?.find((attempt) => attempt.outcome === "succeeded");
    if (accepted === undefined) continue;
    const name = `${run.id}.${number}.${accepted.number}`;
    const log = await client.log(run.id, key, { attempt: accepted.number });
    const lines = log.bytes.toString("utf8").split("\n");
    const missing = [`begins ${name}`, `ends ${name}`].filter((line) => !lines.includes(line));
    if (missing.length === 0 && log.ended) continue;
    const what = missing.length > 0 ? `lacks "${missing.join('" and "')}"` : "is said not to have ended";
    violations.push({ what: `${run.pipeline} #${run.number}: the log of ${key} ${what}`, run: run.id });
  }
  return violations;
}
