import type { EndReason, JobState, RunHeader } from "@gaia/core";
import { describe, expect, it } from "vitest";

import type { ActivityEntry, ActivityFilter, EventRow, RunWrite, Store } from "../port.ts";
import type { MakeStore } from "../store.suite.ts";
import {
  ACTOR,
  createRuns,
  exampleHeader,
  exampleJob,
  exampleNote,
  examplePipeline,
  type ExampleRun,
  newRun,
  SPACE,
} from "./example.ts";
import { expectRefusal, useStore } from "./fixture.ts";

export function testHistory(make: MakeStore): void {
  testPipelineHistory(make);
  testJobHistory(make);
  testActivity(make);
}

function testPipelineHistory(make: MakeStore): void {
  describe("the history of pipelines", () => {
    const at = useStore(make);

    it("has the newest runs of each, oldest first, and figures over those that ended", async () => {
      const statuses = ["completed", "failed", "running", "cancelled", "completed"] as const;
      await createRuns(at.store, [
        ...Array.from({ length: 80 }, (_, index) => ({
          id: `run_${String(index).padStart(3, "0")}`,
          status: statuses[index % 5] ?? "completed",
          createdAt: 1_000 + Math.floor(index / 2),
          tookMs: 100 - index,
          facts: { pipeline: index % 2 === 0 ? "build" : "ship", number: index + 1 },
        })),
        { id: "run_other", namespace: "other", facts: { pipeline: "build", number: 99 } },
      ]);
      const found = await at.store.history.ofPipelines(SPACE, ["build", "ship", "idle"], 1_009);
      const build = found.get("build");
      expect(build?.recent.map((run) => run.number)).toEqual(
        Array.from({ length: 30 }, (_, i) => 21 + 2 * i),
      );
      expect(build?.recent.at(-1)).toEqual({
        id: "run_078",
        number: 79,
        status: "cancelled",
        createdAt: 1_039,
        startedAt: 1_040,
        endedAt: 1_062,
      });
      // Created after 1,009: those from 20 on, each second one; of five statuses one goes on.
      expect(build?.ended).toEqual({ completed: 12, failed: 6, cancelled: 6 });
      expect(build?.tookMs).toEqual([26, 30, 36, 40, 46, 50, 56, 60, 66, 70, 76, 80]);
      expect(build?.live).toBe(8);
      expect(found.get("idle")).toEqual({
        recent: [],
        ended: { completed: 0, failed: 0, cancelled: 0 },
        tookMs: [],
        live: 0,
      });
    });

    it("counts at most 500 ended runs of a pipeline, the newest", async () => {
      await createRuns(
        at.store,
        Array.from(
          { length: 620 },
          (_, index): ExampleRun => ({
            id: `run_${index}`,
            status: index < 200 ? "failed" : "completed",
            createdAt: 1_000 + index,
            facts: { number: index + 1 },
          }),
        ),
      );
      const found = await at.store.history.ofPipelines(SPACE, ["build"], 0);
      expect(found.get("build")?.ended).toEqual({ completed: 420, failed: 80, cancelled: 0 });
    });

    it("counts runs by the stretch in which they ended", async () => {
      await createRuns(at.store, [
        { id: "run_a", status: "completed", createdAt: 989, tookMs: 10, facts: { number: 1 } },
        { id: "run_b", status: "failed", createdAt: 1_000, tookMs: 98, facts: { number: 2 } },
        { id: "run_c", status: "failed", createdAt: 1_000, tookMs: 50, facts: { number: 3 } },
        { id: "run_d", status: "cancelled", createdAt: 1_000, tookMs: 99, facts: { number: 4 } },
        { id: "run_e", status: "completed", createdAt: 1_000, tookMs: 299, facts: { number: 5 } },
        { id: "run_f", status: "running", createdAt: 1_000, facts: { number: 6 } },
        { id: "run_g", namespace: "other", status: "failed", createdAt: 1_000, facts: { number: 7 } },
      ]);
      await at.store.upkeep.pack(Number.MAX_SAFE_INTEGER, 3);
      expect(await at.store.history.ends(SPACE, 1_000, 1_300, 100)).toEqual([
        { at: 1_000, status: "completed", count: 1 },
        { at: 1_000, status: "failed", count: 2 },
        { at: 1_100, status: "cancelled", count: 1 },
      ]);
    });

    it("names pipelines whose last runs failed one after the other", async () => {
      const outcomes: Readonly<Record<string, string>> = {
        bad: "cffxff",
        worse: "ffffxr",
        once: "ccf",
        mended: "fffc",
        gone: "ffffff",
      };
      const names = { c: "completed", f: "failed", x: "cancelled", r: "running" } as const;
      for (const [pipeline, text] of Object.entries(outcomes))
        await createRuns(
          at.store,
          text.split("").map(
            (letter, index): ExampleRun => ({
              id: `run_${pipeline}_${index}`,
              status: names[letter as keyof typeof names],
              createdAt: 1_000 + index,
              facts: { pipeline, number: index + 1 },
            }),
          ),
        );
      await at.store.commit({
        runs: [],
        pipelines: Object.keys(outcomes).map((name) =>
          examplePipeline(name, 1, { removedAt: name === "gone" ? 5 : null }),
        ),
      });
      const worse = { pipeline: "worse", inARow: 4, since: 1_000 };
      const bad = { pipeline: "bad", inARow: 4, since: 1_001 };
      expect(await at.store.history.failing(SPACE, 10)).toEqual([worse, bad]);
      expect(await at.store.history.failing(SPACE, 1)).toEqual([worse]);
      expect(await at.store.history.failing("other", 10)).toEqual([]);
    });
  });
}

