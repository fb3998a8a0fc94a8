import {
  activityEntry,
  createWorkflow,
  job,
  jobDetail,
  listOf,
  run,
  started,
  validation,
  workflow,
  workflowDetail,
} from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { logText, workflowStatus } from "./schemas.ts";
import { endedRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

/** The example of the specification, with the agents left out that this Gaia cannot run yet. */
const DEVELOPMENT = `name: parallel-development
variables:
  project_root: /path/to/project
tasks:
  - id: backend
    type: shell
    agent: system
    command: "make backend"
    dependencies: []
  - id: frontend
    command: "make frontend"
    dependencies: []
  - id: test
    type: test
    agent: system
    command: make test
    dependencies: [backend, frontend]
`;

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
  worker.act = (assignment, by) => {
    by.print(assignment, `output of ${assignment.key}\n`);
    by.succeed(assignment);
  };
});
afterAll(() => server.close());

describe("the calls that the specification prints", () => {
  test("work as typed", async () => {
    const base = "/api/orchestration/workflows";
    const created = await server.ask({ method: "POST", path: base, body: DEVELOPMENT });
    expect(created.status, created.text).toBe(201);
    const { id } = workflow.parse(created.json);
    const begun = await server.ask({ method: "POST", path: `${base}/${id}/start` });
    expect(begun.status, begun.text).toBe(201);
    const { run_id: runId } = started.parse(begun.json);
    await endedRun(server, runId);
    const status = workflowStatus.parse((await server.ask(`${base}/${id}/status`)).json);
    expect(status).toMatchObject({
      run_id: runId,
      status: "completed",
      progress: { total: 3, completed: 3, failed: 0, percentage: 100 },
    });
    const logs = await server.ask(`${base}/${id}/tasks/test/logs`);
    expect([logs.headers["content-type"], logs.text]).toEqual([
      "text/plain; charset=utf-8",
      "output of test\n",
    ]);
  });

  test("tell more when they are asked to", async () => {
    const base = "/api/orchestration/workflows/parallel-development";
    const { latest_run: latest } = workflow.parse((await server.ask(base)).json);
    expect(logText.parse((await server.ask(`${base}/tasks/test/logs?format=json`)).json)).toEqual({
      logs: "output of test\n",
      size: 15,
      attempt: 1,
      ended: true,
    });
    expect(
      listOf(job)
        .parse((await server.ask(`${base}/tasks?status=completed`)).json)
        .items.map(({ key }) => key),
    ).toEqual(["backend", "frontend", "test"]);
    expect(jobDetail.parse((await server.ask(`${base}/tasks/backend?run=${latest}`)).json)).toMatchObject({
      key: "backend",
      command: "make backend",
    });
    const foreign = await server.ask(`${base}/status?run=run_0000`);
    expect([foreign.status, foreign.json.error.code]).toEqual([404, "not_found"]);
  });
});

