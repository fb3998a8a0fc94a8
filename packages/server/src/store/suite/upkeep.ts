import { describe, expect, it } from "vitest";

import type { RetentionPolicy, Store } from "../port.ts";
import type { MakeStore } from "../store.suite.ts";
import {
  createRuns,
  endedRun,
  exampleEvent,
  exampleHeader,
  exampleJobRow,
  exampleNote,
  newRun,
  nextWrite,
  SPACE,
} from "./example.ts";
import { expectRefusal, useStore } from "./fixture.ts";

const KEEP_ALL: RetentionPolicy = { maxAgeMs: null, maxRuns: null, maxBytes: null, keepPerPipeline: 0 };
const LATE = 1_000_000;

export function testUpkeep(make: MakeStore): void {
  testPacking(make);
  testPruning(make);
  testCare(make);
}

function testPacking(make: MakeStore): void {
  describe("packing", () => {
    const at = useStore(make);

    it("changes nothing that can be seen but positions", async () => {
      await endedRun(at.store, { id: "run_a" });
      const before = await picture(at.store, "run_a");
      expect(await at.store.upkeep.pack(LATE, 10)).toEqual({ packed: 1, left: false });
      const after = await picture(at.store, "run_a");
      expect(after.run).toEqual(before.run);
      expect(after.events).toEqual(before.events.map((event) => ({ ...event, position: null })));
      expect(await at.store.runs.events("run_a", 1, 1)).toEqual(after.events.slice(1, 2));
      expect(await at.store.upkeep.check()).toEqual([]);
      expect(await at.store.upkeep.pack(LATE, 10)).toEqual({ packed: 0, left: false });
    });

    it("takes ended runs only, the first to end first, and says whether more are left", async () => {
      for (const [index, id] of ["run_c", "run_a", "run_b"].entries()) {
        await endedRun(at.store, { id, createdAt: 300 - index, facts: { number: index + 1 } });
      }
      await createRuns(at.store, [{ id: "run_live", status: "running", createdAt: 1, facts: { number: 9 } }]);
      expect(await at.store.upkeep.pack(LATE, 1)).toEqual({ packed: 1, left: true });
      expect(await at.store.upkeep.pack(310, 9)).toEqual({ packed: 1, left: false });
      expect((await at.store.runs.events("run_b", 0, 1))[0]?.position).toBeNull();
      expect((await at.store.runs.events("run_a", 0, 1))[0]?.position).toBeNull();
      expect((await at.store.runs.events("run_c", 0, 1))[0]?.position).toBe(1);
      expect((await at.store.runs.events("run_live", 0, 1))[0]?.position).toBe(10);
    });

    it("packs runs of thousands of rows, and pages through their events", async () => {
      const jobs = 3_000;
      await createRuns(at.store, [{ id: "run_big", jobs, events: 2_500 }]);
      const rows = Array.from({ length: jobs }, (_, number) => exampleJobRow(number, "completed", number));
      const header = exampleHeader(
        "completed",
        1_000,
        jobs,
        rows.map(() => "completed"),
      );
      await at.store.commit({
        runs: [nextWrite({ id: "run_big", version: 1, header, jobs: rows, events: [exampleEvent(2_501)] })],
      });
      const before = await picture(at.store, "run_big");
      expect(await at.store.upkeep.pack(LATE, 1)).toEqual({ packed: 1, left: false });
      const after = await picture(at.store, "run_big");
      expect(after.run).toEqual(before.run);
      expect(after.events.map((event) => event.event)).toEqual(before.events.map((event) => event.event));
      const page = await at.store.runs.events("run_big", 1_990, 20);
      expect(page.map((event) => event.seq)).toEqual(Array.from({ length: 20 }, (_, index) => 1_991 + index));
      expect(await at.store.upkeep.check()).toEqual([]);
    });

    it("leaves a run for good: nothing is written to it any more", async () => {
      await endedRun(at.store, { id: "run_a" });
      await at.store.upkeep.pack(LATE, 10);
      const header = exampleHeader("completed", 1_000, 2, ["completed", "completed"]);
      await expectRefusal(
        at.store.commit({ runs: [nextWrite({ id: "run_a", version: 2, header })] }),
        "conflict",
        /packed/,
      );
    });

    it("goes on beside commits", async () => {
      for (let number = 1; number <= 5; number++)
        await endedRun(at.store, { id: `run_${number}`, facts: { number } });
      const packing = at.store.upkeep.pack(LATE, 5);
      for (let number = 6; number <= 25; number++)
        await at.store.commit({ runs: [newRun({ id: `run_${number}`, facts: { number } })] });
      expect(await packing).toEqual({ packed: 5, left: false });
      expect(await at.store.runs.live()).toHaveLength(20);
    });
  });
}

