import { describe, expect, it } from "vitest";

import type { MakeStore } from "../store.suite.ts";
import {
  createRuns,
  endedRun,
  exampleEvent,
  exampleHeader,
  exampleNote,
  newRun,
  nextWrite,
  SPACE,
} from "./example.ts";
import { useStore } from "./fixture.ts";

export function testEvents(make: MakeStore): void {
  describe("events", () => {
    const at = useStore(make);

    it("of a run are read in its own order, from anywhere", async () => {
      await createRuns(at.store, [
        { id: "run_a", events: 3 },
        { id: "run_b", events: 2, facts: { number: 2 } },
      ]);
      const header = exampleHeader("running", 1_000, 2);
      await at.store.commit({
        runs: [nextWrite({ id: "run_a", version: 1, header, events: [exampleEvent(4)] })],
      });
      const events = await at.store.runs.events("run_a", 0, 10);
      expect(events).toEqual(
        [1, 2, 3, 6].map((position, index) => ({ ...exampleEvent(index + 1), position, run: "run_a" })),
      );
      expect(await at.store.runs.events("run_a", 1, 2)).toEqual(events.slice(1, 3));
      expect(await at.store.runs.events("run_a", 4, 2)).toEqual([]);
    });

    it("of all runs, and notes, are fed in the order of commits", async () => {
      await at.store.commit({
        runs: [newRun({ id: "run_a", events: 2 }), newRun({ id: "run_b", namespace: "other" })],
        notes: [exampleNote("one"), exampleNote("two")],
      });
      await createRuns(at.store, [{ id: "run_c", facts: { number: 3 } }]);
      const feed = await at.store.runs.feed(0, 100);
      expect(feed).toEqual([
        { kind: "run", position: 1, namespace: SPACE, run: "run_a", event: exampleEvent(1) },
        { kind: "run", position: 2, namespace: SPACE, run: "run_a", event: exampleEvent(2) },
        { kind: "run", position: 3, namespace: "other", run: "run_b", event: exampleEvent(1) },
        { kind: "note", position: 4, note: exampleNote("one") },
        { kind: "note", position: 5, note: exampleNote("two") },
        { kind: "run", position: 6, namespace: SPACE, run: "run_c", event: exampleEvent(1) },
      ]);
      expect(await at.store.runs.feed(2, 3)).toEqual(feed.slice(2, 5));
      expect(await at.store.runs.feed(6, 3)).toEqual([]);
    });

    it("by the thousand are read in one page", async () => {
      await createRuns(at.store, [{ id: "run_a", events: 3_000 }]);
      const events = await at.store.runs.events("run_a", 1, 5_000);
      expect(events.map((event) => event.seq)).toEqual(
        Array.from({ length: 2_999 }, (_, index) => index + 2),
      );
    });

    it("have bounds: none at first, then from what may be missing to the last", async () => {
      expect(await at.store.runs.feedBounds()).toEqual({ first: 0, last: 0 });
      await endedRun(at.store, { id: "run_a", createdAt: 1 });
      await createRuns(at.store, [{ id: "run_b", facts: { number: 2 } }]);
      expect(await at.store.runs.feedBounds()).toEqual({ first: 1, last: 4 });
      await at.store.upkeep.pack(5_000, 10);
      expect(await at.store.runs.feedBounds()).toEqual({ first: 4, last: 4 });
      expect((await at.store.runs.feed(3, 10)).map((entry) => entry.position)).toEqual([4]);
    });

    it("never get a position again that was used, even when the last ones are gone", async () => {
      await endedRun(at.store, { id: "run_a", createdAt: 1 });
      await at.store.upkeep.pack(5_000, 10);
      expect(await at.store.runs.feedBounds()).toEqual({ first: 4, last: 3 });
      const again = await at.fixture.reopen();
      await again.upkeep.prune({ maxAgeMs: 0, maxRuns: 0, maxBytes: null, keepPerPipeline: 0 }, 99_999, 10);
      const last = await at.fixture.reopen();
      expect(await last.commit({ runs: [newRun({ id: "run_b", facts: { number: 2 } })] })).toEqual({
        firstPosition: 4,
      });
    });

    it("and a commit without any of them, still have a place to begin", async () => {
      await createRuns(at.store, [{ id: "run_a", events: 0 }]);
      expect(await at.store.commit({ runs: [] })).toEqual({ firstPosition: 1 });
    });
  });
}