describe("a workflow", () => {
  test("is kept from JSON, YAML, and YAML that is written as JSON", async () => {
    const asJson = await server.post(
      "/api/v1/workflows",
      createWorkflow.parse({ definition: DEVELOPMENT, file: "/src/dev.yaml" }),
    );
    expect([asJson.status, asJson.json.origin]).toEqual([201, "/src/dev.yaml"]);
    for (const type of ["application/json", "text/yaml"]) {
      const body = JSON.stringify({ name: "flow", tasks: [{ id: "a", command: "x" }] });
      const reply = await server.ask({
        method: "POST",
        path: "/api/v1/workflows",
        body,
        headers: { "content-type": type },
      });
      expect([reply.status, reply.json.name]).toEqual([201, "flow"]);
    }
    const yamlAsJson = await server.ask({
      method: "POST",
      path: "/api/v1/workflows",
      body: "name: flow\ntasks: [{id: a, command: x}]",
      headers: { "content-type": "application/json" },
    });
    expect([yamlAsJson.status, yamlAsJson.json.version]).toEqual([201, 1]);
  });

  test("is shown with its source and graph, and listed by the status of its latest run", async () => {
    const detail = workflowDetail.parse((await server.ask("/api/v1/workflows/parallel-development")).json);
    expect(detail.source).toBe(DEVELOPMENT);
    expect(detail.graph.nodes.map(({ key, dependencies }) => [key, dependencies])).toEqual([
      ["backend", []],
      ["frontend", []],
      ["test", ["backend", "frontend"]],
    ]);
    const names = async (query: string) =>
      listOf(workflow)
        .parse((await server.ask(`/api/v1/workflows${query}`)).json)
        .items.map(({ name }) => name);
    expect(await names("")).toEqual(["flow", "parallel-development"]);
    expect(await names("?status=completed")).toEqual(["parallel-development"]);
    expect(await names("?status=pending")).toEqual(["flow"]);
    expect(await names("?search=para")).toEqual(["parallel-development"]);
  });

  test("is started with inputs, once per idempotency key", async () => {
    const definition =
      "name: greet\ninputs: { who: { type: text } }\ntasks:\n  - id: hello\n    command: echo ${who}\n";
    await server.post("/api/v1/workflows", { definition });
    const refused = await server.post("/api/v1/workflows/greet/start");
    expect([refused.status, refused.json.error.code]).toEqual([400, "invalid_input"]);
    const start = () =>
      server.post(
        "/api/v1/workflows/greet/start",
        { inputs: { who: "you" } },
        { "idempotency-key": "greet-1" },
      );
    const [first, second] = [await start(), await start()];
    expect([first.status, second.json.run_id]).toEqual([201, first.json.run_id]);
    expect(run.parse(await endedRun(server, first.json.run_id)).inputs).toEqual({ who: "you" });
  });

  test("is paused, resumed and removed; its runs stay", async () => {
    expect(workflow.parse((await server.post("/api/v1/workflows/greet/pause")).json).paused).toBe(true);
    expect(workflow.parse((await server.post("/api/v1/workflows/greet/resume")).json).paused).toBe(false);
    const removed = await server.ask({ method: "DELETE", path: "/api/v1/workflows/greet" });
    expect([removed.status, removed.text]).toEqual([204, ""]);
    expect((await server.ask("/api/v1/workflows/greet")).status).toBe(404);
    expect((await server.ask("/api/v1/runs/greet%231")).status).toBe(200);
    const notes = listOf(activityEntry).parse((await server.ask("/api/v1/activity?limit=3")).json);
    expect(notes.items.map(({ kind, subject }) => [kind, subject])).toEqual([
      ["pipeline.removed", "greet"],
      ["pipeline.resumed", "greet"],
      ["pipeline.paused", "greet"],
    ]);
    const rest = listOf(activityEntry).parse(
      (await server.ask(`/api/v1/activity?cursor=${notes.next_cursor}`)).json,
    );
    expect(rest.items.slice(0, 2).map(({ kind, subject }) => [kind, subject])).toEqual([
      ["run.started", "greet"],
      ["pipeline.saved", "greet"],
    ]);
  });

  test("that is not there names the nearest one", async () => {
    for (const path of [
      "/api/v1/workflows/paralel-development",
      "/api/v1/workflows/paralel-development/status",
      "/api/v1/runs/paralel-development",
    ]) {
      const reply = await server.ask(path);
      expect([reply.status, reply.json.error.message]).toEqual([
        404,
        expect.stringContaining("Did you mean `parallel-development`?"),
      ]);
    }
    const never = await server.ask("/api/v1/workflows/flow/status");
    expect([never.status, never.json.error.message]).toEqual([
      404,
      "`flow` has not run yet. Start it with POST /api/v1/workflows/flow/start.",
    ]);
  });
});

