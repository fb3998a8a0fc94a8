import { jobFiles, jobTests, listOf } from "@gaia/contracts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { endedRun, startRun } from "./testing/runs.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

const DEFINITION = `
name: suite
tasks:
  - id: quiet
    command: make nothing
  - id: test
    command: make test
    matrix: { part: [1, 2] }
    retry: { attempts: 2, initial: 10ms, jitter: 0 }
  - id: report
    command: make report
    dependencies: [test]
`;
const JUNIT = (part: string): string =>
  `<testsuite name="part ${part}"><testcase name="adds"/><testcase name="renews"><failure message="no"/></testcase></testsuite>`;

let server: TestServer;
let run = "";

beforeAll(async () => {
  server = await startTestServer();
  const worker = await server.worker();
  worker.act = (assignment, by) => {
    const { job, attempt } = assignment.name;
    const keep = (name: string, text: string): void => {
      const folder = join(server.home, assignment.folder, "artifacts", `${job}.${attempt}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    if (assignment.key === "test[part=2]" && attempt === 1) {
      keep("old.txt", "of an attempt that failed");
      return by.fail(assignment, 1);
    }
    if (assignment.key.startsWith("test[")) keep("junit.xml", JUNIT(assignment.key));
    if (assignment.key === "report") keep("report.html", "<p>");
    return by.succeed(assignment);
  };
  run = await startRun(server, DEFINITION);
  await endedRun(server, run);
});
afterAll(() => server.close());

async function files(query = "") {
  const reply = await server.ask(`/api/v1/runs/${run}/artifacts${query}`);
  expect(reply.status, reply.text).toBe(200);
  const { items, next_cursor: next } = listOf(jobFiles).parse(reply.json);
  return {
    next,
    kept: items.map(({ job, attempt, files: list }) => [job, attempt, ...list.map(({ path }) => path)]),
  };
}

test("files of all jobs are listed by job, those of newest attempts", async () => {
  expect(await files()).toEqual({
    next: null,
    kept: [
      ["report", 1, "report.html"],
      ["test[part=1]", 1, "junit.xml"],
      ["test[part=2]", 2, "junit.xml"],
    ],
  });
});

test("files are listed of one job, of a group's members, and by pages", async () => {
  expect((await files("?job=report")).kept).toEqual([["report", 1, "report.html"]]);
  expect((await files("?job=test")).kept.map(([job]) => job)).toEqual(["test[part=1]", "test[part=2]"]);
  expect((await files("?job=quiet")).kept).toEqual([]);
  const first = await files("?limit=2");
  expect(first.kept).toHaveLength(2);
  const rest = await files(`?cursor=${first.next}`);
  expect([rest.kept.map(([job]) => job), rest.next]).toEqual([["test[part=2]"], null]);
});

test("reports of all jobs are listed by job; a job without one is left out", async () => {
  const reply = await server.ask(`/api/v1/runs/${run}/tests`);
  const { items } = listOf(jobTests).parse(reply.json);
  expect(items.map(({ job, attempt, report }) => [job, attempt, report.failed, report.passed])).toEqual([
    ["test[part=1]", 1, 1, 1],
    ["test[part=2]", 2, 1, 1],
  ]);
  expect(items[0]?.report.cases[0]?.name).toBe("renews");
});

test("what is asked wrongly is refused with a remedy", async () => {
  const unknown = await server.ask(`/api/v1/runs/${run}/artifacts?job=tset`);
  expect([unknown.status, unknown.json.error.message]).toEqual([
    404,
    "The run has no task `tset`. Did you mean `test`?",
  ]);
  expect((await server.ask(`/api/v1/runs/${run}/tests?cursor=x`)).json.error.code).toBe("invalid_cursor");
  expect((await server.ask(`/api/v1/runs/${run}/tests?limit=0`)).status).toBe(400);
});