/** `flaky` failed once and waited before it succeeded; `ask` waited for a person; `test` failed. */
function workedRun(id: string, number: number): RunWrite {
  const ref = { attempt: 1, token: 1, worker: "wrk_1" };
  const ended = (outcome: "succeeded" | "failed"): EndReason => ({
    kind: "attempt",
    outcome,
    exitCode: 1,
    message: "no route",
  });
  const failed = ended("failed");
  const attemptEnded = (at: number, job: number, startedAt: number, reason: EndReason): Given => [
    at,
    { kind: "attempt.ended", job, ref, startedAt, reason, usage: null, survivors: [] },
  ];
  const events: readonly Given[] = [
    [1_000, { kind: "job.queued", job: 0, attempt: 1 }],
    [1_000, { kind: "job.asked", job: 1, prompt: "?", dueAt: null }],
    [1_005, { kind: "job.assigned", job: 0, ref }],
    [1_010, { kind: "job.started", job: 0, ref, startedAt: 1_010, stopMeans: "group" }],
    attemptEnded(1_030, 0, 1_010, failed),
    [1_030, { kind: "job.backoff", job: 0, dueAt: 1_130, failures: 1, losses: 0 }],
    [1_130, { kind: "job.queued", job: 0, attempt: 2 }],
    // Told when it was over: the start is in the end.
    attemptEnded(1_180, 0, 1_140, { kind: "succeeded" }),
    [1_180, { kind: "job.ended", job: 0, status: "completed", reason: { kind: "succeeded" }, outputs: {} }],
    [1_500, { kind: "job.ended", job: 1, status: "completed", reason: failed, outputs: {} }],
    [1_500, { kind: "job.queued", job: 2, attempt: 1 }],
    attemptEnded(1_600, 2, 1_520, failed),
    [1_600, { kind: "job.ended", job: 2, status: "failed", reason: failed, outputs: {} }],
    [1_600, { kind: "job.ended", job: 3, status: "skipped", reason: failed, outputs: {} }],
  ];
  const past = { attempts: 1, failures: 1, losses: 0 };
  const state: JobState = {
    kind: "failed",
    past,
    startedAt: 1_520,
    endedAt: 1_600,
    outputs: {},
    reason: failed,
    survivors: [],
    members: null,
  };
  const header: RunHeader = {
    ...exampleHeader("failed", 1_000, 4),
    reason: { kind: "jobs_failed", jobs: [2], more: 0 },
  };
  const ask = { ...exampleJob("ask"), work: { kind: "approval", prompt: { parts: [] } } } as const;
  return {
    ...newRun({ id, status: "failed", facts: { number } }),
    header,
    graph: {
      first: 0,
      jobs: [exampleJob("flaky"), ask as never, exampleJob("test", [1]), exampleJob("last", [2])],
    },
    jobs: [{ number: 2, status: "failed", state }],
    events: events.map(([when, event], index) => ({
      seq: index + 1,
      at: when,
      actor: ACTOR,
      version: 1,
      event,
    })),
  };
}

type Given = readonly [number, EventRow["event"]];

function testJobHistory(make: MakeStore): void {
  describe("the history of jobs", () => {
    const at = useStore(make);

    it("tells which task made a run fail, and on what runs spent their time, also when they are packed", async () => {
      const runs = [workedRun("run_rows", 1), workedRun("run_packed", 2)];
      await at.store.commit({ runs: [...runs, newRun({ id: "run_live", facts: { number: 3 } })] });
      await at.store.upkeep.pack(Number.MAX_SAFE_INTEGER, 1);
      const ids = ["run_rows", "run_packed", "run_live", "run_none"];
      const task = { workingMs: null, queuedMs: 0, waitingMs: 0, isFlaky: false, status: "completed" };
      const expected = {
        workingMs: 20 + 40 + 80,
        queuedMs: 10 + 10 + 20,
        waitingMs: 100 + 500,
        tasks: [
          { ...task, key: "flaky", kind: "task", workingMs: 60, queuedMs: 20, waitingMs: 100, isFlaky: true },
          { ...task, key: "ask", kind: "approval", waitingMs: 500 },
          { ...task, key: "test", kind: "task", workingMs: 80, queuedMs: 20, status: "failed" },
        ],
      };
      const spending = await at.store.history.spending(ids);
      expect([...spending.keys()]).toEqual(["run_rows", "run_packed"]);
      for (const one of spending.values()) expect(one).toEqual(expected);
      const failures = await at.store.history.failures(ids);
      const reason = { kind: "attempt", outcome: "failed", exitCode: 1, message: "no route" };
      const failure = { key: "test", reason };
      expect([...failures]).toEqual([
        ["run_rows", failure],
        ["run_packed", failure],
      ]);
      expect(await at.store.history.failures(ids)).toEqual(failures);
    });
  });
}