function testPruning(make: MakeStore): void {
  describe("pruning", () => {
    const at = useStore(make);
    const prune = async (
      policy: Partial<RetentionPolicy>,
      now = LATE,
      limit = 100,
    ): Promise<readonly string[]> =>
      (await at.store.upkeep.prune({ ...KEEP_ALL, ...policy }, now, limit)).removed.map((run) => run.id);
    const ended = async (count: number, pipeline = "build", from = 0): Promise<void> => {
      for (let index = from; index < from + count; index++) {
        await endedRun(at.store, {
          id: `run_${index}`,
          createdAt: index * 100,
          facts: { pipeline, number: index + 1 },
        });
      }
    };

    it("removes nothing without a limit, and never a run that goes on", async () => {
      await ended(2);
      await createRuns(at.store, [{ id: "run_live", status: "running", createdAt: 1, facts: { number: 9 } }]);
      expect(await prune({})).toEqual([]);
      expect(await prune({ maxRuns: 0 })).toEqual(["run_0", "run_1"]);
      expect(await at.store.runs.live()).toEqual(["run_live"]);
    });

    it("removes a run with all of it, and says when it was created", async () => {
      await ended(2);
      const policy = { ...KEEP_ALL, maxAgeMs: 1_000 };
      const result = await at.store.upkeep.prune(policy, 1_050, 10);
      expect(result).toEqual({ removed: [{ id: "run_0", createdAt: 0 }], left: false });
      expect(await at.store.runs.load("run_0")).toBeNull();
      expect(await at.store.runs.events("run_0", 0, 10)).toEqual([]);
      expect(await at.store.runs.byNumber(SPACE, "build", 1)).toBeNull();
      expect(await at.store.runs.load("run_1")).not.toBeNull();
      expect(await at.store.upkeep.check()).toEqual([]);
    });

    it("removes the oldest first, in portions", async () => {
      await ended(5);
      const policy = { ...KEEP_ALL, maxRuns: 1 };
      const first = await at.store.upkeep.prune(policy, LATE, 3);
      expect(first.removed.map((run) => run.id)).toEqual(["run_0", "run_1", "run_2"]);
      expect(first.left).toBe(true);
      expect(await at.store.upkeep.prune(policy, LATE, 3)).toEqual({
        removed: [{ id: "run_3", createdAt: 300 }],
        left: false,
      });
    });

    it("keeps the newest runs of each pipeline whatever the other limits say", async () => {
      await ended(3, "build");
      await ended(2, "deploy", 3);
      expect(await prune({ maxRuns: 0, maxAgeMs: 0, keepPerPipeline: 2 })).toEqual(["run_0"]);
    });

    it("goes by size, and comes down to it", async () => {
      await ended(40);
      const { sizeBytes } = await at.store.upkeep.size();
      expect(await prune({ maxBytes: sizeBytes * 2 })).toEqual([]);
      expect((await prune({ maxBytes: 1 })).length).toBe(40);
    });

    it("counts what the files of runs take, and lets go of what takes it", async () => {
      await ended(4);
      const { sizeBytes } = await at.store.upkeep.size();
      const large = 1_000 * sizeBytes;
      expect((await at.store.upkeep.unmeasured(3)).map((run) => run.id)).toEqual(["run_0", "run_1", "run_2"]);
      await at.store.upkeep.measured([
        { id: "run_0", bytes: 0 },
        { id: "run_1", bytes: large },
        { id: "run_2", bytes: large },
        { id: "run_away", bytes: large },
      ]);
      expect(await at.store.upkeep.unmeasured(3)).toEqual([{ id: "run_3", createdAt: 300 }]);
      expect((await at.store.upkeep.size()).fileBytes).toBe(2 * large);
      expect(await at.store.upkeep.check()).toEqual([]);
      expect(await prune({ maxBytes: 2 * large + 2 * sizeBytes })).toEqual([]);
      expect(await prune({ maxBytes: large + 2 * sizeBytes })).toEqual(["run_0", "run_1"]);
      expect((await at.store.upkeep.size()).fileBytes).toBe(large);
      await at.store.upkeep.measured([{ id: "run_2", bytes: 5 }]);
      expect((await at.store.upkeep.size()).fileBytes).toBe(5);
      expect(await prune({ maxRuns: 0 })).toEqual(["run_2", "run_3"]);
      expect((await at.store.upkeep.size()).fileBytes).toBe(0);
      expect(await at.store.upkeep.check()).toEqual([]);
    });

    it("measures what has ended, packed or not, and nothing that goes on", async () => {
      await ended(1);
      await at.store.upkeep.pack(LATE, 1);
      await createRuns(at.store, [{ id: "run_live", status: "running", facts: { number: 9 } }]);
      expect((await at.store.upkeep.unmeasured(9)).map((run) => run.id)).toEqual(["run_0"]);
      await at.store.upkeep.measured([
        { id: "run_0", bytes: 7 },
        { id: "run_live", bytes: 7 },
      ]);
      expect((await at.store.upkeep.size()).fileBytes).toBe(7);
      const header = exampleHeader("completed", 1_000, 2);
      await at.store.commit({ runs: [nextWrite({ id: "run_live", version: 1, header })] });
      expect((await at.store.upkeep.unmeasured(9)).map((run) => run.id)).toEqual(["run_live"]);
    });

    it("keeps a child for as long as the run that started it goes on", async () => {
      await createRuns(at.store, [{ id: "run_parent", status: "running" }]);
      await endedRun(at.store, {
        id: "run_child",
        facts: { number: 2, parent: { run: "run_parent", job: 0 } },
      });
      expect(await prune({ maxRuns: 0 })).toEqual([]);
      const header = exampleHeader("completed", 1_000, 2);
      await at.store.commit({ runs: [nextWrite({ id: "run_parent", version: 1, header })] });
      expect((await prune({ maxRuns: 0 })).toSorted()).toEqual(["run_child", "run_parent"]);
    });

    it("never gives a number again", async () => {
      await ended(3);
      await prune({ maxRuns: 0 });
      expect(await at.store.runs.lastNumber(SPACE, "build")).toBe(3);
    });

    it("removes packed runs and runs of thousands of rows", async () => {
      await ended(1);
      await at.store.upkeep.pack(LATE, 1);
      await createRuns(at.store, [
        { id: "run_big", status: "failed", jobs: 5, events: 3_000, facts: { number: 2 } },
      ]);
      expect(await prune({ maxRuns: 0 })).toEqual(["run_0", "run_big"]);
      expect(await at.store.upkeep.check()).toEqual([]);
      expect(await at.store.upkeep.size()).toMatchObject({ runs: 0 });
    });
  });
}

