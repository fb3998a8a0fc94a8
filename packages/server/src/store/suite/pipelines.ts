import { describe, expect, it } from "vitest";

import type { MakeStore } from "../store.suite.ts";
import { LIMITS } from "@gaia/contracts";
import { exampleDelivery, examplePipeline, exampleTrigger, SPACE } from "./example.ts";
import { useStore } from "./fixture.ts";

export function testPipelines(make: MakeStore): void {
  describe("pipelines", () => {
    const at = useStore(make);

    it("keep each version as it was written", async () => {
      const versions = [examplePipeline("build", 1), examplePipeline("build", 2, { origin: "build.yaml" })];
      await at.store.commit({ runs: [], pipelines: versions });
      expect(await at.store.pipelines.newest(SPACE, "build")).toEqual(versions[1]);
      expect(await at.store.pipelines.version(SPACE, "build", 1)).toEqual(versions[0]);
      expect(await at.store.pipelines.versions(SPACE, "build", 10)).toEqual(versions.toReversed());
      expect(await at.store.pipelines.versions(SPACE, "build", 1)).toEqual([versions[1]]);
      const isText = (key: string): boolean => key === "source" || key === "definition";
      const bare = versions.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([key]) => !isText(key))),
      );
      expect(await at.store.pipelines.history(SPACE, "build", null, 10)).toEqual(bare.toReversed());
      expect(await at.store.pipelines.history(SPACE, "build", 2, 10)).toEqual([bare[0]]);
      expect(await at.store.pipelines.history(SPACE, "other", null, 10)).toEqual([]);
      expect(await at.store.pipelines.version(SPACE, "build", 3)).toBeNull();
      expect(await at.store.pipelines.newest("other", "build")).toBeNull();
    });

    it("are replaced where the version is the same: paused, removed", async () => {
      await at.store.commit({
        runs: [],
        pipelines: [examplePipeline("build", 1), examplePipeline("build", 2)],
      });
      const paused = examplePipeline("build", 2, { paused: true });
      await at.store.commit({ runs: [], pipelines: [paused] });
      expect(await at.store.pipelines.newest(SPACE, "build")).toEqual(paused);
      const older = examplePipeline("build", 1, { paused: true });
      await at.store.commit({ runs: [], pipelines: [older] });
      expect(await at.store.pipelines.newest(SPACE, "build")).toEqual(paused);
      expect(await at.store.pipelines.version(SPACE, "build", 1)).toEqual(older);
    });

    it("are listed by name, newest version each, without the removed", async () => {
      const names = ["delta", "alpha", "Beta", "gamma", "alphabet"];
      await at.store.commit({
        runs: [],
        pipelines: [
          ...names.flatMap((name) => [examplePipeline(name, 1), examplePipeline(name, 2)]),
          examplePipeline("gone", 1, { removedAt: 5 }),
          examplePipeline("foreign", 1, { namespace: "other" }),
        ],
      });
      const listed: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await at.store.pipelines.list(SPACE, null, cursor, 2);
        listed.push(...page.items.map((row) => `${row.name}@${row.version}`));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(listed).toEqual(["Beta@2", "alpha@2", "alphabet@2", "delta@2", "gamma@2"]);
      const found = await at.store.pipelines.list(SPACE, "PHA", null, 10);
      expect(found.items.map((row) => row.name)).toEqual(["alpha", "alphabet"]);
      expect(await at.store.pipelines.newest(SPACE, "gone")).toMatchObject({ removedAt: 5 });
    });
  });

  describe("triggers", () => {
    const at = useStore(make);

    it("are remembered, replaced and removed", async () => {
      const one = exampleTrigger("trg_1");
      const two = exampleTrigger("trg_2", { namespace: "other", paused: true, spec: [1, { deep: null }] });
      await at.store.commit({ runs: [], triggers: [two, one] });
      expect(await at.store.triggers.all()).toEqual([one, two]);
      const fired = { ...one, lastAt: 2_000, nextAt: null };
      await at.store.commit({ runs: [], triggers: [fired], removedTriggers: ["trg_2", "trg_none"] });
      expect(await at.store.triggers.all()).toEqual([fired]);
    });

    it("remember what was delivered to them, by key, and the last of each kind", async () => {
      const started = exampleDelivery("one", { at: 10 });
      const ignored = exampleDelivery("two", { at: 20, status: "ignored", message: "a ping", run: null });
      const failed = exampleDelivery("three", { at: 5, status: "failed", event: null, run: null });
      const looking = exampleDelivery("last", {
        trigger: "build default orders 1",
        status: "looking",
        run: null,
      });
      const other = exampleDelivery("one", { trigger: "trg_2", at: 40 });
      await at.store.commit({ runs: [], deliveries: [started, ignored, failed, looking, other] });
      expect(await at.store.triggers.delivery("trg_1", "two")).toEqual(ignored);
      expect(await at.store.triggers.delivery("trg_1", "four")).toBeNull();
      expect(await at.store.triggers.lastDeliveries(["trg_1", "trg_3"])).toEqual([started, ignored, failed]);
      expect(await at.store.triggers.lastDeliveries([looking.trigger])).toEqual([looking]);
      const again = { ...failed, at: 30, status: "started", run: "run_2" } as const;
      await at.store.commit({ runs: [], deliveries: [again] });
      const { triggers } = await at.fixture.reopen();
      expect(await triggers.delivery("trg_1", "three")).toEqual(again);
      expect(await triggers.lastDeliveries(["trg_1"])).toEqual([again, ignored]);
    });

    it("forget deliveries that are too old, whatever became of them", async () => {
      const [old, young] = [exampleDelivery("old", { at: 1_000 }), exampleDelivery("young", { at: 2_000 })];
      await at.store.commit({ runs: [], deliveries: [old, young] });
      await at.store.upkeep.sweep(1_500 + LIMITS.deliveryMemoryMs);
      expect(await at.store.triggers.delivery("trg_1", "old")).toBeNull();
      expect(await at.store.triggers.delivery("trg_1", "young")).toEqual(young);
    });
  });
}
