import type { JobStatus, RunStatus } from "@gaia/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Commit, Store } from "../port.ts";
import type { MakeStore, StoreFixture } from "../store.suite.ts";
import {
  exampleEvent,
  exampleHeader,
  exampleJob,
  exampleJobRow,
  exampleNote,
  newRun,
  nextWrite,
  SPACE,
} from "./example.ts";
import { expectRefusal } from "./fixture.ts";
import { type ModelRun, StoreModel } from "./model.ts";

/** Each opens a store of its own; more by hand when the store was changed. */
const RUNS = Number(process.env["GAIA_STORE_RANDOM_RUNS"] ?? 8);

export function testRandomCommits(make: MakeStore): void {
  describe("random commits", () => {
    it("leave the store as a simple model says", { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(stepArbitrary, { minLength: 5, maxLength: 30 }), async (steps) => {
          const fixture = await make();
          try {
            await play(fixture, steps);
          } finally {
            await fixture.remove();
          }
        }),
        { numRuns: RUNS },
      );
    });
  });
}

interface Change {
  readonly run: number;
  readonly status: RunStatus;
  readonly events: number;
  readonly touched: readonly number[];
  readonly grows: number;
  readonly isStale: boolean;
}

interface Creation {
  readonly pipeline: string;
  readonly createdAt: number;
  readonly jobs: number;
  readonly events: number;
}

interface Content {
  readonly creations: readonly Creation[];
  readonly changes: readonly Change[];
  readonly notes: number;
}

type Step =
  | { readonly kind: "commits"; readonly commits: readonly Content[] }
  | { readonly kind: "pack" }
  | { readonly kind: "prune"; readonly maxRuns: number }
  | { readonly kind: "reopen" };

const statusArbitrary = fc.constantFrom<RunStatus>(
  "pending",
  "running",
  "running",
  "stopping",
  "completed",
  "failed",
);

const contentArbitrary: fc.Arbitrary<Content> = fc.record({
  creations: fc.array(
    fc.record({
      pipeline: fc.constantFrom("build", "deploy"),
      createdAt: fc.integer({ min: 1, max: 50 }),
      jobs: fc.integer({ min: 0, max: 4 }),
      events: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 3 },
  ),
  changes: fc.array(
    fc.record({
      run: fc.nat(20),
      status: statusArbitrary,
      events: fc.integer({ min: 0, max: 3 }),
      touched: fc.uniqueArray(fc.nat(6), { maxLength: 3 }),
      grows: fc.constantFrom(0, 0, 0, 2),
      isStale: fc.constantFrom(false, false, false, false, true),
    }),
    { maxLength: 3 },
  ),
  notes: fc.nat(1),
});

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("commits" as const),
      commits: fc.array(contentArbitrary, { maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pack" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("prune" as const), maxRuns: fc.integer({ min: 3, max: 8 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopen" as const) }) },
);

async function play(fixture: StoreFixture, steps: readonly Step[]): Promise<void> {
  const model = new StoreModel();
  const known: string[] = [];
  for (const step of steps) {
    switch (step.kind) {
      case "commits":
        await playCommits(fixture.store, model, known, step.commits);
        break;
      case "pack":
        while ((await fixture.store.upkeep.pack(1_000_000, 3)).left);
        model.pack();
        break;
      case "prune": {
        const policy = { maxAgeMs: null, maxRuns: step.maxRuns, maxBytes: null, keepPerPipeline: 1 };
        const { removed } = await fixture.store.upkeep.prune(policy, 1_000_000, 5);
        for (const run of removed) model.remove(run.id);
        break;
      }
      case "reopen":
        await fixture.reopen();
        break;
    }
  }
  await compare(fixture.store, model);
}

/** All at once: they are queued, grouped, and decided one after the other. */
async function playCommits(
  store: Store,
  model: StoreModel,
  known: string[],
  contents: readonly Content[],
): Promise<void> {
  const open: Promise<void>[] = [];
  for (const content of contents) {
    const commit = commitOf(model, known, content);
    if (model.accepts(commit)) {
      const firstPosition = model.lastPosition + 1;
      model.apply(commit);
      open.push(store.commit(commit).then((committed) => expect(committed).toEqual({ firstPosition })));
    } else {
      open.push(expectRefusal(store.commit(commit), "conflict"));
    }
  }
  await Promise.all(open);
}

