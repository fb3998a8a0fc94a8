import { event, job, listOf, run, why } from "@gaia/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const BUILD = `
name: build
tasks:
  - id: compile
    command: make
  - id: test
    command: make test
  - id: package
    command: make package
    dependencies: [test]
  - id: matrix
    for_each: [a, b, c]
    max_parallel: 1
    command: make \${item}
  - id: ask
    type: approval
`;

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
});
beforeEach(() => {
  worker.act = (assignment, by) => by.start(assignment);
});
afterAll(() => server.close());

/** A run in which everything that can run does, and nothing ends by itself. */
async function busyRun(): Promise<string> {
  const id = await startRun(server, BUILD);
  for (const key of ["compile", "test", "matrix[a]"]) await until(() => statusIs(id, key, "running"), key);
  return id;
}

async function statusIs(id: string, key: string, status: string): Promise<boolean> {
  return job.parse((await shown(id, key)).json).status === status;
}

function shown(id: string, key: string) {
  return server.ask(`/api/v1/runs/${id}/jobs/${encodeURIComponent(key)}`);
}

function stop(id: string, key: string, body: object = {}) {
  return server.post(`/api/v1/runs/${id}/jobs/${encodeURIComponent(key)}/stop`, body);
}

function attemptOf(id: string, key: string) {
  return until(
    () => worker.assignments.find((one) => one.name.run === id && one.key === key),
    `${key} is assigned`,
  );
}

describe("stopping one job", () => {
  test("asks its process to end, cancels it when that is proved, and lets the run go on", async () => {
    const id = await busyRun();
    const reply = await stop(id, "test", { comment: "stuck" });
    expect(reply.status, reply.text).toBe(200);
    expect(job.parse(reply.json)).toMatchObject({
      key: "test",
      status: "stopping",
      reason: expect.stringMatching(/^stopped by local at .*Z: stuck; asked to end /),
    });
    const order = await until(() => worker.stops.find(({ name }) => name.run === id), "the worker is told");
    expect(order).toMatchObject({ name: { job: 1 }, force: false });
    expect((await stop(id, "test")).status).toBe(200);
    const meanwhile = why.parse((await server.ask(`/api/v1/runs/${id}/why?task=test`)).json);
    expect(meanwhile.because).toEqual([
      expect.stringMatching(/^stopped by you at .*Z: stuck; asked to end /),
    ]);
    worker.end(await attemptOf(id, "test"), { outcome: "cancelled" });
    await until(() => statusIs(id, "test", "cancelled"), "test is cancelled");
    expect(job.parse((await shown(id, "package")).json)).toMatchObject({
      status: "skipped",
      reason: "needs test, which was cancelled",
    });
    expect((await stop(id, "test")).json).toMatchObject({ status: "cancelled" });
    const explained = why.parse((await server.ask(`/api/v1/runs/${id}/why?task=package`)).json);
    expect(explained.because).toEqual([
      expect.stringMatching(/^stopped by you at .*Z: stuck$/),
      "package depends on test, and has no `when` that allows a cancelled dependency",
    ]);
    expect((await server.ask(`/api/v1/runs/${id}`)).json.status).toBe("running");
    const events = listOf(event).parse((await server.ask(`/api/v1/runs/${id}/events?limit=200`)).json).items;
    const stopping = events.find(({ kind, job: key }) => kind === "job.stopping" && key === "test");
    expect(stopping).toMatchObject({
      actor: { kind: "user", id: "local", via: "socket" },
      body: { cause: "job_stopped", by: "local", comment: "stuck", force: false },
    });
    await server.post(`/api/v1/runs/${id}/stop`, { force: true });
  });

  test("ends the run as cancelled when nothing failed, and says which job it was", async () => {
    const id = await startRun(
      server,
      "name: two\ntasks:\n  - {id: a, command: x}\n  - {id: b, command: y}\n",
    );
    await until(() => statusIs(id, "a", "running"), "a runs");
    await stop(id, "a");
    worker.end(await attemptOf(id, "a"), { outcome: "cancelled" });
    worker.succeed(await attemptOf(id, "b"));
    expect(run.parse(await endedRun(server, id))).toMatchObject({
      status: "cancelled",
      reason: "a was stopped",
    });
    expect(why.parse((await server.ask(`/api/v1/runs/${id}/why`)).json)).toMatchObject({
      status: "cancelled",
      because: [expect.stringMatching(/^a: stopped by you at .*Z$/)],
    });
    const late = await stop(id, "b");
    expect([late.status, late.json.error.message]).toEqual([409, "`b` has ended already: it is completed."]);
    expect((await stop(id, "a")).json).toMatchObject({ status: "cancelled" });
  });

  test("cancels at once what waits, and stops a group with its members", async () => {
    const id = await busyRun();
    expect((await stop(id, "ask")).json).toMatchObject({ status: "cancelled" });
    expect((await stop(id, "matrix", { force: true })).json).toMatchObject({ status: "running" });
    const order = await until(
      () => worker.stops.find(({ name }) => name.run === id && name.job === 5),
      "matrix[a] is stopped",
    );
    expect(order.force).toBe(true);
    worker.end(await attemptOf(id, "matrix[a]"), { outcome: "cancelled" });
    await until(() => statusIs(id, "matrix", "cancelled"), "matrix is cancelled");
    const explained = why.parse((await server.ask(`/api/v1/runs/${id}/why?task=matrix`)).json);
    expect(explained.because).toEqual([
      "3 of 3 were cancelled",
      expect.stringMatching(/^matrix\[a\]: stopped by you at /),
    ]);
    await server.post(`/api/v1/runs/${id}/stop`, { force: true });
  });

  test("is refused with the reason: it ended, there is none, or the run waits", async () => {
    const id = await busyRun();
    worker.fail(await attemptOf(id, "compile"), 2);
    await until(() => statusIs(id, "compile", "failed"), "compile failed");
    const ended = await stop(id, "compile");
    expect([ended.status, ended.json.error]).toMatchObject([
      409,
      {
        code: "conflict",
        message: "`compile` has ended already: it is failed.",
        request_id: expect.any(String),
      },
    ]);
    const unknown = await stop(id, "tset");
    expect([unknown.status, unknown.json.error.message]).toEqual([
      404,
      "The run has no task `tset`. Did you mean `test`?",
    ]);
    const second = `name: late\nconcurrency: {group: g}\ntasks:\n  - {id: a, command: x}\n`;
    const first = await startRun(server, second);
    const waiting = await startRun(server, second);
    const early = await stop(waiting, "a");
    expect([early.status, early.json.error.message]).toEqual([
      409,
      "The run has not started, so nothing of it runs: stop the run instead.",
    ]);
    for (const one of [id, first, waiting]) await server.post(`/api/v1/runs/${one}/stop`, { force: true });
  });
});
