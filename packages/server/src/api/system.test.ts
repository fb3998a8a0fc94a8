import { system, worker as workerSchema, listOf } from "@gaia/contracts";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { metricsDocument } from "../observe/index.ts";
import { readiness } from "./schemas.ts";
import { endedRun, startRun } from "./testing/runs.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("the server", () => {
  test("takes work without a worker, and says that there is none", async () => {
    expect((await server.ask("/health")).json).toEqual({ status: "alive", version: "0.0.0" });
    const reply = await server.ask("/ready");
    expect([reply.status, readiness.parse(reply.json)]).toEqual([
      200,
      {
        status: "ready",
        checks: [
          { name: "server", ok: true, message: "" },
          { name: "store", ok: true, message: "" },
          { name: "worker", ok: false, message: "No worker is connected." },
        ],
      },
    ]);
  });

  test("shows its workers, also those that left", async () => {
    const here = await server.worker();
    const gone = await server.worker({ id: "wrk_gone", name: "gone", slots: 2 });
    gone.disconnect();
    const { items } = listOf(workerSchema).parse((await server.ask("/api/v1/workers")).json);
    expect(items.map(({ name, status, slots }) => [name, status, slots])).toEqual([
      ["local", "connected", 8],
      ["gone", "disconnected", 2],
    ]);
    expect(here.id).toBe(items[0]?.id);
  });

  test("says what it is and has", async () => {
    const view = system.parse((await server.ask("/api/v1/system")).json);
    expect(view).toMatchObject({
      version: "0.0.0",
      pid: process.pid,
      home: server.home,
      namespace: "default",
      address: null,
    });
    expect(view.database.size_bytes).toBeGreaterThan(0);
    expect(view.disk.total_bytes).toBeGreaterThan(view.disk.free_bytes);
    expect(view.process.memory_bytes).toBeGreaterThan(1_000_000);
    expect([view.database.problem, view.database.last_backup]).toEqual(["", null]);
    const { port } = await server.tcp();
    expect(system.parse((await server.ask("/api/v1/system")).json).address).toBe(`http://127.0.0.1:${port}`);
  });

  test("looks after its database while it is in use", async () => {
    expect((await server.post("/api/v1/system/db/check")).json).toEqual({ ok: true, problems: [] });
    expect((await server.post("/api/v1/system/db/compact")).json).toMatchObject({
      before_bytes: expect.any(Number),
    });
    const path = join(server.home, "copy.db");
    const backup = await server.post("/api/v1/system/db/backup", { path });
    expect([backup.status, backup.json.path, statSync(path).size]).toEqual([
      201,
      path,
      backup.json.size_bytes,
    ]);
    const relative = await server.post("/api/v1/system/db/backup", { path: "copy.db" });
    expect([relative.status, relative.json.error.code]).toEqual([400, "invalid_request"]);
    const unnamed = await server.post("/api/v1/system/db/backup");
    expect(existsSync(unnamed.json.path)).toBe(true);
    const { last_backup: last } = system.parse((await server.ask("/api/v1/system")).json).database;
    expect([last?.path, last?.size_bytes]).toEqual([unnamed.json.path, unnamed.json.size_bytes]);
    expect(Date.parse(last?.at ?? "")).toBeGreaterThan(0);
  });

  test("is asked to end, after it has answered", async () => {
    const reply = await server.post("/api/v1/system/shutdown", { now: true });
    expect([reply.status, reply.json]).toEqual([202, { accepted: true }]);
    await until(() => server.shutdowns.length === 1, "the server is told");
    expect(server.shutdowns).toEqual([true]);
  });
});

describe("the metrics", () => {
  test("count requests by route template, and what ended", async () => {
    const id = await startRun(server, "name: counted\ntasks:\n  - id: a\n    command: x\n");
    await endedRun(server, id);
    const { text, headers } = await server.ask("/metrics");
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    expect(text).toContain('gaia_http_requests_total{route="/api/v1/runs/:ref",method="GET",status="200"} 1');
    expect(text).toContain('gaia_runs_ended_total{status="completed"} 1');
    expect(text).toContain('gaia_jobs_ended_total{status="completed"} 1');
    expect(text).toContain('gaia_attempts_ended_total{outcome="succeeded"} 1');
    expect(text).toContain("gaia_workers_connected 1");
    expect(text).not.toContain(id);
    for (const line of text.split("\n"))
      if (line !== "" && !line.startsWith("#")) expect(line).toMatch(/^gaia_[a-z_]+(\{.*\})? [-\d.e+]+$/);
  });

  test("are described as they are", async () => {
    const { text } = await server.ask("/metrics");
    await expect(metricsDocument(text)).toMatchFileSnapshot("../../../../docs/metrics.md");
  });
});
