import {
  event,
  graph,
  job,
  jobDetail,
  jobEnvironment,
  listOf,
  run,
  runDetail,
  started,
  why,
} from "@gaia/contracts";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const BUILD = `
name: build
tasks:
  - id: compile
    command: make compile
    env: { LEVEL: "2" }
    secrets: [DEPLOY_TOKEN]
  - id: test
    command: make test
    dependencies: [compile]
    retry: { attempts: 2, initial: 10ms, jitter: 0 }
  - id: package
    command: make package
    dependencies: [test]
`;

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
});
afterAll(() => server.close());

describe("a run", () => {
  test("is started, performed and shown", async () => {
    const id = await startRun(server, BUILD);
    const detail = runDetail.parse(await endedRun(server, id));
    expect(detail).toMatchObject({ id, pipeline: "build", status: "completed", reason: "", jobs_total: 3 });
    expect(detail.progress).toEqual({ total: 3, completed: 3, failed: 0, percentage: 100 });
    expect(detail.actor).toEqual({ kind: "user", id: "local", via: "socket" });
    expect(
      detail.jobs.map(({ key, status, dependencies, exit_code }) => ({
        key,
        status,
        dependencies,
        exit_code,
      })),
    ).toEqual([
      { key: "compile", status: "completed", dependencies: [], exit_code: 0 },
      { key: "test", status: "completed", dependencies: ["compile"], exit_code: 0 },
      { key: "package", status: "completed", dependencies: ["test"], exit_code: 0 },
    ]);
  });

  test("is started from YAML as it is, whatever the content type", async () => {
    for (const type of ["application/yaml", "application/x-www-form-urlencoded", "text/plain", "yaml", ""]) {
      const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
      const reply = await server.ask({ method: "POST", path: "/api/v1/runs", body: BUILD, headers });
      expect(reply.status, `${type}: ${reply.text}`).toBe(201);
      await endedRun(server, started.parse(reply.json).run_id);
    }
  });

  test("is started once for one idempotency key", async () => {
    const send = (definition: string) =>
      server.post("/api/v1/runs", { definition }, { "idempotency-key": "key-1" });
    const [first, second] = [await send(BUILD), await send(BUILD)];
    expect(second.json.run_id).toBe(first.json.run_id);
    await endedRun(server, first.json.run_id);
    const other = await send(BUILD.replace("make test", "make check"));
    expect([other.status, other.json.error.code]).toEqual([409, "idempotency_conflict"]);
  });

  test("that fails says which task failed, and how the others fared", async () => {
    worker.act = (assignment, by) =>
      assignment.key === "test" ? by.fail(assignment, 3) : by.succeed(assignment);
    const id = await startRun(server, BUILD);
    const detail = runDetail.parse(await endedRun(server, id));
    worker.act = (assignment, by) => by.succeed(assignment);
    expect(detail).toMatchObject({ status: "failed", reason: "test failed: exit 3" });
    expect(detail.jobs.map(({ key, status, reason }) => [key, status, reason])).toEqual([
      ["compile", "completed", ""],
      ["test", "failed", "exit 3, attempt 2 of 2"],
      ["package", "skipped", "needs test, which failed"],
    ]);
    const listed = listOf(run).parse((await server.ask("/api/v1/runs?status=failed")).json);
    expect(listed.items.map((item) => [item.id, item.reason])).toEqual([[id, "test failed: exit 3"]]);
  });

  test("explains itself with commands that can be pasted", async () => {
    const reply = why.parse((await server.ask("/api/v1/runs/@failed/why?task=package")).json);
    expect(reply).toMatchObject({ subject: "package", status: "skipped", sentence: "package is skipped." });
    expect(reply.because).toEqual([
      expect.stringMatching(/^test failed \(exit 3\) after 2 of 2 attempts, /),
      "package depends on test, and has no `when` that allows a failed dependency",
    ]);
    expect(reply.actions).toContainEqual({
      label: "to run it anyway",
      command: "gaia retry @failed --from package --ignore test",
    });
  });

  test("is retried from what failed", async () => {
    const failed = await server.ask("/api/v1/runs/@failed");
    const reply = await server.post("/api/v1/runs/@failed/retry", { failed: true });
    expect(reply.status, reply.text).toBe(201);
    const detail = runDetail.parse(await endedRun(server, reply.json.run_id));
    expect(detail).toMatchObject({ status: "completed", retry_of: failed.json.id });
    expect(detail.jobs[0]?.reason).toBe(`kept from ${failed.json.id}`);
  });

  test("whose task failed with its own run says where to look", async () => {
    const parent = "name: parent\ntasks:\n  - { id: child, type: pipeline, pipeline: build }\n";
    worker.act = (assignment, by) => by.fail(assignment, 3);
    const id = await startRun(server, parent);
    await endedRun(server, id);
    worker.act = (assignment, by) => by.succeed(assignment);
    const reply = why.parse((await server.ask(`/api/v1/runs/${id}/why?task=child`)).json);
    expect(reply.because).toEqual([expect.stringMatching(/^its run build #\d+ failed$/)]);
    expect(reply.actions).toContainEqual({ label: "its run", command: `gaia why ${id}_0` });
    const missing = await startRun(server, parent.replace("build", "nothing-like-it"));
    expect(await endedRun(server, missing)).toMatchObject({
      jobs: [
        { reason: "There is no workflow `nothing-like-it`. Keep its file first: gaia workflow create FILE" },
      ],
    });
  });

  test("is stopped, and says by whom", async () => {
    worker.act = (assignment, by) => by.start(assignment);
    const id = await startRun(server, BUILD);
    const assignment = await until(
      () => worker.assignments.find(({ name }) => name.run === id),
      "compile is assigned",
    );
    await until(
      async () => (await server.ask(`/api/v1/runs/${id}`)).json.jobs[0].status === "running",
      "compile runs",
    );
    const reply = await server.post(`/api/v1/runs/${id}/stop`, { comment: "wrong branch" });
    expect(run.parse(reply.json)).toMatchObject({
      status: "stopping",
      reason: "stopped by local: wrong branch; 1 task still has to end",
    });
    await until(() => worker.stops.find(({ name }) => name.run === id), "the worker is told to stop it");
    worker.end(assignment, { outcome: "cancelled" });
    worker.act = (next, by) => by.succeed(next);
    expect(await endedRun(server, id)).toMatchObject({
      status: "cancelled",
      reason: "stopped by local: wrong branch",
    });
    expect(why.parse((await server.ask(`/api/v1/runs/${id}/why`)).json)).toMatchObject({
      sentence: expect.stringMatching(/^build #\d+ is cancelled\.$/),
      because: ["stopped by local: wrong branch"],
    });
    const again = await server.post(`/api/v1/runs/${id}/stop`);
    expect([again.status, again.json.error.code]).toEqual([409, "conflict"]);
  });
});

describe("a job", () => {
  test("shows what it runs, with secrets masked, and its attempts", async () => {
    let failures = 1;
    worker.act = (assignment, by) => {
      by.start(assignment);
      if (assignment.key === "test" && failures-- > 0) by.fail(assignment, 7);
      else by.succeed(assignment, { report: "fine" });
    };
    const id = await startRun(server, BUILD);
    await endedRun(server, id);
    worker.act = (assignment, by) => by.succeed(assignment);
    const compile = jobDetail.parse((await server.ask(`/api/v1/runs/${id}/jobs/compile`)).json);
    expect(compile).toMatchObject({
      command: "make compile",
      environment: { LEVEL: "2", DEPLOY_TOKEN: "***" },
      worker: "local",
      stop_means: "cgroup",
    });
    expect(compile.outputs).toEqual({ report: "fine" });
    const tested = jobDetail.parse((await server.ask(`/api/v1/runs/${id}/jobs/1`)).json);
    expect(tested).toMatchObject({ key: "test", attempt: 2, max_attempts: 2 });
    expect(tested.queued_at).not.toBeNull();
    expect(
      tested.attempts.map(({ number, worker: by, outcome, exit_code }) => [number, by, outcome, exit_code]),
    ).toEqual([
      [1, "local", "failed", 7],
      [2, "local", "succeeded", 0],
    ]);
  });

  test("tells the same user what its process is given, secrets by name only", async () => {
    const definition = `
name: given
inputs: { target: { type: text } }
tasks:
  - id: compile
    command: make \${inputs.target}
    work_dir: sub
    env: { LEVEL: "2" }
    secrets: [DEPLOY_TOKEN]
  - id: ask
    type: approval
    dependencies: [compile]
  - id: later
    command: make later
    dependencies: [ask]
`;
    const order = {
      definition,
      inputs: { target: "all; rm" },
      work_dir: "/src",
      environment: { HOME: "/h" },
    };
    const { json } = await server.post("/api/v1/runs", order);
    const path = `/api/v1/runs/${json.run_id}/jobs`;
    await until(
      async () => (await server.ask(`${path}/compile`)).json.status === "completed",
      "compile ends",
    );
    const given = jobEnvironment.parse((await server.ask(`${path}/compile/environment`)).json);
    expect(given).toMatchObject({
      key: "compile",
      work_dir: "/src/sub",
      shell: ["sh", "-c"],
      command: 'make "${GAIA_VALUE_1}"',
      secrets: { DEPLOY_TOKEN: "DEPLOY_TOKEN" },
      environment: {
        HOME: "/h",
        LEVEL: "2",
        GAIA_VALUE_1: "all; rm",
        GAIA_TASK: "compile",
        GAIA_PIPELINE: "given",
      },
    });
    expect(Object.keys(given.environment)).not.toContain("DEPLOY_TOKEN");
    const refusal = async (key: string) => {
      const { error } = (await server.ask(`${path}/${key}/environment`)).json;
      return [error.code, error.message];
    };
    expect(await refusal("ask")).toEqual(["unsupported", "`ask` has no process of its own."]);
    expect(await refusal("later")).toEqual([
      "conflict",
      "`later` was never started in this run: it is pending (waits for ask).",
    ]);
    await server.post(`${path}/ask/reject`, {});
    await endedRun(server, json.run_id);
  });

  test("lists its summary and artifacts, and gives them out as downloads only", async () => {
    let folder = "";
    worker.act = (assignment, by) => {
      folder = join(server.home, assignment.folder);
      if (assignment.key === "compile") {
        const artifacts = join(folder, "artifacts", `${assignment.name.job}.${assignment.name.attempt}`);
        mkdirSync(join(artifacts, "dist"), { recursive: true });
        writeFileSync(join(artifacts, "dist", "page é.html"), "<script>alert(1)</script>");
        symlinkSync(join(server.home, "gaia.db"), join(artifacts, "link"));
        symlinkSync(server.home, join(artifacts, "folder"));
        mkdirSync(join(folder, "jobs", "0"), { recursive: true });
        writeFileSync(join(folder, "jobs", "0", "0.1.summary.md"), "# Done");
      }
      by.succeed(assignment);
    };
    const id = await startRun(server, BUILD);
    await endedRun(server, id);
    worker.act = (assignment, by) => by.succeed(assignment);
    const detail = jobDetail.parse((await server.ask(`/api/v1/runs/${id}/jobs/compile`)).json);
    expect(detail).toMatchObject({
      summary: "# Done",
      artifacts: [{ path: "dist/page é.html", size_bytes: 25 }],
    });
    const path = `/api/v1/runs/${id}/jobs/compile/artifacts/dist/${encodeURIComponent("page é.html")}`;
    const file = await server.ask(path);
    expect(file).toMatchObject({ status: 200, text: "<script>alert(1)</script>" });
    expect(file.headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename*=UTF-8''page%20%C3%A9.html",
      "x-content-type-options": "nosniff",
    });
    const part = await server.ask({ path, headers: { range: "bytes=1-6" } });
    expect([part.status, part.text, part.headers["content-range"]]).toEqual([206, "script", "bytes 1-6/25"]);
    for (const escape of [
      "link",
      "folder/gaia.db",
      "../../gaia.db",
      "..%2f..%2fgaia.db",
      "%2e%2e/%2e%2e/gaia.db",
      "dist",
      "/etc/passwd",
      "dist/..%2f..%2f..%2f..%2fgaia.db",
    ]) {
      const reply = await server.ask(`/api/v1/runs/${id}/jobs/compile/artifacts/${escape}`);
      expect([escape, reply.status]).toEqual([escape, 404]);
    }
  });

  test("that waits for a person is approved or rejected", async () => {
    const definition =
      "name: release\ntasks:\n  - id: ask\n    type: approval\n    prompt: Ship it?\n  - id: ship\n    command: ./ship\n    dependencies: [ask]\n";
    const id = await startRun(server, definition);
    const waiting = job.parse((await server.ask(`/api/v1/runs/${id}/jobs/ask`)).json);
    expect(waiting).toMatchObject({
      status: "waiting",
      kind: "approval",
      reason: "waits for approval: Ship it?",
    });
    expect(why.parse((await server.ask(`/api/v1/runs/${id}/why?task=ask`)).json).actions[0]?.command).toBe(
      `gaia approve ${id} ask`,
    );
    const reply = await server.post(`/api/v1/runs/${id}/jobs/ask/approve`, { comment: "go" });
    expect(job.parse(reply.json)).toMatchObject({
      status: "completed",
      reason: "approved by local: go",
      outputs: { approved_by: "local", comment: "go" },
    });
    expect(await endedRun(server, id)).toMatchObject({ status: "completed" });
    const late = await server.post(`/api/v1/runs/${id}/jobs/ask/reject`);
    expect([late.status, late.json.error.code]).toEqual([409, "conflict"]);
  });

  test("of a matrix is counted by its group, and listed by status in pages", async () => {
    const definition =
      "name: matrix\ntasks:\n  - id: test\n    command: make\n    matrix: { os: [linux, mac, bsd] }\n";
    worker.act = (assignment, by) =>
      assignment.key === "test[os=bsd]" ? by.start(assignment) : by.succeed(assignment);
    const id = await startRun(server, definition);
    const reason = async () =>
      (await server.ask(`/api/v1/runs/${id}/jobs/test`)).json.reason === "2 of 3 done";
    await until(reason, "two members are done");
    const graphView = graph.parse((await server.ask(`/api/v1/runs/${id}/graph`)).json);
    expect(graphView.nodes.map(({ key, kind, members }) => [key, kind, members])).toEqual([
      ["test", "group", 3],
    ]);
    const page = async (query: string) =>
      listOf(job).parse((await server.ask(`/api/v1/runs/${id}/jobs?${query}`)).json);
    const first = await page("status=completed&limit=1");
    expect(first.items.map(({ key, group }) => [key, group])).toEqual([["test[os=linux]", "test"]]);
    const second = await page(`status=completed&limit=1&cursor=${first.next_cursor}`);
    expect([second.items.map(({ key }) => key), second.next_cursor]).toEqual([["test[os=mac]"], null]);
    worker.act = (assignment, by) => by.succeed(assignment);
    const left = await until(
      () => worker.assignments.find(({ key, name }) => key === "test[os=bsd]" && name.run === id),
      "the last member",
    );
    worker.succeed(left);
    await endedRun(server, id);
  });

  test("tells why nobody takes it", async () => {
    const id = await startRun(
      server,
      "name: train\ntasks:\n  - id: train\n    command: ./train\n    tags: [gpu]\n",
    );
    const view = job.parse((await server.ask(`/api/v1/runs/${id}/jobs/train`)).json);
    expect(view).toMatchObject({ status: "queued", reason: "no worker with tag `gpu` is connected" });
    const reply = why.parse((await server.ask(`/api/v1/runs/${id}/why?task=train`)).json);
    expect(reply.because).toEqual([
      "no worker with tag `gpu` is connected",
      "it needs tag `gpu`; `local` has `linux`, `x64`",
    ]);
    await server.post(`/api/v1/runs/${id}/stop`);
    await endedRun(server, id);
  });
});

describe("the history", () => {
  test("of a run comes in pages, without fencing tokens", async () => {
    const id = await startRun(server, BUILD);
    await endedRun(server, id);
    const kinds: string[] = [];
    let after = "";
    for (let page = 0; page < 20; page++) {
      const reply = listOf(event).parse((await server.ask(`/api/v1/runs/${id}/events?limit=4${after}`)).json);
      kinds.push(...reply.items.map((item) => item.kind));
      expect(JSON.stringify(reply.items)).not.toContain("token");
      if (reply.next_cursor === null) break;
      after = `&after=${reply.next_cursor}`;
    }
    expect(kinds.slice(0, 4)).toEqual(["run.created", "run.started", "job.queued", "job.assigned"]);
    expect(kinds.at(-1)).toBe("run.ended");
    const foreign = await server.ask(
      `/api/v1/runs/@failed/events?after=${(await server.ask(`/api/v1/runs/${id}`)).json.cursor}`,
    );
    expect([foreign.status, foreign.json.error.code]).toEqual([400, "invalid_cursor"]);
  });
});
