import { expect, test } from "vitest";
import { Batch } from "../engine/batch.ts";
import { parseWorkflow, type Workflow } from "../pipelines/index.ts";
import { HeldClock } from "../repositories/testing/held-clock.ts";
import type { PipelineRow } from "../store/port.ts";
import { AfterRunTriggers } from "./after-run.ts";

async function behind(name: string, pipeline: string): Promise<Workflow> {
  const text = `name: ${name}\ntriggers: [{ pipeline: ${pipeline} }]\ntasks: [{ id: a, command: x }]\n`;
  const parsed = await parseWorkflow(text, { file: `${name}.yaml` });
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
  return parsed.workflow;
}

function kept(name: string): PipelineRow {
  return { namespace: "default", name, paused: false, removedAt: null } as PipelineRow;
}

test("a circle is seen whose other half was armed in the same batch, unless that is not written", async () => {
  const never = (): never => {
    throw new Error("nothing is started here");
  };
  const log = { debug: never, info: never, warn: never, error: never };
  const triggers = new AfterRunTriggers({
    clock: new HeldClock(),
    log,
    summary: never,
    start: never,
    submit: never,
  });
  const [orders, report] = [await behind("orders", "report"), await behind("report", "orders")];
  const batch = new Batch({ changed: never, nextNumber: never }, 0);
  triggers.check("default", orders);
  triggers.follow(batch, kept("orders"), orders);
  expect(() => triggers.check("default", report)).toThrow("in a circle: report → orders → report");
  expect(() => triggers.check("another", report)).not.toThrow();
  for (const undo of batch.undoing) undo();
  expect(() => triggers.check("default", report)).not.toThrow();
});
