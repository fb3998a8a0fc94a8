import { describe, expect, it } from "vitest";

import type { MakeStore } from "../store.suite.ts";
import {
  createRuns,
  exampleEvent,
  exampleFacts,
  exampleHeader,
  exampleJob,
  exampleJobRow,
  exampleReuse,
  exampleState,
  newRun,
  nextWrite,
  SPACE,
} from "./example.ts";
import { useStore } from "./fixture.ts";

export function testRuns(make: MakeStore): void {
  describe("runs", () => {
    const at = useStore(make);

    it("come back as they were written", async () => {
      const parent = { run: "run_p", job: 3 };
      const facts = exampleFacts({
        ...exampleReuse(),
        parent,
        retryOf: "run_o",
        group: "deploy",
        trigger: "cron",
      });
      const write = newRun({ id: "run_a", jobs: 3, facts });
      await at.store.commit({ runs: [write] });
      const { definition, environment, settings, ...others } = facts;
      const rest = { ...others, settings: { ...settings, reused: {} } };
      const summary = {
        id: "run_a",
        namespace: SPACE,
        version: 1,
        seq: 1,
        facts: rest,
        header: write.header,
        jobCount: 3,
      };
      expect(await at.store.runs.summary("run_a")).toEqual(summary);
      expect(await at.store.runs.load("run_a")).toEqual({
        ...summary,
        facts: { ...others, environment, settings },
        definition,
        graph: write.graph?.jobs,
        jobs: new Map(),
      });
    });

    it("have the last state of each job that was touched, and of no other", async () => {
      await createRuns(at.store, [{ id: "run_a", jobs: 3 }]);
      const header = exampleHeader("running", 1_000, 3, ["queued"]);
      await at.store.commit({
        runs: [nextWrite({ id: "run_a", version: 1, header, jobs: [exampleJobRow(2, "queued")] })],
      });
      const later = exampleHeader("running", 1_000, 3, ["completed", "queued"]);
      await at.store.commit({
        runs: [
          nextWrite({
            id: "run_a",
            version: 2,
            header: later,
            jobs: [exampleJobRow(2, "completed", 5), exampleJobRow(0, "queued", 6)],
          }),
        ],
      });
      const run = await at.store.runs.load("run_a");
      expect(run?.header).toEqual(later);
      expect(run?.jobs).toEqual(
        new Map([
          [0, exampleState("queued", 6)],
          [2, exampleState("completed", 5)],
        ]),
      );
    });

    it("keep a graph that grows, in order", async () => {
      await createRuns(at.store, [{ id: "run_a", jobs: 2 }]);
      const grow = (version: number, first: number, key: string) =>
        nextWrite({
          id: "run_a",
          version,
          header: exampleHeader("running", 1_000, first + 1),
          graph: { first, jobs: [exampleJob(key, [0])] },
          events: [exampleEvent(version + 1)],
        });
      await at.store.commit({ runs: [grow(1, 2, "grown-2")] });
      await at.store.commit({ runs: [grow(2, 3, "grown-3")] });
      const run = await at.store.runs.load("run_a");
      expect(run?.graph.map((job) => job.key)).toEqual(["job-0", "job-1", "grown-2", "grown-3"]);
      expect(run?.jobCount).toBe(4);
    });

    it("of thousands of jobs come back whole", async () => {
      const jobs = 5_000;
      await createRuns(at.store, [{ id: "run_big", jobs }]);
      const rows = Array.from({ length: jobs }, (_, number) => exampleJobRow(number, "queued", number));
      const header = exampleHeader(
        "running",
        1_000,
        jobs,
        rows.map(() => "queued"),
      );
      await at.store.commit({ runs: [nextWrite({ id: "run_big", version: 1, header, jobs: rows })] });
      const run = await at.store.runs.load("run_big");
      expect(run?.graph).toHaveLength(jobs);
      expect(run?.graph[4_999]?.key).toBe("job-4999");
      expect([...(run?.jobs ?? [])]).toEqual(rows.map((row) => [row.number, row.state]));
    });

    it("are there after the store was closed and opened, and can be gone on with", async () => {
      await createRuns(at.store, [{ id: "run_a" }]);
      const before = await at.store.runs.load("run_a");
      const again = await at.fixture.reopen();
      expect(await again.runs.load("run_a")).toEqual(before);
      const header = exampleHeader("running", 1_000, 2);
      const next = nextWrite({ id: "run_a", version: 1, header, events: [exampleEvent(2)] });
      expect(await again.commit({ runs: [next] })).toEqual({ firstPosition: 2 });
    });

    it("that nobody knows are null", async () => {
      expect(await at.store.runs.summary("run_x")).toBeNull();
      expect(await at.store.runs.load("run_x")).toBeNull();
      expect(await at.store.runs.byNumber(SPACE, "build", 1)).toBeNull();
      expect(await at.store.runs.events("run_x", 0, 10)).toEqual([]);
    });

    it("that have not ended are live, oldest first, over all namespaces", async () => {
      await createRuns(at.store, [
        { id: "run_c", createdAt: 30, status: "stopping", facts: { number: 1 } },
        { id: "run_a", createdAt: 10, status: "pending", facts: { number: 2 } },
        { id: "run_b", createdAt: 20, status: "running", namespace: "other" },
        ...(["completed", "failed", "cancelled"] as const).map((status, index) => ({
          id: `run_${status}`,
          status,
          createdAt: 15,
          facts: { number: 3 + index },
        })),
      ]);
      expect(await at.store.runs.live()).toEqual(["run_a", "run_b", "run_c"]);
    });

    it("are found by their number, which is never used twice", async () => {
      await createRuns(at.store, [
        { id: "run_a", facts: { number: 4 } },
        { id: "run_b", facts: { number: 2 } },
        { id: "run_c", namespace: "other", facts: { number: 9 } },
      ]);
      expect(await at.store.runs.byNumber(SPACE, "build", 2)).toBe("run_b");
      expect(await at.store.runs.byNumber("other", "build", 2)).toBeNull();
      expect(await at.store.runs.lastNumber(SPACE, "build")).toBe(4);
      expect(await at.store.runs.lastNumber(SPACE, "deploy")).toBe(0);
    });

    it("are found by the start of their id, newest first", async () => {
      await createRuns(
        at.store,
        ["run_01", "run_02", "run_020", "run_1", "run_0%"].map((id, index) => ({
          id,
          createdAt: index,
          facts: { number: index + 1 },
        })),
      );
      expect(await at.store.runs.byPrefix(SPACE, "run_0", 2)).toEqual(["run_020", "run_02"]);
      expect(await at.store.runs.byPrefix(SPACE, "run_0%", 10)).toEqual(["run_0%"]);
      expect(await at.store.runs.byPrefix("other", "run_0", 10)).toEqual([]);
    });
  });
}
