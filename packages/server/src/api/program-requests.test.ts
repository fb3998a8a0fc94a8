import { type Assignment, BUILDS_FOLDER, type ProgramDefinition, runFolder } from "@gaia/contracts";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { programText } from "../pipelines/index.ts";
import { startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const OTHER = `
name: other
inputs: { x: { type: number, required: true } }
tasks:
  - id: work
    command: work
    outputs: [answer]
outputs: { answer: "\${tasks.work.outputs.answer}" }
`;
const ASKER = `
name: asker
tasks:
  - { id: ask, command: ask }
`;

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker({ slots: 50 });
  const kept = await server.post("/api/v1/workflows", { definition: OTHER });
  expect(kept.status, kept.text).toBe(201);
});
beforeEach(() => {
  worker.act = (assignment, by) => by.start(assignment);
});
afterAll(() => server.close());

/** A run whose job asks. */
async function asker(): Promise<Assignment> {
  const id = await startRun(server, ASKER);
  return until(() => worker.assignments.find((one) => one.name.run === id), "the job that asks is assigned");
}

const start = (x: string, number = 1) => ({ start_run: { pipeline: "other", inputs: { x }, number } });
const outputsOf = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());
async function runView(id: string): Promise<Record<string, unknown>> {
  return (await server.ask(`/api/v1/runs/${id}`)).json as Record<string, unknown>;
}

describe("what a job asks of the server", () => {
  it("starts a run of another pipeline once, however often it is asked, and tells how it ended", async () => {
    const job = await asker();
    const first = await worker.request(job, 1, start("3"));
    expect(first).toMatchObject({ id: 1, error: "", run: `${job.name.run}_0-r1` });
    expect(await worker.request(job, 1, start("3"))).toMatchObject({ run: first.run, error: "" });
    expect(await runView(first.run)).toMatchObject({
      trigger: "run",
      inputs: { x: 3 },
      parent_run: job.name.run,
    });
    const ended = worker.request(job, 2, { await_run: { run: first.run } });
    const work = await until(
      () => worker.assignments.find((one) => one.name.run === first.run),
      "the started run's job is assigned",
    );
    worker.succeed(work, { answer: 42 });
    const answer = await ended;
    expect(answer).toMatchObject({ error: "", status: "completed", run: first.run });
    expect(outputsOf(answer.outputs)).toEqual({ answer: 42 });
    const second = await worker.request(job, 3, start("4", 2));
    expect(second.run).toBe(`${job.name.run}_0-r2`);
  });

  it("is refused in words", async () => {
    const job = await asker();
    const none = await worker.request(job, 1, { start_run: { pipeline: "othr", inputs: {}, number: 1 } });
    expect(none.error).toContain("othr");
    expect((await worker.request(job, 2, start("many"))).error).toContain("does not fit");
    expect((await worker.request(job, 3, { await_run: { run: "run_nowhere" } })).error).toContain(
      "run_nowhere",
    );
    expect((await worker.request(job, 4, {})).error).toContain("Upgrade");
    worker.succeed(job);
    await until(() => server.engine.live.get(job.name.run) === undefined, "the run ends");
    expect((await worker.request(job, 5, start("1"))).error).toContain("not running any more");
  });

  it("is answered no longer than the job that asks is running", async () => {
    const job = await asker();
    const { run } = await worker.request(job, 1, start("1"));
    const waiting = worker.request(job, 2, { await_run: { run } });
    const work = await until(
      () => worker.assignments.find((one) => one.name.run === run),
      "the started run's job is assigned",
    );
    worker.succeed(job);
    await until(() => server.engine.live.get(job.name.run) === undefined, "the run that asks ends");
    worker.succeed(work, { answer: 1 });
    expect((await waiting).error).toContain("not running any more");
  });

  it("is not deeper than child runs may be", async () => {
    let job = await asker();
    const depths: string[] = [];
    for (let depth = 1; depth <= 11; depth += 1) {
      const { run, error } = await worker.request(job, depth, start("1"));
      depths.push(error);
      if (error !== "") break;
      job = await until(() => worker.assignments.find((one) => one.name.run === run), "it is assigned");
    }
    expect(depths.slice(0, 10).every((error) => error === "")).toBe(true);
    expect(depths[10]).toContain("10 deep");
  });

  it("ends with a run that is stopped, and is left alone by one that completes", async () => {
    const [stopped, completed] = [await asker(), await asker()];
    const [goes, stays] = [
      await worker.request(stopped, 1, start("1")),
      await worker.request(completed, 2, start("1")),
    ];
    const of = (run: string) =>
      until(() => worker.assignments.find((one) => one.name.run === run), "assigned");
    await of(goes.run);
    const left = await of(stays.run);
    worker.succeed(completed);
    await server.post(`/api/v1/runs/${stopped.name.run}/stop`, {});
    worker.end(stopped, { outcome: "cancelled" });
    await until(() => worker.stops.some(({ name }) => name.run === goes.run), "the started run is stopped");
    expect(await runView(stays.run)).toMatchObject({ status: "running" });
    worker.succeed(left, { answer: 1 });
  });
});

