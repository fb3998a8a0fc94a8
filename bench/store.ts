/**
 * What the store costs: `node bench/store.ts [runs in the history, default 100000]`.
 *
 * Commits: round trips through the writer's thread, one at a time, beside bare better-sqlite3 in the same rounds (same
 * pragmas, same event body, one row); and many at once. Lists: pages, filters, searches and counts over a long
 * history, while the event loop's longest stall is watched.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import Database from "better-sqlite3";

import {
  openSqliteStore,
  type RunFilter,
  type RunWrite,
  type Store,
} from "../packages/server/src/store/index.ts";
import {
  exampleEvent,
  exampleHeader,
  exampleJobRow,
  newRun,
  nextWrite,
  SPACE,
} from "../packages/server/src/store/suite/example.ts";

const STATUSES = ["completed", "completed", "completed", "failed", "cancelled"] as const;
const ROUNDS = 5;
const COMMITS_PER_ROUND = 300;
const historyRuns = Number(process.argv[2] ?? 100_000);

const folder = mkdtempSync(join(tmpdir(), "gaia-bench-store-"));
const store = await openSqliteStore({ file: join(folder, "gaia.db") });
try {
  await benchCommits(store);
  await benchCrowd(store);
  await benchHistory(store);
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}

/** A run that takes further commits. */
interface Going {
  readonly id: string;
  version: number;
  seq: number;
}

async function benchCommits(target: Store): Promise<void> {
  const bare = bareCommitter(join(folder, "bare.db"));
  const going: Going[] = Array.from({ length: 100 }, (_, index) => ({
    id: `run_${index}`,
    version: 1,
    seq: 1,
  }));
  await target.commit({
    runs: going.map(({ id }, index) => newRun({ id, jobs: 10, facts: { number: index + 1 } })),
  });

  const samples = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    await sample(samples, "bare, 1 row", async () => bare(1));
    for (const size of [1, 10, 100]) {
      // One event and one job per run: what a step of many runs looks like.
      await sample(samples, `store, ${size} runs x 1 event`, async () => {
        await target.commit({ runs: going.slice(0, size).map((run) => step(run, 1)) });
      });
    }
    await sample(samples, "store, 1 run x 100 events", async () => {
      await target.commit({ runs: going.slice(0, 1).map((run) => step(run, 100)) });
    });
    await sample(samples, "bare, 100 rows", async () => bare(100));
  }
  const floor = percentile(samples.get("bare, 1 row") ?? [], 0.5);
  console.log("one commit after the other        p50 ms   p95 ms   x bare");
  for (const [name, values] of samples) {
    const median = percentile(values, 0.5);
    console.log(
      `${name.padEnd(32)} ${ms(median)} ${ms(percentile(values, 0.95))} ${(median / floor).toFixed(2).padStart(8)}`,
    );
  }
}

function step(run: Going, events: number): RunWrite {
  const write = nextWrite({
    id: run.id,
    version: run.version,
    header: exampleHeader("running", 1_000, 10, ["queued"]),
    jobs: [exampleJobRow(0, "queued", run.version)],
    events: Array.from({ length: events }, (_, index) => exampleEvent(run.seq + 1 + index)),
  });
  run.version += 1;
  run.seq += events;
  return write;
}

function bareCommitter(file: string): (rows: number) => void {
  const database = new Database(file);
  database.pragma("journal_mode = wal");
  database.pragma("synchronous = full");
  database.exec("create table event (position integer primary key, body text not null)");
  const insert = database.prepare("insert into event (body) values (?)");
  const body = JSON.stringify(exampleEvent(1));
  return database.transaction((rows: number) => {
    for (let row = 0; row < rows; row++) insert.run(body);
  });
}

/** 200 runs of three steps at once: 4 commits each, as many at a time as the store can group. */
async function benchCrowd(target: Store): Promise<void> {
  const perSecond: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const run: Going = { id: `run_crowd_${round}_${index}`, version: 1, seq: 1 };
        const number = 1_000 + round * 200 + index;
        await target.commit({
          runs: [newRun({ id: run.id, jobs: 3, status: "completed", facts: { number } })],
        });
        for (let count = 0; count < 3; count++) await target.commit({ runs: [step(run, 3)] });
      }),
    );
    perSecond.push(200_000 / (performance.now() - startedMs));
  }
  console.log(
    `\n200 runs of 4 commits at once: best ${Math.max(...perSecond).toFixed(0)} runs/s, median ${percentile(perSecond, 0.5).toFixed(0)}`,
  );
}

