import { event, job, jobDetail, listOf, run, runDetail, started } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { until } from "./testing/until.ts";

const BUILD = `
name: build
variables: { target: web }
tasks:
  - id: compile
    command: make compile
  - id: test
    command: make test
    dependencies: [compile]
    retry: { attempts: 2, initial: 10ms }
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

async function start(definition: string): Promise<string> {
  const reply = await server.post("/api/v1/runs", { definition });
  expect(reply.status, reply.text).toBe(201);
  return started.parse(reply.json).run_id;
}

async function ended(id: string): Promise<Record<string, unknown>> {
  return until(async () => {
    const { json } = await server.ask(`/api/v1/runs/${id}`);
    return json.ended_at === null ? null : json;
  }, `${id} ends`);
}

describe("a run", () => {
  test("is started, performed and shown", async () => {
    const id = await start(BUILD);
    const detail = runDetail.parse(await ended(id));
    expect(detail).toMatchObject({ id, pipeline: "build", status: "completed", reason: "", jobs_total: 3 });
    expect(detail.progress).toEqual({ total: 3, completed: 3, failed: 0, percentage: 100 });
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
});
