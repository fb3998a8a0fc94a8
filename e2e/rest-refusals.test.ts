import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Question, type Reply } from "../packages/server/src/api/testing/client.ts";
import { Gaia, workflow } from "./gaia.ts";

/** Every request that is wrong gets a status, a code of the closed set and a sentence; nothing else happens. */

let gaia: Gaia;
let run: string;

beforeAll(async () => {
  gaia = await Gaia.start();
  ({ id: run } = await gaia.run(workflow("deploy", "{id: build, command: echo}")));
});
afterAll(() => gaia.close());

function tcp(question: Question): Promise<Reply> {
  const { host, port } = gaia.tcp();
  return ask({ host, port }, question);
}

function authorized(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { authorization: `Bearer ${gaia.tcp().token}`, ...headers };
}

/** The refusal as a client reads it. */
function refusal(reply: Reply): readonly unknown[] {
  expect(reply.json.error.request_id).toMatch(/./);
  expect(Object.keys(reply.json.error).toSorted()).toEqual(["code", "details", "message", "request_id"]);
  expect(reply.text).not.toMatch(/\.ts:\d|node_modules/);
  return [reply.status, reply.json.error.code, reply.json.error.message];
}

const json = { "content-type": "application/json" };

describe("what does not exist", () => {
  test.each<[string, string, string]>([
    ["GET", "/api/v1/runs/run_00000000000000000000000000000000", "There is no run"],
    ["POST", "/api/v1/runs/nonsense/stop", "nonsense"],
    ["GET", "/api/v1/workflows/deplyo", "Did you mean `deploy`?"],
    ["POST", "/api/v1/workflows/deplyo/start", "Did you mean `deploy`?"],
    ["POST", "/api/v1/workflows/deplyo/pause", "Did you mean `deploy`?"],
    ["DELETE", "/api/v1/workflows/deplyo", "Did you mean `deploy`?"],
    ["GET", "/api/v1/workflows/deploy/tasks/biuld", "`build`"],
    ["GET", "/api/v1/workflows/deploy/tasks/biuld/logs", "`build`"],
    ["GET", "/api/v1/runs/@/jobs/biuld/log", "`build`"],
    ["GET", "/api/v1/runs/@/jobs/build/artifacts/none.txt", "none.txt"],
    ["GET", "/api/v1/runs/@/jobs/build/artifacts/..%2f..%2f..%2fsecrets%2ftoken", ""],
    ["GET", "/api/v1/nothing", "openapi.json"],
    ["GET", "/api", "openapi.json"],
  ])("%s %s is 404 and names what is near", async (method, path, sentence) => {
    const [status, code, message] = refusal(await gaia.ask({ method, path }));
    expect([status, code]).toEqual([404, "not_found"]);
    expect(message).toContain(sentence);
  });
});