function commitOf(model: StoreModel, known: string[], content: Content): Commit {
  const numbers = new Map<string, number>();
  const created = content.creations.map(({ pipeline, createdAt, jobs, events }) => {
    const id = `run_${String(known.length).padStart(4, "0")}`;
    known.push(id);
    const number = (numbers.get(pipeline) ?? model.numbers.get(pipeline) ?? 0) + 1;
    numbers.set(pipeline, number);
    return newRun({ id, createdAt, jobs, events, facts: { pipeline, number } });
  });
  const changed = new Map<string, ReturnType<typeof changeOf>>();
  for (const change of content.changes) {
    const run = model.runs.get(known[change.run % Math.max(1, known.length)] ?? "");
    if (run !== undefined) changed.set(run.id, changeOf(run, change));
  }
  const notes = Array.from({ length: content.notes }, (_, index) => exampleNote(`note ${index}`));
  return { runs: [...created, ...changed.values()], notes };
}

function changeOf(run: ModelRun, { status, events, touched, grows, isStale }: Change) {
  const first = run.keys.length;
  const count = first + grows;
  const rows = touched
    .filter((number) => number < count)
    .map((number) => exampleJobRow(number, number % 2 === 0 ? "queued" : "completed", run.version));
  const states = new Map(run.jobs);
  for (const row of rows) states.set(row.number, row.state);
  const statuses = [...states.values()].map(
    (state): JobStatus => (state.kind === "queued" ? "queued" : "completed"),
  );
  const jobs = Array.from({ length: grows }, (_, index) => exampleJob(`grown-${first + index}`));
  return nextWrite({
    id: run.id,
    version: isStale ? run.version + 1 : run.version,
    header: exampleHeader(status, run.createdAt, count, statuses),
    graph: grows === 0 ? null : { first, jobs },
    jobs: rows,
    events: Array.from({ length: events }, (_, index) =>
      exampleEvent(run.events.length + 1 + index, run.version),
    ),
  });
}

async function compare(store: Store, model: StoreModel): Promise<void> {
  const { items } = await store.runs.list({ namespace: SPACE }, null, 500);
  const listed = model.listed();
  expect(items.map((run) => run.header.createdAt)).toEqual(listed.map((run) => run.createdAt));
  expect(items.map((run) => run.id).toSorted()).toEqual([...model.runs.keys()].toSorted());
  for (const run of listed) await compareRun(store, run);
  const live = listed.filter((run) => run.status !== "completed" && run.status !== "failed");
  expect((await store.runs.live()).toSorted()).toEqual(live.map((run) => run.id).toSorted());
  for (const [pipeline, number] of model.numbers)
    expect(await store.runs.lastNumber(SPACE, pipeline)).toBe(number);
  const feed = await store.runs.feed(0, 10_000);
  expect(
    feed.map((entry) => [entry.position, entry.kind === "run" ? entry.run : entry.note.subject]),
  ).toEqual(
    model.feed.map((entry) => [entry.position, entry.kind === "run" ? entry.run : entry.note.subject]),
  );
  const bounds =
    model.lastPosition === 0 ? { first: 0, last: 0 } : { first: model.floor + 1, last: model.lastPosition };
  expect(await store.runs.feedBounds()).toEqual(bounds);
  expect(await store.upkeep.check()).toEqual([]);
}

async function compareRun(store: Store, expected: ModelRun): Promise<void> {
  const run = await store.runs.load(expected.id);
  expect(run).toMatchObject({
    version: expected.version,
    seq: expected.events.length,
    jobCount: expected.keys.length,
    header: expected.header,
  });
  expect(run?.graph.map((job) => job.key)).toEqual(expected.keys);
  expect(run?.jobs).toEqual(expected.jobs);
  const events = await store.runs.events(expected.id, 0, 1_000);
  expect(events.map(({ seq, at, event }) => ({ seq, at, event }))).toEqual(
    expected.events.map(({ seq, at, event }) => ({ seq, at, event })),
  );
  expect(events.every((event) => (event.position === null) === expected.isPacked)).toBe(true);
  expect(await store.runs.byNumber(SPACE, expected.pipeline, expected.number)).toBe(expected.id);
}
