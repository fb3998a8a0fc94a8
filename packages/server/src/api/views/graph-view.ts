import type { GraphView } from "@gaia/contracts";
import { type Job, printExpression } from "@gaia/core";
import type { RunSnapshot } from "./snapshot.ts";

/** The graph of a run as it is now: with what it has grown, a group as one node. */
export function runGraphView(run: RunSnapshot): GraphView {
  const nodes = run.jobs.flatMap((job, number) => (job.memberOf === null ? [{ job, number }] : []));
  return {
    name: run.facts.pipeline,
    nodes: nodes.map(({ job, number }) => ({
      key: job.key,
      name: job.name,
      kind: job.work.kind,
      dependencies: job.dependencies.map((dependency) => run.keyOf(dependency) ?? String(dependency)),
      members: membersOf(run, job, number),
      condition: conditionText(job),
      final: job.final,
    })),
  };
}

/** The text of `when`. */
export function conditionText(job: Job): string | null {
  return job.condition === null ? null : printExpression(job.condition);
}

function membersOf(run: RunSnapshot, job: Job, number: number): number | null {
  if (job.work.kind !== "group") return null;
  const state = run.stateOf(number);
  if (state !== undefined && "members" in state && state.members !== null) return state.members.total;
  const { items } = job.work.group;
  return items.kind === "fixed" ? items.items.length : null;
}
