import type { GraphView, WorkflowDetail, WorkflowView } from "@gaia/contracts";
import type { PipelineRow, RunSummary, TriggerRow } from "../../store/port.ts";
import type { DescribedWorkflow } from "../port.ts";
import { isArmed, triggerText } from "../words/index.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";

/** What a workflow is shown with. */
export interface WorkflowParts {
  readonly row: PipelineRow;
  readonly described: DescribedWorkflow;
  readonly latest: RunSummary | null;
  readonly triggers: readonly TriggerRow[];
}

/** A kept definition as the API shows it; its id is its name. */
export function workflowView({ row, described, latest, triggers }: WorkflowParts): WorkflowView {
  return {
    id: row.name,
    name: row.name,
    description: described.description,
    version: row.version,
    kind: row.kind,
    status: latest?.header.status ?? "pending",
    latest_run: latest?.id ?? null,
    paused: row.paused,
    origin: row.origin,
    created_at: timeText(row.at),
    inputs: described.inputs.map((input) => ({
      ...input,
      default: input.default ?? null,
      choices: [...input.choices],
    })),
    triggers: described.triggers.map((trigger) => {
      const kept = triggers.find((row) => row.kind === trigger.kind && isKeptAs(trigger, row.spec));
      return {
        kind: trigger.kind,
        text:
          trigger.kind === "cron" ? `${trigger.cron} (${trigger.timezone})` : triggerText(trigger, row.name),
        armed: isArmed(trigger),
        next_at: timeTextOrNull(kept?.nextAt ?? null),
        last_at: timeTextOrNull(kept?.lastAt ?? null),
      };
    }),
  };
}

export function workflowDetailView(parts: WorkflowParts, graph: GraphView): WorkflowDetail {
  return { ...workflowView(parts), source: parts.row.source, graph };
}

/** What is remembered of a trigger may stand beside what it says. */
function isKeptAs(trigger: object, spec: unknown): boolean {
  if (typeof spec !== "object" || spec === null) return false;
  const kept: Readonly<Record<string, unknown>> = { ...spec };
  return Object.entries(trigger).every(([key, value]) => JSON.stringify(value) === JSON.stringify(kept[key]));
}
