import { expect, test } from "vitest";
import { HeldClock } from "../repositories/testing/held-clock.ts";
import type { HeldRun } from "../engine/port.ts";
import type { LastBuild } from "../store/port.ts";
import { SeenCommits } from "./seen-commits.ts";
import { sourceRow } from "./testing/source-row.ts";

const SOURCE = sourceRow("orders");

const BUILT: LastBuild = {
  run: "run_1",
  number: 1,
  at: 0,
  definition: 1,
  commit: "one",
  status: "built",
  version: 1,
  message: "",
  unfetched: 0,
};

test("the commit of the first build is not built again before it is known what that has come to", async () => {
  let row = SOURCE;
  let isBuilding = true;
  const started: unknown[] = [];
  const log = (): void => undefined;
  const commits = new SeenCommits({
    sources: { get: () => row, inBatch: () => row, save: () => undefined, refuseRemoved: () => undefined },
    builds: {
      start: async (_, { inputs }) => {
        started.push(inputs);
        return {} as HeldRun;
      },
      definitionOf: async () => 1,
    },
    isBuilding: () => isBuilding,
    clock: new HeldClock(),
    log: { debug: log, info: log, warn: log, error: log },
    submit: async () => undefined,
    tellForge: () => undefined,
  });
  expect(await commits.seen("default", "orders", "one", "poll")).toBe("later");
  isBuilding = false;
  row = { ...SOURCE, lastBuild: BUILT };
  expect(await commits.seen("default", "orders", "one", "poll")).toBe("settled");
  expect(started).toEqual([]);
  expect(await commits.seen("default", "orders", "two", "poll")).toBe("settled");
  expect(started).toEqual([{ seen: "two" }]);
});