describe("a body that is wrong", () => {
  test.each<[string, string, string, number, string, string]>([
    ["is cut off", "/runs", '{"definition": "na', 400, "invalid_request", "not valid JSON"],
    ["is empty", "/runs", "", 400, "invalid_request", "The body is empty"],
    ["is a list", "/runs", '["definition"]', 400, "invalid_definition", ""],
    ["has a wrong type", "/runs", '{"definition": 5}', 400, "invalid_request", "definition"],
    ["has an unknown field", "/runs", '{"definition": "x", "input": {}}', 400, "invalid_request", "inputs"],
    [
      "has a wrong priority",
      "/workflows/deploy/start",
      '{"priority": 11}',
      400,
      "invalid_request",
      "priority",
    ],
    ["has a wrong field", "/workflows/deploy/start", '{"variable": {}}', 400, "invalid_request", "variables"],
    ["names an unknown input", "/workflows/deploy/start", '{"inputs": {"a": 1}}', 400, "invalid_input", "a"],
    ["wants a version that is not", "/workflows/deploy/start", '{"version": 9}', 404, "not_found", "9"],
    ["is a wrong definition", "/workflows", "name: x\ntasks: 5", 400, "invalid_definition", ""],
    [
      "starts in no absolute folder",
      "/runs",
      '{"definition": "x", "work_dir": "a"}',
      400,
      "invalid_request",
      "absolute",
    ],
    [
      "has a variable that no process can have",
      "/runs",
      '{"definition": "x", "environment": {"A=": ""}}',
      400,
      "invalid_request",
      "environment",
    ],
    [
      "has a list for a map",
      "/runs",
      '{"definition": "x", "inputs": []}',
      400,
      "invalid_request",
      "`inputs`: wants an object, not a list",
    ],
    [
      "has a word for a number",
      "/workflows/deploy/start",
      '{"version": "one"}',
      400,
      "invalid_request",
      "`version`: wants a number, not text",
    ],
    [
      "has a word for a flag",
      "/system/shutdown",
      '{"now": "yes"}',
      400,
      "invalid_request",
      "`now`: wants true or false, not text",
    ],
    [
      "wants to replace what all objects have",
      "/runs",
      '{"__proto__": {}, "definition": "x"}',
      400,
      "invalid_request",
      "__proto__",
    ],
    ["is no YAML either", "/runs/@/stop", "{a: [", 400, "invalid_request", "neither JSON nor YAML"],
  ])("because it %s", async (_why, path, body, status, code, sentence) => {
    const isJson = body.startsWith('{"') || body.startsWith("[");
    const told = refusal(
      await gaia.ask({ method: "POST", path: `/api/v1${path}`, body, headers: isJson ? json : {} }),
    );
    expect(told.slice(0, 2)).toEqual([status, code]);
    expect(told[2]).toContain(sentence);
  });

  test("because it is compressed", async () => {
    const headers = { ...json, "content-encoding": "gzip" };
    const told = refusal(await gaia.ask({ method: "POST", path: "/api/v1/runs", headers, body: "{}" }));
    expect(told.slice(0, 2)).toEqual([400, "invalid_request"]);
    expect(told[2]).toContain("`gzip`; send it uncompressed");
  });

  test("carries the problems of a definition, each with its place", async () => {
    const reply = await gaia.ask({
      method: "POST",
      path: "/api/v1/workflows",
      body: "name: x\ntasks:\n  - id: a\n    comand: echo\n",
    });
    expect(reply.json.error.details.problems[0]).toMatchObject({
      line: 4,
      column: 5,
      message: expect.stringContaining("did you mean `command`?"),
    });
  });

  test("past the limit of a body is 413 as soon as its length is told", async () => {
    // The body itself is not sent: the server has hung up by then, and the client would see only that.
    const headers = { "content-length": "2000001" };
    const told = refusal(await gaia.ask({ method: "POST", path: "/api/v1/runs/@/stop", headers }));
    expect(told.slice(0, 2)).toEqual([413, "too_large"]);
    expect(told[2]).toContain("bodyBytes");
  });

  test("past the limit of a definition is 413", async () => {
    const body = Buffer.alloc(1_000_001, "#");
    const told = refusal(await gaia.ask({ method: "POST", path: "/api/v1/workflows", body }));
    expect(told.slice(0, 2)).toEqual([413, "too_large"]);
    expect(told[2]).toContain("definitionBytes");
  });

  test("past the limit in a JSON envelope is told as a problem of the definition", async () => {
    const definition = `name: x\ntasks: [{id: a, command: echo}]\n#${"x".repeat(1_000_000)}`;
    const reply = await gaia.post("/api/v1/workflows", { definition });
    expect(refusal(reply).slice(0, 2)).toEqual([400, "invalid_definition"]);
    expect(reply.json.error.details.problems[0].message).toContain("more than the limit of 1000000");
  });
});

