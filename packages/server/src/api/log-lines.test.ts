import type { Assignment } from "@gaia/contracts";
import { logIndexFile } from "@gaia/contracts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const ONE =
  "name: one\ntasks:\n  - id: say\n    command: echo\n    retry: { attempts: 2, initial: 10ms, jitter: 0 }\n";

let server: TestServer;
let worker: ScriptedWorker;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
  worker.act = (assignment, by) => by.start(assignment);
});
afterAll(() => server.close());

async function running(): Promise<{
  readonly id: string;
  readonly assignment: Assignment;
  readonly path: string;
}> {
  const id = await startRun(server, ONE);
  return { id, assignment: await attempt(id, 1), path: `/api/v1/runs/${id}/jobs/say/log` };
}

async function attempt(id: string, number: number): Promise<Assignment> {
  return until(
    () => worker.assignments.find(({ name }) => name.run === id && name.attempt === number),
    `attempt ${number}`,
  );
}

describe("a log by line", () => {
  test("is read by number, with times, colours in force and the attempt", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "one\n\u001b[31mtwo\nthree\u001b[0m\nhalf");
    const folder = join(server.home, assignment.folder);
    writeFileSync(join(folder, logIndexFile(assignment.name.job, 1)), "[0,1000,0]\n[4,61000,1]\n");
    const read = (query: string) => server.ask(`${path}/lines${query}`);
    expect((await read("")).json).toEqual({
      attempt: 1,
      from: 1,
      sgr: "",
      lines: [
        { text: "one", at: "1970-01-01T00:00:01.000Z", cut_bytes: 0 },
        { text: "\u001b[31mtwo", at: "1970-01-01T00:01:01.000Z", cut_bytes: 0 },
        { text: "three\u001b[0m", at: "1970-01-01T00:01:01.000Z", cut_bytes: 0 },
        { text: "half", at: "1970-01-01T00:01:01.000Z", cut_bytes: 0 },
      ],
    });
    expect((await read("?from=3&count=1")).json).toMatchObject({ from: 3, sgr: "31", lines: [{}] });
    expect((await read("?from=90")).json.lines).toEqual([]);
    for (const [query, words] of [
      ["?from=0", "is at least 1"],
      ["?count=1001", "is at most 1000"],
      ["?from=x", "wants a whole number"],
    ] as const) {
      const refused = await read(query);
      expect([refused.status, refused.json.error.message]).toEqual([400, expect.stringContaining(words)]);
    }
    expect((await read("?attempt=2")).status).toBe(404);
    worker.succeed(assignment);
    await endedRun(server, id);
  });

  test("is empty before there is one", async () => {
    const id = await startRun(server, "name: gpu\ntasks:\n  - id: say\n    command: x\n    tags: [gpu]\n");
    const path = `/api/v1/runs/${id}/jobs/say/log`;
    expect((await server.ask(`${path}/lines`)).json).toEqual({ attempt: 0, from: 1, sgr: "", lines: [] });
    expect((await server.ask(`${path}/outline`)).json).toMatchObject({ attempt: 0, lines: 0, ended: false });
    expect((await server.ask(`${path}/search?q=x`)).json).toMatchObject({ total: 0, complete: true });
    await server.post(`/api/v1/runs/${id}/stop`);
    await endedRun(server, id);
    const stream = await server.listen(`${path}/outline?follow=1`);
    await stream.first("end");
  });
});

describe("the outline of a log", () => {
  test("says where groups, errors and repetitions are, with times", async () => {
    const { id, assignment, path } = await running();
    worker.print(
      assignment,
      `::group::Install\nx\n::endgroup::\nError: no\nwarning: old\n${"tick\n".repeat(12)}`,
    );
    const folder = join(server.home, assignment.folder);
    writeFileSync(join(folder, logIndexFile(assignment.name.job, 1)), "[0,1000,0]\n[19,4000,2]\n");
    expect((await server.ask(`${path}/outline`)).json).toEqual({
      attempt: 1,
      attempts: 1,
      ended: false,
      size_bytes: 115,
      scanned_bytes: 115,
      lines: 17,
      binary: false,
      started_at: "1970-01-01T00:00:01.000Z",
      errors_total: 1,
      warnings_total: 1,
      errors: [4],
      warnings: [5],
      groups: [
        {
          line: 1,
          end: 3,
          title: "Install",
          open: false,
          at: "1970-01-01T00:00:01.000Z",
          until: "1970-01-01T00:00:04.000Z",
        },
      ],
      repeats: [{ line: 6, end: 17, period: 1 }],
    });
    worker.succeed(assignment);
    await endedRun(server, id);
  });

  test("is followed: what is new comes, and the end of the attempt", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "--- Build\nError: one\n");
    const stream = await server.listen(`${path}/outline?follow=1`);
    const first = await stream.first("outline", ({ data }) => data.lines === 2);
    expect(first.data).toMatchObject({ errors: [2], groups: [{ line: 1, end: null }] });
    worker.print(assignment, "--- Test\nError: two\nhalf");
    const second = await stream.first("outline", ({ data }) => data.lines === 5);
    expect(second.data).toMatchObject({
      errors_total: 2,
      errors: [4],
      groups: [
        { line: 1, end: 2 },
        { line: 3, end: null },
      ],
    });
    worker.print(assignment, " a line\nplain\n");
    const third = await stream.first("outline", ({ data }) => data.lines === 6);
    expect(third.data).toMatchObject({ errors_total: 2, errors: [], groups: [] });
    worker.fail(assignment, 1);
    expect(await stream.end()).toBe("closed");
    expect(stream.messages.at(-1)).toMatchObject({ event: "end", data: { attempt: 1 } });
    const next = await attempt(id, 2);
    worker.print(next, "again\n");
    const later = await server.listen(`${path}/outline?follow=1`);
    await later.first("outline", ({ data }) => data.attempt === 2 && data.lines === 1);
    worker.succeed(next);
    expect(await later.end()).toBe("closed");
    await endedRun(server, id);
  });
});

describe("search in a log", () => {
  test("finds lines, goes on where it stopped while the log grows, and ends with it", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "voucher Voucher\nnone\nvouch");
    const ask = async (query: string) => server.ask(`${path}/search?${query}`);
    const first = (await ask("q=VOUCHER")).json;
    expect(first).toMatchObject({ hits: [{ line: 1, count: 2 }], total: 2, complete: true });
    worker.print(assignment, "er\n");
    const second = (await ask(`q=voucher&cursor=${first.next_cursor}`)).json;
    expect(second).toMatchObject({ hits: [{ line: 3, count: 1 }], total: 1 });
    worker.succeed(assignment);
    await endedRun(server, id);
    expect((await ask("q=voucher")).json).toMatchObject({ total: 3, next_cursor: null });
  });

  test("refuses no text, a long text and a foreign cursor", async () => {
    const { id, assignment, path } = await running();
    worker.print(assignment, "x\n");
    const ask = (query: string) => server.ask(`${path}/search${query}`);
    expect((await ask("")).status).toBe(400);
    expect((await ask("?q=")).json.error.message).toContain("wants a text");
    expect((await ask(`?q=${"x".repeat(201)}`)).json.error.message).toContain("200");
    expect((await ask("?q=x&cursor=s2.0.0")).json.error.code).toBe("invalid_cursor");
    worker.succeed(assignment);
    await endedRun(server, id);
  });
});