describe("jobs of a program", () => {
  const definition: ProgramDefinition = {
    kind: "program",
    name: "ship",
    build: "a".repeat(64),
    program: {
      version: 1,
      language: "golang",
      command: { file: "./program", args: [], folder: ".", environment: {} },
      sdk: "gaia-go/0.1.0",
      maxParallel: 2,
      triggers: [],
      jobs: ["One", "Two", "Three"].map((title, id) => ({
        id,
        title,
        description: "",
        dependsOn: [],
        arguments: [],
        onDemand: false,
        attempts: 1,
        timeoutMs: null,
      })),
    },
    source: null,
  };

  it("go to one worker, no more at once than its process performs; it hears when the run has ended", async () => {
    const text = programText(definition);
    mkdirSync(join(server.home, BUILDS_FOLDER, definition.build), { recursive: true });
    await server.engine.submit((batch) =>
      batch.savePipeline({
        namespace: "default",
        name: "ship",
        version: 1,
        kind: "program",
        hash: "h",
        source: text,
        definition: text,
        origin: null,
        at: batch.now,
        actor: { kind: "system", id: "test", via: "test" },
        paused: false,
        removedAt: null,
        commit: null,
      }),
    );
    const other = await server.worker({
      id: "wrk_other",
      slots: 50,
      act: (assignment, by) => by.start(assignment),
    });
    const started = await server.post("/api/v1/workflows/ship/start", {});
    const id = String(started.json.run_id);
    const taken = () => [...worker.assignments, ...other.assignments].filter(({ name }) => name.run === id);
    await until(() => taken().length === 2, "two jobs are assigned");
    expect(taken().map(({ executor, folder }) => [executor, folder])).toEqual(
      [0, 1].map(() => ["program", runFolder(id, Date.now())]),
    );
    const home = worker.assignments.some(({ name }) => name.run === id) ? worker : other;
    expect(home.assignments.filter(({ name }) => name.run === id)).toHaveLength(2);
    const [first, second] = taken();
    if (first === undefined || second === undefined) throw new Error("no job");
    home.end(first, { outcome: "failed", message: "enough", verdict: "exited" });
    home.succeed(second);
    await until(() => server.engine.live.get(id) === undefined, "the run ends");
    expect(await runView(id)).toMatchObject({ status: "completed" });
    const jobs = await server.ask(`/api/v1/runs/${id}/jobs`);
    expect(
      (jobs.json.items as { key: string; status: string; reason: string }[]).map(
        ({ key, status, reason }) => [key, status, reason],
      ),
    ).toEqual([
      ["One", "failed", "it ended the pipeline: enough"],
      ["Two", "completed", ""],
      ["Three", "skipped", "One ended the pipeline"],
    ]);
    const { error } = (await server.ask(`/api/v1/runs/${id}/jobs/One/environment`)).json;
    expect([error.code, error.message]).toEqual([
      "unsupported",
      "`One` has no process of its own: it is a call in its program's. A program of Gaia's own SDKs performs it without Gaia, in the folder of its sources: PROGRAM run --job 'One'.",
    ]);
    await until(() => home.endedRuns.includes(id), "the worker hears that the run has ended");
  });
});