describe("a wrong method, query or cursor", () => {
  test.each([
    ["PUT", "/api/v1/runs", "GET, HEAD, POST"],
    ["DELETE", "/api/orchestration/runs/@", "GET, HEAD"],
    ["GET", "/api/v1/workflows/deploy/start", "POST"],
    ["PATCH", "/api/v1/workflows/deploy", "DELETE, GET, HEAD"],
  ])("%s %s is 405 and names what is possible", async (method, path, allow) => {
    const reply = await gaia.ask({ method, path });
    expect(refusal(reply).slice(0, 2)).toEqual([405, "method_not_allowed"]);
    expect(String(reply.headers.allow).split(", ").toSorted().join(", ")).toBe(allow);
  });

  test.each([
    ["/runs?cursor=nonsense", "invalid_cursor", ""],
    ["/runs/@/jobs?cursor=nonsense", "invalid_cursor", ""],
    ["/runs/@/events?after=nonsense", "invalid_cursor", ""],
    ["/workflows?cursor=nonsense", "invalid_cursor", ""],
    ["/activity?cursor=nonsense", "invalid_cursor", ""],
    ["/runs?limit=501", "invalid_request", "500"],
    ["/runs?limit=-1", "invalid_request", "limit"],
    ["/runs?statsu=failed", "invalid_request", "`status`"],
    ["/runs?status=done", "invalid_request", "completed"],
    ["/runs/", "invalid_request", "`ref`: must not be empty"],
    ["/runs?limit=1&limit=2", "invalid_request", "`limit`: wants text, not a list"],
    ["/runs?status=", "invalid_request", "completed"],
    ["/runs/@/jobs/build/log?tail=-1", "invalid_request", "tail"],
    ["/runs/@/jobs/build/log?attempt=x", "invalid_request", "attempt"],
    ["/runs/@?wait=forever", "invalid_request", "wait"],
    ["/runs/%E0%A4%A", "invalid_request", "percent"],
  ])("%s is 400 %s", async (path, code, sentence) => {
    const told = refusal(await gaia.ask(`/api/v1${path}`));
    expect(told.slice(0, 2)).toEqual([400, code]);
    expect(told[2]).toContain(sentence);
  });

  test("a cursor of another list is refused", async () => {
    await gaia.run(workflow("other", "{id: build, command: echo}"));
    const { next_cursor: cursor } = (await gaia.ask("/api/v1/runs?limit=1")).json;
    expect((await gaia.ask(`/api/v1/runs?limit=1&cursor=${cursor}`)).json.items).toHaveLength(1);
    const told = refusal(await gaia.ask(`/api/v1/workflows?cursor=${cursor}`));
    expect(told.slice(0, 2)).toEqual([400, "invalid_cursor"]);
  });
});

describe("over TCP", () => {
  test("a token is wanted, and the right one works", async () => {
    expect(refusal(await tcp({ path: "/api/v1/runs" })).slice(0, 2)).toEqual([401, "unauthenticated"]);
    const wrong = await tcp({ path: "/api/v1/runs", headers: { authorization: "Bearer gaia_nonsense" } });
    expect(refusal(wrong).slice(0, 2)).toEqual([401, "unauthenticated"]);
    expect(wrong.headers["www-authenticate"]).toBe("Bearer");
    expect((await tcp({ path: "/api/v1/runs", headers: authorized() })).status).toBe(200);
  });

  test.each([
    [{ host: "evil.example" }, "does not answer for the host `evil.example`"],
    [{ origin: "https://evil.example" }, "another origin"],
    [{ origin: "null" }, "another origin"],
  ])("%j is 403, whatever the token", async (headers, sentence) => {
    const told = refusal(await tcp({ path: "/api/v1/runs", headers: authorized(headers) }));
    expect(told.slice(0, 2)).toEqual([403, "forbidden"]);
    expect(told[2]).toContain(sentence);
  });

  test.each([{ work_dir: "/" }, { environment: { PATH: "/" } }])("%j may not be named", async (more) => {
    const definition = workflow("far", "{id: a, command: echo}");
    const reply = await tcp({
      method: "POST",
      path: "/api/v1/runs",
      headers: authorized(),
      json: { definition, ...more },
    });
    expect(refusal(reply).slice(0, 2)).toEqual([403, "forbidden"]);
  });
});

describe("an idempotency key", () => {
  test("answers the same request the same, and refuses another", async () => {
    const before = (await gaia.ask("/api/v1/runs")).json.items.length;
    const start = (body: object, key = "key-1") =>
      gaia.post("/api/v1/workflows/deploy/start", body, { "idempotency-key": key });
    const first = await start({});
    const again = await start({});
    expect([first.status, again.json.run_id]).toEqual([201, first.json.run_id]);
    expect(refusal(await start({ priority: 7 })).slice(0, 2)).toEqual([409, "idempotency_conflict"]);
    expect(refusal(await start({}, "with space")).slice(0, 2)).toEqual([400, "invalid_request"]);
    expect((await gaia.ask("/api/v1/runs")).json.items).toHaveLength(before + 1);
  });
});

test("what cannot be done to a run that has ended is 409", async () => {
  for (const path of ["stop", "jobs/build/approve"]) {
    const told = refusal(await gaia.post(`/api/v1/runs/${run}/${path}`));
    expect(told.slice(0, 2)).toEqual([409, "conflict"]);
  }
  const told = refusal(await gaia.post(`/api/v1/runs/${run}/retry`, { failed: true }));
  expect(told).toEqual([409, "conflict", expect.stringContaining("Nothing failed in this run")]);
});
