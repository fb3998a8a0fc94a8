import {
  pipeline,
  pipelineDetail,
  pipelineList,
  pipelineStatistics,
  pipelineVersionDetail,
  type PipelineView,
  versionList,
} from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runIdFor } from "../triggers/firing.ts";
import { endedRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

const BUILD = `name: build
description: Builds it
tags: [daily, web]
timeout: 10m
concurrency: { group: "build-\${inputs.target}", on_conflict: queue }
inputs:
  target: { type: text, required: true }
  fast: { type: boolean, default: false }
triggers: { cron: "30 6 * * 1-5", timezone: Europe/Berlin, inputs: { target: staging } }
tasks:
  - id: compile
    command: make
  - id: test
    command: make test
    retry: { attempts: 2, initial: 1ms }
    dependencies: [compile]
`;

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
  for (const definition of [BUILD, "name: idle\ntags: [web]\ntasks: [{ id: a, command: x }]\n"]) {
    const reply = await server.post("/api/v1/workflows", { definition });
    expect(reply.status, reply.text).toBe(201);
  }
});
afterAll(() => server.close());

async function build(): Promise<string> {
  const reply = await server.post("/api/v1/workflows/build/start", { inputs: { target: "x" } });
  await endedRun(server, reply.json.run_id);
  return reply.json.run_id;
}

async function list(query: string): Promise<readonly PipelineView[]> {
  const reply = await server.ask(`/api/v1/pipelines${query}`);
  expect(reply.status, reply.text).toBe(200);
  return pipelineList.parse(reply.json).items;
}

