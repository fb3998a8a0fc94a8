import type { RunStatus } from "@gaia/core";
import { describe, expect, it } from "vitest";

import type { RunFilter, Store } from "../port.ts";
import type { MakeStore } from "../store.suite.ts";
import { createRuns, exampleHeader, type ExampleRun, isEndedStatus, nextWrite, SPACE } from "./example.ts";
import { expectRefusal, useStore } from "./fixture.ts";

const STATUSES: readonly RunStatus[] = ["completed", "failed", "running", "cancelled", "pending", "stopping"];
const TRIGGERS = ["manual", "cron", "retry"];
const PIPELINES = ["build", "build-all", "deploy", "Nightly"];

/** 48 runs; their ids tell their age, several are of the same millisecond. */
const RUNS: readonly (Required<Pick<ExampleRun, "id" | "status" | "createdAt" | "namespace">> &
  ExampleRun)[] = Array.from({ length: 48 }, (_, index) => ({
  id: `run_${String(index).padStart(3, "0")}`,
  status: STATUSES[index % 5] ?? "pending",
  createdAt: 1_000 + Math.floor(index / 3),
  namespace: index % 12 === 7 ? "other" : SPACE,
  tookMs: (index * 7) % 40,
  facts: {
    pipeline: PIPELINES[index % 4] ?? "build",
    number: index + 1,
    retryOf: index % 10 === 5 ? "run_001" : null,
    trigger: TRIGGERS[index % 3] ?? "manual",
    actor: { kind: "user", id: index % 7 === 0 ? "ann" : "ben", via: "api" },
  },
}));

