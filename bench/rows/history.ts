import { join } from "node:path";
import { newId } from "../../packages/server/src/runs/ids.ts";
import { openSqliteStore, type PipelineRow, type RunWrite } from "../../packages/server/src/store/index.ts";
import {
  exampleHeader,
  exampleJobRow,
  examplePipeline,
  newRun,
} from "../../packages/server/src/store/suite/example.ts";
import { Lab } from "../lab.ts";
import { ms, quantile, type Result, ROUNDS, type Row, times } from "../row.ts";

const LONG = 100_000;
const SHORT = 1_000;
const PER_COMMIT = 500;
const PIPELINES = 50;
/** All ended within the last half hour: younger than what upkeep packs, so that it does not work beside. */
const SPAN_MS = 30 * 60_000;
/** Nor does the copying of runs that the server has not seen end. */
export const NO_COPIES = { GAIA_EXECUTION_COPIES: "0" } as const;
const STATUSES = ["completed", "completed", "completed", "failed", "cancelled"] as const;
const ASKS_PER_ROUND = 20;

/** Lists, filters and figures over a long history, beside the same questions to a server with a short one. */
export const history: Row = {
  name: "history",
  run: async () => {
    const long = new Lab();
    const short = new Lab();
    try {
      const now = Date.now();
      await seedHistory(long.home, LONG, now);
      await seedHistory(short.home, SHORT, now);
      await Promise.all([long.start(NO_COPIES), short.start(NO_COPIES)]);
      const lines: Result[] = [];
      for (const [name, question] of questions(now)) lines.push(await compare(name, question, long, short));
      return lines;
    } finally {
      await Promise.all([long.stop(), short.stop()]);
    }
  },
};

function questions(now: number): readonly (readonly [string, string])[] {
  const halfway = new Date(now - SPAN_MS / 2).toISOString();
  return [
    ["newest 50", "/runs?limit=50"],
    ["failed ones", "/runs?limit=50&status=failed"],
    ["cancelled ones of one pipeline", "/runs?limit=50&status=cancelled&pipeline=pipeline-4"],
    ["those before a moment", `/runs?limit=50&created_before=${encodeURIComponent(halfway)}`],
    ["search for a part of a name", "/runs?limit=50&search=line-42"],
    ["search for nothing that there is", "/runs?limit=50&search=nothing"],
    ["by one trigger, of one pipeline", "/runs?limit=50&trigger=cron&pipeline=pipeline-4"],
    ["started by nobody that there is", "/runs?limit=50&started_by=nobody"],
    ["those that took longest", "/runs?limit=50&sort=longest"],
    ["50 pipelines with strips and figures", "/pipelines?limit=50"],
    ["statistics of a pipeline", "/pipelines/pipeline-4/statistics"],
    ["overview of a day", "/overview"],
    ["activity", "/activity?limit=50"],
  ];
}

async function compare(name: string, question: string, long: Lab, short: Lab): Promise<Result> {
  const path = `/api/v1${question}`;
  const walls = { long: [] as number[], short: [] as number[] };
  for (const lab of [long, short]) await lab.get(path);
  for (let count = 0; count < ASKS_PER_ROUND * ROUNDS; count++) {
    walls.short.push(await timedGet(short, path));
    walls.long.push(await timedGet(long, path));
  }
  const p95 = { long: quantile(walls.long, 0.95), short: quantile(walls.short, 0.95) };
  return {
    what: `${LONG.toLocaleString("en")} runs in the history, p95 over HTTP: ${name}`,
    gaia: ms(p95.long),
    against: `${SHORT.toLocaleString("en")} runs ${ms(p95.short)}`,
    ratio: times(p95.long / p95.short),
    cpu: "",
    reach: "≤ 100 ms",
  };
}

async function timedGet(lab: Lab, path: string): Promise<number> {
  const startedAt = performance.now();
  await lab.get(path);
  return performance.now() - startedAt;
}

/** Ended runs of three jobs and seven events, written as the server writes them, before it starts. */
export async function seedHistory(home: string, count: number, now: number): Promise<void> {
  const store = await openSqliteStore({ file: join(home, "gaia.db") });
  try {
    await store.commit({ runs: [], pipelines: Array.from({ length: PIPELINES }, (_, index) => kept(index)) });
    for (let first = 0; first < count; first += PER_COMMIT) {
      const size = Math.min(PER_COMMIT, count - first);
      await store.commit({
        runs: Array.from({ length: size }, (_, offset) => {
          const index = first + offset;
          return endedRun(index, Math.floor(now - SPAN_MS + (index * SPAN_MS) / count));
        }),
      });
    }
  } finally {
    await store.close();
  }
}

function kept(index: number): PipelineRow {
  const name = `pipeline-${index}`;
  const definition = JSON.stringify({ name, tasks: [{ id: "job-0", command: "true" }] });
  return examplePipeline(name, 1, { source: definition, definition, hash: name });
}

function endedRun(index: number, createdAt: number): RunWrite {
  const status = STATUSES[index % STATUSES.length] ?? "completed";
  const pipeline = `pipeline-${index % PIPELINES}`;
  const id = newId("run", createdAt);
  const header = exampleHeader(status, createdAt, 3, ["completed", "completed", "completed"]);
  // What failed says by which task: lists look that up.
  const reason = status === "failed" ? ({ kind: "jobs_failed", jobs: [2], more: 0 } as const) : header.reason;
  return {
    ...newRun({ id, status, createdAt, jobs: 3, events: 7, facts: { pipeline, number: index + 1 } }),
    header: { ...header, open: 0, reason },
    jobs: [0, 1, 2].map((number) => exampleJobRow(number, "completed", createdAt)),
  };
}
