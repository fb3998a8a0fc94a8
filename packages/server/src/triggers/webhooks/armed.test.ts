import { beforeEach, expect, test } from "vitest";
import { Batch } from "../../engine/batch.ts";
import type { PipelineRow } from "../../store/port.ts";
import type { WebhookTrigger, Workflow } from "../../pipelines/index.ts";
import { ArmedTriggers } from "./armed.ts";

let armed: ArmedTriggers;
let batch: Batch;

beforeEach(() => {
  armed = new ArmedTriggers();
  batch = newBatch();
});

function newBatch(): Batch {
  return new Batch({ changed: () => undefined, nextNumber: () => 1 }, 1_000);
}

function pipeline(changed: Partial<PipelineRow> = {}): PipelineRow {
  const row: Pick<PipelineRow, "namespace" | "name" | "paused" | "removedAt"> = {
    namespace: "default",
    name: "ship",
    paused: false,
    removedAt: null,
  };
  return { ...row, ...changed } as PipelineRow;
}

function workflow(...names: readonly string[]): Workflow {
  const triggers = names.map(
    (name): WebhookTrigger => ({
      kind: "webhook",
      name,
      secret: "HOOK",
      events: null,
      when: null,
      inputs: {},
    }),
  );
  return { triggers } as unknown as Workflow;
}

function undo(): void {
  for (const one of batch.undoing) one();
}

/** As a delivery does, in the commit of its run. */
function fire(name: string): void {
  const row = armed.named("default", "ship", name);
  if (row !== null) armed.save(batch, { ...row, lastAt: 5 });
}

test("a webhook that is removed does not come back by a delivery in the same batch, whichever is first", () => {
  armed.follow(batch, pipeline(), workflow("push", "tag"));
  const id = armed.named("default", "ship", "push")?.id;
  batch = newBatch();
  fire("push");
  armed.follow(batch, pipeline(), workflow("tag"));
  fire("push");
  fire("tag");
  const { triggers = [], removedTriggers } = batch.toCommit();
  expect(removedTriggers).toEqual([id]);
  expect(triggers.map(({ spec, lastAt }) => [(spec as WebhookTrigger).name, lastAt])).toEqual([["tag", 5]]);
  expect(armed.named("default", "ship", "push")).toBeNull();
});

test("one that is removed and made again in a batch is there", () => {
  armed.follow(batch, pipeline(), workflow("push"));
  batch = newBatch();
  armed.follow(batch, pipeline({ removedAt: 1 }), workflow());
  armed.follow(batch, pipeline(), workflow("push"));
  expect(batch.toCommit()).toMatchObject({ triggers: [{ pipeline: "ship" }] });
  expect(batch.toCommit().removedTriggers).toBeUndefined();
});

test("a batch that could not be written leaves everything as it was", () => {
  armed.follow(batch, pipeline(), workflow("push"));
  const before = armed.named("default", "ship", "push");
  batch = newBatch();
  fire("push");
  armed.follow(batch, pipeline(), workflow("tag"));
  undo();
  expect(armed.named("default", "ship", "push")).toEqual(before);
  expect(armed.named("default", "ship", "tag")).toBeNull();
});
