import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { PipelineRow } from "../store/port.ts";
import { Turns } from "../engine/turns.ts";
import { KeptDefinitions } from "./kept-definitions.ts";
import type { Caller } from "./port.ts";
import { Workflows } from "./workflows.ts";

const caller: Caller = {
  actor: { kind: "user", id: "ada", via: "token" },
  namespace: "default",
  requestId: "",
  idempotencyKey: null,
  local: false,
};
const text = (command: string) => `name: shared\ntasks:\n  - id: a\n    command: ${command}\n`;

test("two texts over the same version: the second is told, though the first is not durable yet", async () => {
  const rows: PipelineRow[] = [];
  const turns = new Turns();
  const definitions = new KeptDefinitions({
    pipelines: { newest: async () => rows.at(-1) ?? null },
    workflows: new Workflows(),
    now: () => 0,
    save: async (row) => {
      // The disk is slow: whoever else wants to save has looked by now, as many turns as that takes and more.
      for (let turns = 0; turns < 200; turns++) await turn();
      rows.push(row);
    },
    inTurn: (_, pipeline, change) => turns.take(pipeline, change),
  });
  const answers = await Promise.allSettled(
    ["one", "two", "three"].map((command) =>
      definitions.keep({ definition: text(command), baseVersion: 0 }, caller),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(rows.map(({ version }) => version)).toEqual([1]);
  // A refusal does not stop what comes behind it.
  await definitions.keep({ definition: text("two"), baseVersion: 1 }, caller);
  expect(rows.map(({ version }) => version)).toEqual([1, 2]);
});