function testActivity(make: MakeStore): void {
  describe("activity", () => {
    const at = useStore(make);

    it("has notes and starts of runs, newest first, page by page, whatever is added meanwhile", async () => {
      await fill(at.store);
      for (const limit of [1, 3, 100]) {
        const entries = await allEntries(at.store, { namespace: SPACE }, limit);
        expect(entries.map(textOf)).toEqual(ENTRIES.toReversed());
      }
      const first = await at.store.history.activity({ namespace: SPACE }, null, 4);
      await at.store.commit({ runs: [], notes: [exampleNote("late", 9_000)] });
      await createRuns(at.store, [{ id: "run_late", createdAt: 9_000, facts: { number: 900 } }]);
      const second = await at.store.history.activity({ namespace: SPACE }, first.nextCursor, 100);
      expect([...first.items, ...second.items].map(textOf)).toEqual(ENTRIES.toReversed());
      // Each entry says how to go on behind it.
      const fromThird = await at.store.history.activity(
        { namespace: SPACE },
        first.items[2]?.cursor ?? null,
        1,
      );
      expect(fromThird.items.map(textOf)).toEqual(first.items.slice(3).map(textOf));
    });

    it("is what one actor did, or what was done to one pipeline", async () => {
      await fill(at.store);
      const of = async (filter: Partial<ActivityFilter>): Promise<readonly string[]> =>
        (await allEntries(at.store, { namespace: SPACE, ...filter }, 2)).map(textOf);
      const ofAnn = ENTRIES.filter((text) => text.includes("ann"));
      expect(await of({ actor: "ann" })).toEqual(ofAnn.toReversed());
      const ofShip = ENTRIES.filter((text) => text.includes("ship"));
      expect(await of({ subject: "ship" })).toEqual(ofShip.toReversed());
      expect(await of({ subject: "ship", actor: "nobody" })).toEqual([]);
    });

    it("refuses cursors of other filters and lists", async () => {
      await fill(at.store);
      const { nextCursor } = await at.store.history.activity({ namespace: SPACE }, null, 2);
      const filter = { namespace: SPACE, actor: "ann" };
      await expectRefusal(at.store.history.activity(filter, nextCursor, 2), "invalid_cursor");
      const { nextCursor: ofRuns } = await at.store.runs.list({ namespace: SPACE }, null, 2);
      await expectRefusal(at.store.history.activity({ namespace: SPACE }, ofRuns, 2), "invalid_cursor");
    });
  });
}

/** Oldest first: what, to which pipeline, by whom. */
const ENTRIES = Array.from({ length: 12 }, (_, index) =>
  [
    index % 3 === 0 ? "note" : "started",
    index % 4 === 0 ? "ship" : "build",
    index % 5 === 0 ? "ann" : "ben",
    1_000 + index,
  ].join(" "),
);

async function fill(store: Store): Promise<void> {
  for (const [index, text] of ENTRIES.entries()) {
    const [kind, pipeline = "", by = "", when] = text.split(" ");
    const actor = { ...ACTOR, id: by };
    const createdAt = Number(when);
    if (kind === "note")
      await store.commit({ runs: [], notes: [{ ...exampleNote(pipeline, createdAt), actor }] });
    else
      await createRuns(store, [
        { id: `run_${index}`, createdAt, facts: { pipeline, actor, number: index + 1 } },
      ]);
  }
  await store.commit({ runs: [], notes: [{ ...exampleNote("ship", 2_000), namespace: "other" }] });
}

function textOf(entry: ActivityEntry): string {
  if (entry.kind === "note") return `note ${entry.note.subject} ${entry.note.actor.id} ${entry.note.at}`;
  const { facts, header } = entry.run;
  return `started ${facts.pipeline} ${facts.actor.id} ${header.createdAt}`;
}

async function allEntries(
  store: Store,
  filter: ActivityFilter,
  limit: number,
): Promise<readonly ActivityEntry[]> {
  const entries: ActivityEntry[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.history.activity(filter, cursor, limit);
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return entries;
}
