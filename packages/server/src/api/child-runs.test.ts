import { job, jobDetail, run, why } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
  const smoke =
    "name: smoke\noutputs: {n: '${tasks.check.outputs.n}'}\ntasks:\n  - {id: check, command: make}\n";
  await server.post("/api/v1/workflows", { definition: smoke });
});
afterAll(() => server.close());

function parent(more: string): string {
  return `name: parent\ntasks:\n  - {id: call, type: pipeline, pipeline: smoke, ${more}}\n`;
}

async function call(id: string) {
  return jobDetail.parse((await server.ask(`/api/v1/runs/${id}/jobs/call`)).json);
}

describe("a child run", () => {
  test("that fails is tried again as another run, and each is an attempt of the task", async () => {
    let failures = 1;
    worker.act = (assignment, by) =>
      failures-- > 0 ? by.fail(assignment, 3) : by.succeed(assignment, { n: 7 });
    const id = await startRun(server, parent("retry: {attempts: 3, initial: 10ms}"));
    expect(await endedRun(server, id)).toMatchObject({ status: "completed" });
    const detail = await call(id);
    expect(detail).toMatchObject({
      status: "completed",
      attempt: 2,
      max_attempts: 3,
      child_run: `${id}_0-2`,
      outputs: { n: 7 },
      worker: null,
    });
    expect(detail.attempts).toMatchObject([
      { number: 1, outcome: "failed", child_run: `${id}_0`, worker: "" },
      { number: 2, outcome: "succeeded", child_run: `${id}_0-2` },
    ]);
    for (const { started_at: from, ended_at: to } of detail.attempts)
      expect(Date.parse(String(to))).toBeGreaterThanOrEqual(Date.parse(String(from)));
    expect((await server.ask(`/api/v1/runs/${id}_0`)).json).toMatchObject({
      status: "failed",
      parent_run: id,
    });
    const log = await server.ask(`/api/v1/runs/${id}/jobs/call/log?attempt=1`);
    expect([log.status, log.json.error.message]).toEqual([
      404,
      "`call` has no attempt 1; what its child runs print is in the logs of their tasks.",
    ]);
    expect((await server.ask(`/api/v1/runs/${id}/jobs/call/log`)).text).toBe("");
  });

  test("that takes longer than `timeout` is stopped; the task fails when that is proved", async () => {
    worker.act = (assignment, by) => by.start(assignment);
    const id = await startRun(server, parent("timeout: 50ms"));
    const order = await until(() => worker.stops.find(({ name }) => name.run === `${id}_0`), "a stop");
    expect(job.parse(await call(id))).toMatchObject({
      status: "stopping",
      reason: `its run ${id}_0 is being stopped: it took longer than its \`timeout\``,
    });
    expect(run.parse((await server.ask(`/api/v1/runs/${id}_0`)).json).reason).toMatch(
      /^stopped by parent #\d+: its task call took longer than its timeout/,
    );
    worker.end({ name: order.name }, { outcome: "cancelled" });
    expect(await endedRun(server, id)).toMatchObject({
      status: "failed",
      reason: `call failed: its run ${id}_0 took longer than its \`timeout\``,
    });
    const detail = await call(id);
    expect(detail).toMatchObject({
      status: "failed",
      reason: `its run ${id}_0 took longer than its \`timeout\``,
      attempts: [{ number: 1, outcome: "timed_out", child_run: `${id}_0` }],
    });
    const explained = why.parse((await server.ask(`/api/v1/runs/${id}/why?task=call`)).json);
    const { number } = run.parse((await server.ask(`/api/v1/runs/${id}_0`)).json);
    expect(explained.because).toEqual([`its run smoke #${number} took longer than its \`timeout\``]);
    expect(explained.actions[0]).toEqual({ label: "its run", command: `gaia why ${id}_0` });
  });

  test("is stopped with its task, and not tried again", async () => {
    worker.act = (assignment, by) => by.start(assignment);
    const id = await startRun(server, parent("retry: 3"));
    await until(() => worker.assignments.find(({ name }) => name.run === `${id}_0`), "the child runs");
    const reply = await server.post(`/api/v1/runs/${id}/jobs/call/stop`, { comment: "wrong" });
    expect(reply.json).toMatchObject({ status: "stopping", child_run: `${id}_0` });
    const order = await until(() => worker.stops.find(({ name }) => name.run === `${id}_0`), "a stop");
    worker.end({ name: order.name }, { outcome: "cancelled" });
    expect(await endedRun(server, id)).toMatchObject({ status: "cancelled", reason: "call was stopped" });
    expect(await call(id)).toMatchObject({ status: "cancelled", attempts: [{ outcome: "cancelled" }] });
  });

  test("that cannot be started is an attempt that was rejected, and the last", async () => {
    const id = await startRun(
      server,
      "name: wrong\ntasks:\n  - {id: call, type: pipeline, pipeline: smok, retry: 3}\n",
    );
    await endedRun(server, id);
    expect(await call(id)).toMatchObject({
      status: "failed",
      attempts: [
        { number: 1, outcome: "rejected", message: expect.stringContaining("Did you mean `smoke`?") },
      ],
    });
  });
});
