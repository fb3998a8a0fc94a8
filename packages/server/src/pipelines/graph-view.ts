import type { GraphView } from "@gaia/contracts";
import type { Job } from "@gaia/core/graph/index.ts";
import type { Workflow } from "./workflow.ts";

/** The graph of a workflow as the API shows it. */
export function graphView(workflow: Workflow): GraphView {
  const nodes = workflow.jobs.map((job, index) => ({
    key: job.key,
    name: job.name,
    kind: job.work.kind,
    dependencies: job.dependencies.map((number) => dependencyName(workflow.jobs, job, number)),
    members: membersOf(job),
    condition: workflow.notes[index]?.condition ?? null,
    final: job.final,
  }));
  return { name: workflow.name, nodes };
}

/** `plan/*` where the job waits for what `plan` adds as well. */
function dependencyName(jobs: readonly Job[], job: Job, number: number): string {
  const key = jobs[number]?.key ?? String(number);
  return job.joins.includes(number) ? `${key}/*` : key;
}

function membersOf(job: Job): number | null {
  if (job.work.kind !== "group") return null;
  const { items } = job.work.group;
  return items.kind === "fixed" ? items.items.length : null;
}