export function testRunLists(make: MakeStore): void {
  describe("lists of runs", () => {
    const at = useStore(make);

    it("have the newest first, in pages without gaps or repeats", async () => {
      await createRuns(at.store, RUNS);
      for (const limit of [1, 7, 44, 500]) {
        const ids = await allIds(at.store, { namespace: SPACE }, limit);
        expect(ids.toSorted()).toEqual(expectedIds({ namespace: SPACE }));
        const ages = ids.map((id) => RUNS.find((run) => run.id === id)?.createdAt ?? 0);
        expect(ages).toEqual(ages.toSorted((one, other) => other - one));
      }
    });

    it("show what the filter says, page by page, and the counts agree", async () => {
      await createRuns(at.store, RUNS);
      for (const filter of FILTERS) {
        const expected = expectedIds(filter);
        for (const limit of [3, 100])
          expect((await allIds(at.store, filter, limit)).toSorted(), JSON.stringify(filter)).toEqual(
            expected,
          );
        const counts = await at.store.runs.count(filter);
        const byStatus = STATUSES.map((status) => [
          status,
          expectedIds(filter).filter((id) => statusOf(id) === status).length,
        ]);
        expect(counts, JSON.stringify(filter)).toEqual(Object.fromEntries(byStatus));
      }
    });

    it("have the ended of all namespaces, too, in pages", async () => {
      await createRuns(at.store, RUNS);
      const expected = RUNS.filter(({ status }) => isEndedStatus(status)).map(({ id }) => id);
      for (const limit of [1, 5, 29, 500]) {
        const ids: string[] = [];
        let cursor: string | null = null;
        do {
          const page = await at.store.runs.ended(cursor, limit);
          ids.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(ids).toEqual(expected.toReversed());
      }
      await expectRefusal(at.store.runs.ended(null, 0), "invalid_request");
      const { nextCursor } = await at.store.runs.list({ namespace: SPACE }, null, 1);
      await expectRefusal(at.store.runs.ended(nextCursor, 5), "invalid_cursor", /another list/);
    });

    it("are in the order that was asked for, page by page, whatever the filter", async () => {
      await createRuns(at.store, RUNS);
      for (const sort of ["newest", "oldest", "longest", "shortest"] as const)
        for (const filter of FILTERS)
          for (const limit of [3, 100]) {
            const sorted: RunFilter = { ...filter, sort };
            const ids = await allIds(at.store, sorted, limit);
            expect(ids.toSorted(), JSON.stringify(sorted)).toEqual(expectedIds(sorted));
            const values = ids.map((id) => valueOf(id, sort));
            const rising = values.toSorted((one, other) => one - other);
            const isRising = sort === "oldest" || sort === "shortest";
            expect(values, JSON.stringify(sorted)).toEqual(isRising ? rising : rising.toReversed());
          }
    });

    it("by duration have what ended since, and refuse cursors of another order", async () => {
      await createRuns(at.store, [{ id: "run_a", status: "running" }]);
      const filter: RunFilter = { namespace: SPACE, sort: "longest" };
      expect(await allIds(at.store, filter, 10)).toEqual([]);
      const header = { ...exampleHeader("completed", 1_000, 2), endedAt: 9_001 };
      await at.store.commit({ runs: [nextWrite({ id: "run_a", version: 1, header })] });
      expect(await allIds(at.store, { ...filter, tookMin: 8_000, tookMax: 8_000 }, 10)).toEqual(["run_a"]);
      await createRuns(at.store, [{ id: "run_b", status: "completed", facts: { number: 2 } }]);
      const { nextCursor } = await at.store.runs.list(filter, null, 1);
      await expectRefusal(
        at.store.runs.list({ ...filter, sort: "shortest" }, nextCursor, 1),
        "invalid_cursor",
        /another filter/,
      );
    });

    it("stay where they are while runs are added and change", async () => {
      await createRuns(at.store, RUNS);
      const first = await at.store.runs.list({ namespace: SPACE }, null, 20);
      await createRuns(at.store, [{ id: "run_new", createdAt: 9_000, facts: { number: 900 } }]);
      const second = await at.store.runs.list({ namespace: SPACE }, first.nextCursor, 20);
      const ids = [...first.items, ...second.items].map((run) => run.id);
      expect(new Set(ids).size).toBe(40);
      expect(ids).not.toContain("run_new");
    });

    it("find runs whose pipelines and ids are very many", async () => {
      const runs = Array.from({ length: 700 }, (_, index) => ({
        id: `run_x${String(index).padStart(4, "0")}`,
        createdAt: index,
        facts: { pipeline: `pipe-${index % 20}`, number: index + 1 },
      }));
      await createRuns(at.store, runs);
      const newest = runs.toReversed().map((run) => run.id);
      const search = (text: string): Promise<readonly string[]> =>
        allIds(at.store, { namespace: SPACE, search: text }, 500);
      expect(await search("run_x")).toEqual(newest);
      expect(await search("PIPE")).toEqual(newest);
      expect(await search("pipe-13")).toEqual(newest.filter((id) => Number(id.slice(5)) % 20 === 13));
      expect(
        await allIds(at.store, { namespace: SPACE, search: "run_x", pipeline: "pipe-3" }, 500),
      ).toHaveLength(35);
      const counts = await at.store.runs.count({ namespace: SPACE, search: "run_x", pipeline: "pipe-3" });
      expect(counts.pending).toBe(35);
      expect(await search("nothing")).toEqual([]);
    });

    it("refuse cursors of other lists, other filters and other makers", async () => {
      await createRuns(at.store, RUNS);
      const filter: RunFilter = { namespace: SPACE, statuses: ["completed"] };
      const { nextCursor } = await at.store.runs.list(filter, null, 2);
      if (nextCursor === null) throw new Error("there is a second page");
      const list = (cursor: string, of: RunFilter = filter) => at.store.runs.list(of, cursor, 2);
      await list(nextCursor, { statuses: ["completed"], namespace: SPACE });
      await expectRefusal(list(nextCursor, { namespace: SPACE }), "invalid_cursor", /another filter/);
      await expectRefusal(
        at.store.pipelines.list(SPACE, null, nextCursor, 2),
        "invalid_cursor",
        /another list/,
      );
      for (const cursor of [
        "",
        "x",
        "null",
        nextCursor.slice(1),
        nextCursor.slice(0, -1),
        `${nextCursor}A`,
        "W10",
        "\u0000",
      ]) {
        await expectRefusal(list(cursor), "invalid_cursor");
      }
    });

    it("refuse pages without items and pages that are too long", async () => {
      for (const limit of [0, 501, 1.5, Number.NaN]) {
        await expectRefusal(
          at.store.runs.list({ namespace: SPACE }, null, limit),
          "invalid_request",
          /1 to 500/,
        );
      }
    });
  });
}

const FILTERS: readonly RunFilter[] = [
  { namespace: "other" },
  { namespace: "nobody" },
  { namespace: SPACE, statuses: [] },
  { namespace: SPACE, statuses: ["failed"] },
  { namespace: SPACE, statuses: ["failed", "running", "stopping"] },
  { namespace: SPACE, pipeline: "build" },
  { namespace: SPACE, pipeline: "build", statuses: ["completed", "failed"] },
  { namespace: SPACE, createdAfter: 1_004 },
  { namespace: SPACE, createdBefore: 1_004 },
  { namespace: SPACE, createdAfter: 1_003, createdBefore: 1_006, pipeline: "deploy" },
  { namespace: SPACE, retryOf: "run_001" },
  { namespace: SPACE, retryOf: "run_001", statuses: ["completed"], pipeline: "build-all" },
  { namespace: SPACE, search: "uil" },
  { namespace: SPACE, search: "nightLY", statuses: ["completed"] },
  { namespace: SPACE, search: "run_01" },
  { namespace: SPACE, search: "run_01", pipeline: "deploy" },
  { namespace: SPACE, search: "run_01", createdAfter: 1_004, statuses: ["failed"] },
  { namespace: SPACE, search: "un_01" },
  { namespace: SPACE, search: "" },
  { namespace: SPACE, search: "%" },
  { namespace: SPACE, search: "build", retryOf: "run_001" },
  { namespace: SPACE, startedBy: "ann" },
  { namespace: SPACE, startedBy: "nobody" },
  { namespace: SPACE, trigger: "cron", statuses: ["failed", "running"] },
  { namespace: SPACE, trigger: "cron", pipeline: "deploy", createdAfter: 1_003 },
  { namespace: SPACE, tookMin: 10, tookMax: 25 },
  { namespace: SPACE, tookMin: 10, search: "run_01" },
  { namespace: SPACE, startedBy: "ann", search: "run_01" },
  { namespace: SPACE, tookMax: 12, search: "uil", startedBy: "ben" },
  { namespace: SPACE, tookMax: 30, retryOf: "run_001", trigger: "retry" },
];

function expectedIds(filter: RunFilter): readonly string[] {
  return RUNS.filter((run) => {
    const { namespace, status, createdAt, facts } = run;
    const search = filter.search ?? "";
    const tookMs = isEndedStatus(status) ? run.tookMs : undefined;
    const isTimed = filter.sort === "longest" || filter.sort === "shortest";
    return (
      namespace === filter.namespace &&
      (filter.statuses?.includes(status) ?? true) &&
      (filter.pipeline ?? facts?.pipeline) === facts?.pipeline &&
      createdAt > (filter.createdAfter ?? 0) &&
      createdAt < (filter.createdBefore ?? 9_999) &&
      (filter.retryOf === undefined || filter.retryOf === facts?.retryOf) &&
      (filter.trigger ?? facts?.trigger) === facts?.trigger &&
      (filter.startedBy ?? facts?.actor?.id) === facts?.actor?.id &&
      (filter.tookMin === undefined || (tookMs ?? -1) >= filter.tookMin) &&
      (filter.tookMax === undefined || (tookMs ?? Infinity) <= filter.tookMax) &&
      (!isTimed || tookMs !== undefined) &&
      (run.id.startsWith(search) || (facts?.pipeline ?? "").toLowerCase().includes(search.toLowerCase()))
    );
  }).map((run) => run.id);
}

function valueOf(id: string, sort: NonNullable<RunFilter["sort"]>): number {
  const run = RUNS.find((one) => one.id === id);
  return (sort === "newest" || sort === "oldest" ? run?.createdAt : run?.tookMs) ?? 0;
}

function statusOf(id: string): RunStatus | undefined {
  return RUNS.find((run) => run.id === id)?.status;
}

async function allIds(store: Store, filter: RunFilter, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.runs.list(filter, cursor, limit);
    ids.push(...page.items.map((run) => run.id));
    cursor = page.nextCursor;
    if (cursor !== null && page.items.length !== limit)
      throw new Error("a page with a successor is not full");
  } while (cursor !== null);
  return ids;
}
