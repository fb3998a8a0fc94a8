import type { Assignment } from "@gaia/contracts";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import type { Act, ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const ONE =
  "name: one\ntasks:\n  - id: say\n    command: echo\n    retry: { attempts: 2, initial: 10ms, jitter: 0 }\n";

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
});
afterAll(() => server.close());

/** A run whose task is in the hands of the test. */
async function running(): Promise<{
  readonly id: string;
  readonly assignment: Assignment;
  readonly path: string;
}> {
  worker.act = (assignment, by) => by.start(assignment);
  const id = await startRun(server, ONE);
  const assignment = await until(
    () => worker.assignments.find(({ name }) => name.run === id),
    "the task is assigned",
  );
  return { id, assignment, path: `/api/v1/runs/${id}/jobs/say/log` };
}

async function attempt(id: string, number: number): Promise<Assignment> {
  return until(
    () => worker.assignments.find(({ name }) => name.run === id && name.attempt === number),
    `attempt ${number}`,
  );
}

describe("a log", () => {
  test("is empty before there is one, and says that it has not ended", async () => {
    const id = await startRun(server, "name: gpu\ntasks:\n  - id: say\n    command: x\n    tags: [gpu]\n");
    const reply = await server.ask(`/api/v1/runs/${id}/jobs/say/log`);
    expect([
      reply.status,
      reply.text,
      reply.headers["x-gaia-log-size"],
      reply.headers["x-gaia-log-ended"],
    ]).toEqual([200, "", "0", "false"]);
    const none = await server.ask(`/api/v1/runs/${id}/jobs/say/log?attempt=1`);
    expect([none.status, none.json.error.message]).toEqual([
      404,
      "`say` has no attempt 1; it has not been attempted yet.",
    ]);
    await server.post(`/api/v1/runs/${id}/stop`);
    await endedRun(server, id);
    expect((await server.ask(`/api/v1/runs/${id}/jobs/say/log`)).headers["x-gaia-log-ended"]).toBe("true");
  });

  test("is read by position, from its end, and by range; each attempt has its own", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "first line\nsecond é line\n");
    const read = async (query: string, headers = {}) => server.ask({ path: `${path}${query}`, headers });
    const whole = await read("");
    expect(whole.text).toBe("first line\nsecond é line\n");
    expect(whole.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-length": "26",
      "x-gaia-log-size": "26",
      "x-gaia-log-offset": "0",
      "x-gaia-log-ended": "false",
    });
    expect((await read("?offset=6&length=4")).text).toBe("line");
    expect((await read("?tail=6")).text).toBe(" line\n");
    // A tail that would start within é starts behind it.
    const cut = await read("?tail=7");
    expect([cut.text, cut.headers["x-gaia-log-offset"]]).toEqual([" line\n", "20"]);
    expect((await read("?offset=100")).text).toBe("");
    const range = await read("", { range: "bytes=-5" });
    expect([range.status, range.text, range.headers["content-range"]]).toEqual([
      206,
      "line\n",
      "bytes 21-25/26",
    ]);
    const outside = await read("", { range: "bytes=26-" });
    expect([outside.status, outside.headers["content-range"]]).toEqual([416, "bytes */26"]);
    expect(outside.json.error).toMatchObject({ code: "range_not_satisfiable", details: { size_bytes: 26 } });
    worker.act = (next, by) => by.start(next);
    worker.fail(assignment, 1);
    const second = await attempt(id, 2);
    worker.print(second, "again\n");
    expect((await read("")).text).toBe("again\n");
    expect((await read("?attempt=1")).headers["x-gaia-log-ended"]).toBe("true");
    worker.succeed(second);
    await endedRun(server, id);
    expect((await read("?attempt=2")).headers["x-gaia-log-ended"]).toBe("true");
  });

  test("of a gigabyte answers with its tail without being read", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "start\n");
    const file = openSync(join(server.home, assignment.folder, "jobs", "0", "0.1.log"), "r+");
    ftruncateSync(file, 1_073_741_824);
    writeSync(file, "the end\n", 1_073_741_824 - 8);
    closeSync(file);
    const before = process.memoryUsage.rss();
    const reply = await server.ask(`${path}?tail=8`);
    expect([reply.text, reply.headers["x-gaia-log-size"]]).toEqual(["the end\n", "1073741824"]);
    const most = await server.ask(`${path}?offset=0&length=999999999`);
    expect(most.bytes.length).toBe(4_194_304);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
    worker.succeed(assignment);
    await endedRun(server, id);
  });
});

describe("a followed log", () => {
  test("comes as it is written, goes over to the next attempt, and ends", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "one\n");
    const stream = await server.listen(`${path}?follow=1`);
    await stream.first("log", ({ data }) => data.text === "one\n");
    const bytes = Buffer.from("é\n");
    worker.print(assignment, bytes.subarray(0, 1));
    worker.print(assignment, bytes.subarray(1));
    await until(() => textOf(stream.of("log")) === "one\né\n", "the character comes whole");
    worker.fail(assignment, 1);
    const second = await attempt(id, 2);
    worker.print(second, "two\n");
    await stream.first("attempt", ({ data }) => data.attempt === 2);
    await stream.first("log", ({ data }) => data.text === "two\n" && data.offset === 0);
    worker.print(second, "last");
    worker.succeed(second);
    expect(await stream.end()).toBe("closed");
    expect(stream.messages.at(-1)).toMatchObject({
      event: "end",
      data: { attempt: 2, size_bytes: 8, status: "completed" },
    });
    expect(textOf(stream.of("log"))).toBe("one\né\ntwo\nlast");
  });

  test("starts at its tail, and resumes where a reader stopped", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "a long past\nnow\n");
    const first = await server.listen(`${path}?follow=1&tail=4`);
    const message = await first.first("log");
    expect(message.data).toMatchObject({ attempt: 1, offset: 12, text: "now\n" });
    first.stop();
    worker.print(assignment, "then\n");
    const second = await server.listen(`${path}?follow=1&tail=4`, { "last-event-id": String(message.id) });
    worker.succeed(assignment);
    await second.end();
    expect(textOf(second.of("log"))).toBe("then\n");
    await endedRun(server, id);
  });

  test("of a job without a first attempt waits for it", async () => {
    const id = await startRun(server, "name: later\ntasks:\n  - id: say\n    command: x\n    tags: [late]\n");
    const stream = await server.listen(`/api/v1/runs/${id}/jobs/say/log?follow=1`);
    const act: Act = (assignment, by) => {
      by.print(assignment, "here\n");
      by.succeed(assignment);
    };
    const late = await server.worker({ id: "wrk_late", name: "late", tags: ["late"], act });
    await stream.end();
    expect(textOf(stream.of("log"))).toBe("here\n");
    late.disconnect();
  });
});

function textOf(messages: readonly { readonly data: { readonly text: string } }[]): string {
  return messages.map(({ data }) => data.text).join("");
}
