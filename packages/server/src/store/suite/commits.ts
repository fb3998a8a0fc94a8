import { describe, expect, it } from "vitest";

import type { MakeStore } from "../store.suite.ts";
import {
  createRuns,
  exampleEvent,
  exampleHeader,
  exampleJob,
  exampleJobRow,
  exampleNote,
  examplePipeline,
  newRun,
  nextWrite,
  SPACE,
} from "./example.ts";
import { expectRefusal, useStore } from "./fixture.ts";

export function testCommits(make: MakeStore): void {
  describe("commits", () => {
    const at = useStore(make);

    it("count versions from 1 and give positions in order, runs before notes", async () => {
      const first = await at.store.commit({
        runs: [newRun({ id: "run_a", events: 2 })],
        notes: [exampleNote("one")],
      });
      const second = await at.store.commit({
        runs: [
          nextWrite({
            id: "run_a",
            version: 1,
            header: exampleHeader("running", 1_000, 2),
            events: [exampleEvent(3)],
          }),
        ],
      });
      expect(second.firstPosition).toBe(first.firstPosition + 3);
      expect(await at.store.runs.summary("run_a")).toMatchObject({ version: 2, seq: 3 });
    });

    it("are whole or not there: one stale run undoes its companions, pipelines and notes", async () => {
      await createRuns(at.store, [{ id: "run_a" }]);
      const commit = at.store.commit({
        runs: [
          newRun({ id: "run_b", facts: { number: 2 } }),
          nextWrite({ id: "run_a", version: 7, header: exampleHeader("running", 1_000, 2) }),
        ],
        notes: [exampleNote("lost")],
        pipelines: [examplePipeline("lost", 1)],
      });
      await expectRefusal(commit, "conflict", /run_a.*version 7.*version 1/);
      expect(await at.store.runs.load("run_b")).toBeNull();
      expect(await at.store.runs.summary("run_a")).toMatchObject({ version: 1 });
      expect(await at.store.pipelines.newest(SPACE, "lost")).toBeNull();
      expect(await at.store.runs.feed(0, 10)).toHaveLength(1);
      expect(await at.store.runs.lastNumber(SPACE, "build")).toBe(1);
    });

    it("refuse a run that exists, one that does not, and a number that is taken", async () => {
      await createRuns(at.store, [{ id: "run_a" }]);
      await expectRefusal(
        at.store.commit({ runs: [newRun({ id: "run_a", facts: { number: 2 } })] }),
        "conflict",
      );
      const header = exampleHeader("running", 1_000, 2);
      await expectRefusal(
        at.store.commit({ runs: [nextWrite({ id: "run_x", version: 1, header })] }),
        "conflict",
      );
      await expectRefusal(
        at.store.commit({ runs: [newRun({ id: "run_b" })] }),
        "conflict",
        /number 1.*run_a/,
      );
    });

    it("let two writers of the same version through once", async () => {
      await createRuns(at.store, [{ id: "run_a" }]);
      const header = exampleHeader("running", 1_000, 2);
      const results = await Promise.allSettled(
        [1, 2].map(() => at.store.commit({ runs: [nextWrite({ id: "run_a", version: 1, header })] })),
      );
      expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await at.store.runs.summary("run_a")).toMatchObject({ version: 2 });
    });

    it("fail alone when many are queued at once, and leave no gap in the positions", async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) =>
          index % 3 === 1
            ? at.store.commit({
                runs: [
                  newRun({ id: `run_${index}`, facts: { number: index + 1 } }),
                  nextWrite({ id: "run_no", version: 1, header: exampleHeader("running", 1, 2) }),
                ],
              })
            : at.store.commit({ runs: [newRun({ id: `run_${index}`, facts: { number: index + 1 } })] }),
        ),
      );
      const failed = results.flatMap((result, index) => (result.status === "rejected" ? [index] : []));
      expect(failed).toEqual(Array.from({ length: 20 }, (_, index) => index * 3 + 1));
      const feed = await at.store.runs.feed(0, 100);
      expect(feed.map((entry) => entry.position)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
      expect(await at.store.upkeep.check()).toEqual([]);
    });

    it("refuse what contradicts itself as a bug, and keep nothing of it", async () => {
      await createRuns(at.store, [{ id: "run_a", jobs: 2, events: 1 }]);
      const header = exampleHeader("running", 1_000, 2);
      const go = { id: "run_a", version: 1, header };
      await expectRefusal(
        at.store.commit({ runs: [nextWrite({ ...go, events: [exampleEvent(3)] })] }),
        "internal",
      );
      await expectRefusal(
        at.store.commit({ runs: [nextWrite({ ...go, jobs: [exampleJobRow(2, "queued")] })] }),
        "internal",
      );
      const graph = { first: 3, jobs: [exampleJob("late")] };
      await expectRefusal(at.store.commit({ runs: [nextWrite({ ...go, graph })] }), "internal");
      await expectRefusal(
        at.store.commit({ runs: [{ ...newRun({ id: "run_b" }), created: null }] }),
        "internal",
      );
      expect(await at.store.runs.summary("run_a")).toMatchObject({ version: 1, seq: 1 });
    });

    it("write what was handed over, whatever its owner does to it afterwards", async () => {
      const labels: Record<string, string> = { colour: "green" };
      const commit = at.store.commit({ runs: [newRun({ id: "run_a", facts: { labels } })] });
      labels["colour"] = "red";
      await commit;
      expect((await at.store.runs.summary("run_a"))?.facts.labels).toEqual({ colour: "green" });
    });

    it("that were asked for before the store closes are kept, later ones are refused", async () => {
      const commits = [1, 2, 3].map((number) =>
        at.store.commit({ runs: [newRun({ id: `run_${number}`, facts: { number } })] }),
      );
      const closed = at.store.close();
      const late = expectRefusal(at.store.commit({ runs: [newRun({ id: "run_late" })] }), "unavailable");
      await Promise.all([...commits, closed, late]);
      const again = await at.fixture.reopen();
      expect(await again.runs.live()).toEqual(["run_1", "run_2", "run_3"]);
    });
  });

  describe("answers", () => {
    const at = useStore(make);
    const answer = { namespace: SPACE, key: "k", fingerprint: "f", at: 1_000, answer: { run: "run_a" } };

    it("are found by their key until they are too old", async () => {
      await at.store.commit({ runs: [], answers: [answer] });
      expect(await at.store.runs.answer(SPACE, "k", 1_000)).toEqual(answer);
      expect(await at.store.runs.answer(SPACE, "k", 1_001)).toBeNull();
      expect(await at.store.runs.answer("other", "k", 0)).toBeNull();
    });

    it("are unique: the second commit with the key fails whole, and says whether the request was another", async () => {
      await at.store.commit({ runs: [], answers: [answer] });
      const again = at.store.commit({ runs: [newRun({ id: "run_b" })], answers: [{ ...answer, at: 1_001 }] });
      await expectRefusal(again, "conflict");
      const other = { ...answer, fingerprint: "g" };
      await expectRefusal(at.store.commit({ runs: [], answers: [other] }), "idempotency_conflict");
      expect(await at.store.runs.load("run_b")).toBeNull();
    });

    it("give their key free after a day", async () => {
      await at.store.commit({ runs: [], answers: [answer] });
      const later = { ...answer, fingerprint: "g", at: 1_000 + 24 * 3_600_000 };
      await at.store.commit({ runs: [], answers: [later] });
      expect(await at.store.runs.answer(SPACE, "k", 0)).toEqual(later);
    });
  });
}