describe("pipelines", () => {
  test("are listed with their last runs, figures and triggers", async () => {
    const first = await build();
    worker.act = (assignment, by) => by.fail(assignment, 2);
    const second = await build();
    worker.act = (assignment, by) => by.succeed(assignment);
    const [view, idle] = await list("");
    expect(view).toMatchObject({
      id: "build",
      kind: "workflow",
      description: "Builds it",
      version: 1,
      tags: ["daily", "web"],
      paused: false,
      live_runs: 0,
      figures: { runs: 2, completed: 1, failed: 1, cancelled: 0 },
    });
    expect(view?.recent.map(({ id, number, status }) => [id, number, status])).toEqual([
      [first, 1, "completed"],
      [second, 2, "failed"],
    ]);
    expect(view?.figures.typical_ms).toBe(view?.recent[0]?.duration_ms);
    expect(view?.triggers).toEqual([
      {
        kind: "cron",
        text: "Monday to Friday at 06:30, Europe/Berlin",
        armed: true,
        next_at: expect.stringMatching(/T0[45]:30:00.000Z$/),
        last_at: null,
      },
    ]);
    expect(idle).toMatchObject({
      recent: [],
      figures: { runs: 0, completed: 0, failed: 0, cancelled: 0, typical_ms: null, slow_ms: null },
      triggers: [],
    });
  });

  test("are filtered, and paged", async () => {
    const names = async (query: string) => (await list(query)).map((view) => view.name);
    expect(await names("?tag=web")).toEqual(["build", "idle"]);
    expect(await names("?tag=daily")).toEqual(["build"]);
    expect(await names("?status=failed")).toEqual(["build"]);
    expect(await names("?status=completed")).toEqual([]);
    expect(await names("?search=DL")).toEqual(["idle"]);
    expect(await names("?kind=agent")).toEqual([]);
    expect(await names("?kind=workflow&paused=0")).toEqual(["build", "idle"]);
    expect(await names("?paused=1")).toEqual([]);
    const page = pipelineList.parse((await server.ask("/api/v1/pipelines?limit=1")).json);
    const next = await server.ask(`/api/v1/pipelines?limit=1&cursor=${page.next_cursor}`);
    expect([page.items[0]?.name, next.json.items[0].name, next.json.next_cursor]).toEqual([
      "build",
      "idle",
      null,
    ]);
    const wrong = await server.ask("/api/v1/pipelines?tags=web");
    expect([wrong.status, wrong.json.error.message]).toEqual([
      400,
      "unknown parameter `tags`; did you mean `tag`?",
    ]);
  });

  test("ask for inputs in the order of the file", async () => {
    const definition = `name: ordered\ninputs:\n  zone: {type: text, default: z}\n  area: {type: text, default: a}\n  middle: {type: text, default: m}\ntasks: [{id: a, command: "true"}]\n`;
    expect((await server.post("/api/v1/workflows", { definition })).status).toBe(201);
    const { inputs } = (await server.ask("/api/v1/pipelines/ordered")).json;
    expect(inputs.map(({ name }: { name: string }) => name)).toEqual(["zone", "area", "middle"]);
    expect((await server.ask({ method: "DELETE", path: "/api/v1/workflows/ordered" })).status).toBe(204);
  });

  test("show source, graph, inputs, and what a start lacks", async () => {
    const detail = pipelineDetail.parse((await server.ask("/api/v1/pipelines/build")).json);
    expect(detail).toMatchObject({
      source: BUILD,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      saved_by: { kind: "user", id: "local", via: "socket" },
      concurrency: { group: expect.stringContaining("inputs.target"), on_conflict: "queue" },
      timeout_ms: 600_000,
      required_inputs: ["target"],
    });
    expect(detail.graph.nodes.map((node) => node.key)).toEqual(["compile", "test"]);
    const missing = await server.ask("/api/v1/pipelines/biuld");
    expect([missing.status, missing.json.error.message]).toEqual([
      404,
      "There is no workflow `biuld`. Did you mean `build`?",
    ]);
  });

  test("tell what runs spent their time on, also of packed ones", async () => {
    worker.act = (assignment, by) =>
      assignment.key === "test" && assignment.name.attempt === 1
        ? by.fail(assignment)
        : by.succeed(assignment);
    await build();
    worker.act = (assignment, by) => by.succeed(assignment);
    await server.store.upkeep.pack(Number.MAX_SAFE_INTEGER, 2);
    const reply = await server.ask("/api/v1/pipelines/build/statistics");
    const statistics = pipelineStatistics.parse(reply.json);
    const tasks = new Map(statistics.tasks.map((task) => [task.key, task]));
    expect(statistics).toMatchObject({ runs: 3, working_ms: expect.any(Number) });
    expect(tasks.get("compile")).toMatchObject({ kind: "task", runs: 3, failed: 1, flaky: 0 });
    expect(tasks.get("test")).toMatchObject({ kind: "task", runs: 2, failed: 0, flaky: 1 });
    expect((await server.ask("/api/v1/pipelines/build/statistics")).json).toEqual(reply.json);
    expect((await server.ask("/api/v1/pipelines/idle/statistics")).json).toEqual({
      runs: 0,
      working_ms: null,
      queued_ms: null,
      waiting_ms: null,
      tasks: [],
    });
  });

  test("have versions, the newest first, each as it was saved", async () => {
    for (const command of ["y", "z"])
      await server.post("/api/v1/workflows", {
        definition: `name: idle\ntasks: [{ id: a, command: ${command} }]\n`,
      });
    const page = versionList.parse((await server.ask("/api/v1/pipelines/idle/versions?limit=2")).json);
    expect(page.items.map(({ version, current }) => [version, current])).toEqual([
      [3, true],
      [2, false],
    ]);
    const rest = versionList.parse(
      (await server.ask(`/api/v1/pipelines/idle/versions?limit=2&cursor=${page.next_cursor}`)).json,
    );
    expect([rest.items.map(({ version }) => version), rest.next_cursor]).toEqual([[1], null]);
    const one = pipelineVersionDetail.parse((await server.ask("/api/v1/pipelines/idle/versions/2")).json);
    expect(one).toMatchObject({ version: 2, current: false, hash: page.items[1]?.hash });
    expect(one.source).toContain("command: y");
    const none = await server.ask("/api/v1/pipelines/idle/versions/9");
    expect([none.status, none.json.error.message]).toEqual([
      404,
      "`idle` has no version 9; the newest is 3.",
    ]);
    expect((await server.ask("/api/v1/pipelines/idle/versions?cursor=x")).json.error.code).toBe(
      "invalid_cursor",
    );
  });

  test("are paused and resumed; a paused one starts nothing by itself", async () => {
    const paused = pipeline.parse((await server.post("/api/v1/pipelines/build/pause")).json);
    expect([paused.paused, paused.triggers[0]?.next_at]).toEqual([true, null]);
    const resumed = pipeline.parse((await server.post("/api/v1/pipelines/build/resume")).json);
    expect([resumed.paused, resumed.triggers[0]?.next_at]).toEqual([false, expect.any(String)]);
    expect((await server.post("/api/v1/pipelines/none/pause")).status).toBe(404);
  });

  test("know the instant for which a trigger started a run last", async () => {
    const [row] = await server.store.triggers.all();
    const at = Date.parse("2026-11-27T05:30:00Z");
    const id = runIdFor(row?.id ?? "", at);
    await server.runs.triggered("build", "default", { target: "x" }, "cron", id, () => undefined);
    await endedRun(server, id);
    await build();
    expect((await list(""))[0]?.triggers[0]?.last_at).toBe("2026-11-27T05:30:00.000Z");
  });
});
