import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

let server: TestServer;
const ids: string[] = [];

const named = (name: string, command = "x") =>
  `name: ${name}\ntasks:\n  - id: only\n    command: ${command}\n`;

beforeAll(async () => {
  server = await startTestServer();
  const worker = await server.worker();
  worker.act = (assignment, by) =>
    assignment.pipeline === "broken" ? by.fail(assignment) : by.succeed(assignment);
  for (const name of ["alpha", "alpha", "broken", "beta"]) {
    const id = await startRun(server, named(name));
    await endedRun(server, id);
    ids.push(id);
  }
});
afterAll(() => server.close());

async function meant(ref: string): Promise<string> {
  const { json } = await server.ask(`/api/v1/runs/${encodeURIComponent(ref)}`);
  return json.id ?? json.error.message;
}

describe("a run is named", () => {
  test("by its id, by what of it is unique, by number, pipeline, or as the last one", async () => {
    const [first = "", second = "", broken = "", last = ""] = ids;
    expect(await meant(first)).toBe(first);
    expect(await meant(first.slice(0, -4))).toBe(first);
    expect(await meant("alpha#1")).toBe(first);
    expect(await meant("alpha #2")).toBe(second);
    expect(await meant("alpha")).toBe(second);
    expect(await meant("@")).toBe(last);
    expect(await meant("@failed")).toBe(broken);
  });

  test("and what is not there, or is ambiguous, is told with a remedy", async () => {
    const prefix = (ids[0] ?? "").slice(0, 8);
    const reply = await server.ask(`/api/v1/runs/${prefix}`);
    expect([reply.status, reply.json.error.code]).toEqual([404, "not_found"]);
    expect(reply.json.error.details.candidates.toSorted()).toEqual(ids.toSorted());
    expect(await meant("alpha#9")).toBe("`alpha` has no run #9; its last one is #2.");
    expect(await meant("alpa")).toBe("There is no run `alpa`. Did you mean `alpha`?");
    expect(await meant("alpa#1")).toBe("There is no run `alpa`. Did you mean `alpha`?");
    expect(await meant("@last")).toMatch(/^`@last` names no run/);
    expect(await meant("run_ffff")).toMatch(/^There is no run `run_ffff`/);
  });
});

describe("a task is named", () => {
  test("by its key or number, and a wrong one tells the nearest", async () => {
    const job = async (key: string) =>
      (await server.ask(`/api/v1/runs/@/jobs/${encodeURIComponent(key)}`)).json;
    expect([(await job("only")).key, (await job("0")).key]).toEqual(["only", "only"]);
    expect((await job("onyl")).error.message).toBe("The run has no task `onyl`. Did you mean `only`?");
    expect((await job("7")).error.message).toBe("The run has no task `7`. It has `only`.");
  });
});

test("the last run is one that a person started, not one that another run did", async () => {
  const parent = "name: parent\ntasks:\n  - id: child\n    type: pipeline\n    pipeline: alpha\n";
  const id = await startRun(server, parent);
  const ended = await endedRun(server, id);
  expect(ended).toMatchObject({ status: "completed", jobs: [{ key: "child", child_run: `${id}_0` }] });
  expect(await meant("@")).toBe(id);
  expect(await meant(id.slice(0, -3))).toBe(id);
  expect((await server.ask(`/api/v1/runs/${id}_0`)).json).toMatchObject({
    parent_run: id,
    pipeline: "alpha",
  });
});