async function benchHistory(target: Store): Promise<void> {
  const startedMs = performance.now();
  await fillHistory(target, historyRuns);
  const { sizeBytes } = await target.upkeep.size();
  const seconds = (performance.now() - startedMs) / 1_000;
  console.log(
    `\n${historyRuns} runs of 3 jobs and 7 events written in ${seconds.toFixed(1)} s, ${megabytes(sizeBytes)}`,
  );
  const packedMs = performance.now();
  const packed = Math.min(5_000, historyRuns);
  await target.upkeep.pack(Number.MAX_SAFE_INTEGER, packed);
  console.log(`${packed} of them packed in ${((performance.now() - packedMs) / 1_000).toFixed(1)} s`);

  console.log("\nlist and count                     p50 ms   p95 ms   longest stall of the main thread, ms");
  const filters: readonly (readonly [string, Partial<RunFilter>])[] = [
    ["newest", {}],
    ["one status", { statuses: ["failed"] }],
    ["one pipeline, one status", { pipeline: "pipeline-3", statuses: ["cancelled"] }],
    ["old ones", { createdBefore: 20_000 }],
    ["search: 1 pipeline", { search: "line-42" }],
    ["search: all pipelines", { search: "pipe" }],
    ["search: start of an id", { search: "run_h0004" }],
    ["search: start of every id", { search: "run_" }],
    ["search: nothing", { search: "nothing" }],
    ["one trigger", { trigger: "cron" }],
    ["started by nobody", { startedBy: "nobody" }],
    ["took long", { tookMin: 1_000 }],
    ["longest first", { sort: "longest" }],
    ["oldest failed first", { sort: "oldest", statuses: ["failed"] }],
    ["longest of one pipeline", { sort: "longest", pipeline: "pipeline-3" }],
  ];
  for (const [name, filter] of filters) {
    const whole: RunFilter = { namespace: SPACE, ...filter };
    await watched(`list 50, ${name}`, () => target.runs.list(whole, null, 50));
    await watched(`count, ${name}`, () => target.runs.count(whole));
  }
  await watched("list 500, newest", () => target.runs.list({ namespace: SPACE }, null, 500));
  await watched("load, packed", () => target.runs.load("run_h0000010"));
  await watched("load, rows", () => target.runs.load(`run_h${String(historyRuns - 1).padStart(7, "0")}`));
  await watched("size", () => target.upkeep.size());
}

async function fillHistory(target: Store, count: number): Promise<void> {
  const perCommit = 100;
  for (let first = 0; first < count; first += perCommit) {
    const indexes = Array.from({ length: perCommit }, (_, offset) => first + offset);
    await target.commit({
      runs: indexes.map((index) => {
        const status = STATUSES[index % STATUSES.length] ?? "completed";
        const facts = { pipeline: `pipeline-${index % 50}`, number: index + 1 };
        const id = `run_h${String(index).padStart(7, "0")}`;
        const run = newRun({ id, status, createdAt: 10_000 + index, jobs: 3, events: 7, facts });
        const header = exampleHeader(status, 10_000 + index, 3, ["completed", "completed", "completed"]);
        return { ...run, header, jobs: [0, 1, 2].map((number) => exampleJobRow(number, "completed", index)) };
      }),
    });
  }
}

async function watched(name: string, work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const samples = new Map<string, number[]>();
  await work();
  delay.enable();
  await sample(samples, name, async () => void (await work()), 40);
  delay.disable();
  const values = samples.get(name) ?? [];
  const stall = (delay.max / 1e6).toFixed(1).padStart(8);
  console.log(`${name.padEnd(32)} ${ms(percentile(values, 0.5))} ${ms(percentile(values, 0.95))} ${stall}`);
}

async function sample(
  samples: Map<string, number[]>,
  name: string,
  work: () => Promise<void>,
  times = COMMITS_PER_ROUND,
): Promise<void> {
  const values = samples.get(name) ?? [];
  samples.set(name, values);
  for (let count = 0; count < times; count++) {
    const startedMs = performance.now();
    await work();
    values.push(performance.now() - startedMs);
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ms(value: number): string {
  return value.toFixed(3).padStart(8);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