function testCare(make: MakeStore): void {
  describe("care", () => {
    const at = useStore(make);

    it("sweeps answers of the day before", async () => {
      const answer = (key: string, time: number) => ({
        namespace: SPACE,
        key,
        fingerprint: "f",
        at: time,
        answer: null,
      });
      await at.store.commit({ runs: [], answers: [answer("old", 1_000), answer("new", 2_000)] });
      await at.store.upkeep.sweep(1_500 + 24 * 3_600_000);
      expect(await at.store.runs.answer(SPACE, "old", 0)).toBeNull();
      expect(await at.store.runs.answer(SPACE, "new", 0)).not.toBeNull();
    });

    it("keeps recent notes in a sweep", async () => {
      await at.store.commit({ runs: [], notes: [exampleNote("one")] });
      await at.store.upkeep.sweep(LATE);
      expect(await at.store.runs.feed(0, 10)).toHaveLength(1);
    });

    it("finds nothing wrong with a store that is well", async () => {
      await endedRun(at.store, { id: "run_a" });
      await createRuns(at.store, [{ id: "run_b", facts: { number: 2 } }]);
      expect(await at.store.upkeep.check()).toEqual([]);
    });

    it("finds counters that differ from the rows", async () => {
      await createRuns(at.store, [{ id: "run_a", jobs: 2 }]);
      const header = exampleHeader("running", 1_000, 2, ["completed"]);
      await at.store.commit({
        runs: [nextWrite({ id: "run_a", version: 1, header, jobs: [exampleJobRow(0, "queued")] })],
      });
      expect(await at.store.upkeep.check()).toEqual([
        expect.stringMatching(/^Run run_a counts 0 jobs .*there are 1/),
      ]);
    });

    it("gives back the room of what was removed", async () => {
      await createRuns(
        at.store,
        Array.from({ length: 20 }, (_, index) => ({
          id: `run_${index}`,
          status: "completed" as const,
          events: 300,
          facts: { number: index + 1 },
        })),
      );
      await at.store.upkeep.prune({ ...KEEP_ALL, maxRuns: 0 }, LATE, 100);
      const { beforeBytes, afterBytes } = await at.store.upkeep.compact();
      expect(afterBytes).toBeLessThan(beforeBytes / 2);
      expect(await at.store.upkeep.check()).toEqual([]);
    });

    it("backs up everything while commits go on, and never over a file", async () => {
      await endedRun(at.store, { id: "run_0" });
      const path = at.fixture.newPath("copy.db");
      const backup = at.store.upkeep.backup(path);
      for (let number = 2; number <= 30; number++)
        await at.store.commit({ runs: [newRun({ id: `run_${number}`, facts: { number } })] });
      expect((await backup).sizeBytes).toBeGreaterThan(0);
      await expectRefusal(at.store.upkeep.backup(path), "conflict", /exists already/);
      const copy = await at.fixture.openBackup(path);
      try {
        expect(await copy.runs.load("run_0")).toEqual(await at.store.runs.load("run_0"));
        expect(await copy.upkeep.check()).toEqual([]);
      } finally {
        await copy.close();
      }
    });

    it("knows its size", async () => {
      await createRuns(at.store, [{ id: "run_a" }]);
      const size = await at.store.upkeep.size();
      expect(size).toMatchObject({ runs: 1 });
      expect(size.sizeBytes).toBeGreaterThan(0);
      expect(size.schemaVersion).toBeGreaterThan(0);
    });
  });
}

async function picture(store: Store, id: string) {
  return { run: await store.runs.load(id), events: await store.runs.events(id, 0, 10_000) };
}