describe("a definition", () => {
  test("is checked without being kept", async () => {
    const check = async (body: string) =>
      validation.parse(
        (
          await server.ask({
            method: "POST",
            path: "/api/v1/workflows/validate?file=ci.yaml",
            body,
            headers: { "content-type": "application/yaml" },
          })
        ).json,
      );
    expect(await check(DEVELOPMENT)).toMatchObject({ valid: true, problems: [] });
    const wrong = await check("name: x\ntasks:\n  - id: a\n    comand: x\n");
    expect(wrong).toMatchObject({ valid: false, graph: null });
    expect(wrong.problems[0]).toMatchObject({ file: "ci.yaml", line: 4 });
    const kept = await server.ask({
      method: "POST",
      path: "/api/v1/workflows",
      body: "name: x\ntasks:\n  - id: a\n    comand: x\n",
    });
    expect([kept.status, kept.json.error.code, kept.json.error.details.problems.length]).toEqual([
      400,
      "invalid_definition",
      1,
    ]);
  });

  test("has a schema for editors", async () => {
    expect((await server.ask("/api/v1/workflows/schema")).json).toMatchObject({
      title: "Gaia workflow",
      type: "object",
    });
  });
});

describe("versions of a workflow", () => {
  const text = (command: string) => `name: versioned\ntasks:\n  - id: a\n    command: ${command}\n`;
  const save = (definition: string, base?: number) =>
    server.post("/api/v1/workflows", {
      definition,
      ...(base === undefined ? {} : { base_version: base }),
    });

  test("are made by comments, too, where a text is written over a version", async () => {
    const first = await save(text("one"));
    const again = await save(text("one"), 1);
    const file = await save(`# why\n${text("one")}`);
    const edited = await save(`# why\n${text("one")}`, 1);
    const versions = [first, again, file, edited].map(({ json }) => workflow.parse(json).version);
    expect(versions).toEqual([1, 1, 1, 2]);
    const kept = workflowDetail.parse((await server.ask("/api/v1/workflows/versioned")).json);
    expect(kept.source).toBe(`# why\n${text("one")}`);
  });

  test("are not written over one that the text does not know", async () => {
    const name = (definition: string) => definition.replace("versioned", "guarded");
    expect((await save(name(text("one")), 0)).status).toBe(201);
    const taken = await save(name(text("two")), 0);
    expect(taken.status).toBe(409);
    expect(taken.json).toMatchObject({
      error: { code: "conflict", details: { base_version: 0, version: 1 } },
    });
    expect((await save(name(text("two")), 1)).json).toMatchObject({ version: 2 });
    const old = await save(name(text("three")), 1);
    expect([old.status, old.text]).toEqual([
      409,
      expect.stringContaining("Version 2 of `guarded` was saved"),
    ]);
    // The same text as the newest is no loss to anybody.
    expect((await save(name(text("two")), 1)).json).toMatchObject({ version: 2 });
    await server.ask({ method: "DELETE", path: "/api/v1/workflows/guarded" });
    expect((await save(name(text("four")), 2)).text).toContain("was removed");
    expect((await save(name(text("four")), 0)).json).toMatchObject({ version: 3 });
  });

  test("stay where the version before came from", async () => {
    const definition = text("one").replace("versioned", "placed");
    await server.post("/api/v1/workflows", { definition, file: "/src/placed.yaml" });
    expect((await save(definition.replace("one", "two"), 1)).json).toMatchObject({
      version: 2,
      origin: "/src/placed.yaml",
    });
  });

  test("of many at once over the same version: one is kept, the others are told", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) => save(text(`at-${at}`).replace("versioned", "rushed"), 0)),
    );
    expect(answers.map(({ status }) => status === 201).filter(Boolean).length).toBe(1);
  });

  test("tell the bounds of inputs", async () => {
    const definition = `name: bounded\ninputs:\n  n: { type: number, default: 1, min: 0, max: 9 }\ntasks:\n  - id: a\n    command: x\n`;
    expect((await save(definition)).json).toMatchObject({ inputs: [{ name: "n", min: 0, max: 9 }] });
  });
});
