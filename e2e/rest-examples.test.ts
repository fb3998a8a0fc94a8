import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** The examples that users were promised work as they are printed, typed with curl over the socket. */

const execute = promisify(execFile);
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

/** The whole answer of `curl`, its status code last. */
async function curl(
  ...words: readonly string[]
): Promise<{ readonly status: number; readonly text: string }> {
  const socket = join(gaia.home, "gaia.sock");
  const { stdout } = await execute("curl", ["-s", "--unix-socket", socket, "-w", "\n%{http_code}", ...words]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
}

/** As printed. */
const PRINTED = `name: parallel-development
variables:
  project_root: /path/to/project
tasks:
  - id: backend
    type: code
    agent: claude
    command: "Implement REST API"
    dependencies: []
  - id: frontend
    type: code
    agent: gemini
    command: "Create React components"
    dependencies: []
  - id: test
    type: test
    agent: system
    command: make test
    dependencies: [backend, frontend]
`;

const ROOT = "http://gaia/api/orchestration";

describe("the printed workflow", () => {
  test("is valid, is kept, and tells its tasks", async () => {
    const file = gaia.write("printed.yaml", PRINTED);
    expect((await gaia.gaia("validate", file)).status).toBe(0);
    const created = await curl(`${ROOT}/workflows`, "-X", "POST", "--data-binary", `@${file}`);
    expect(created.status).toBe(201);
    expect(JSON.parse(created.text)).toMatchObject({ name: "parallel-development", status: "pending" });
    const shown = JSON.parse((await curl(`${ROOT}/workflows/parallel-development`)).text);
    expect(shown.source).toBe(PRINTED);
    expect(shown.graph.nodes.map(({ key }: { key: string }) => key)).toEqual(["backend", "frontend", "test"]);
  });

  test("is refused at its start with one sentence, for this Gaia has no agents yet", async () => {
    const started = await curl(`${ROOT}/workflows/parallel-development/start`, "-X", "POST");
    expect(started.status).toBe(422);
    expect(JSON.parse(started.text).error).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("`backend` needs the agent `claude`"),
    });
  });
});

describe("the printed calls", () => {
  const RUNNABLE = workflow(
    "ci",
    "{id: backend, command: echo built}",
    "{id: frontend, command: echo drawn}",
    "{id: test, type: test, agent: system, command: echo tested, dependencies: [backend, frontend]}",
  );

  test("create, start, monitor, output, in the order in which they are printed", async () => {
    const file = gaia.write("ci.yaml", RUNNABLE);
    expect((await curl(`${ROOT}/workflows`, "-X", "POST", "--data-binary", `@${file}`)).status).toBe(201);
    const started = await curl(`${ROOT}/workflows/ci/start`, "-X", "POST");
    expect(started.status).toBe(201);
    const { run_id: run } = JSON.parse(started.text);
    await gaia.ended(run);
    const status = await curl(`${ROOT}/workflows/ci/status`);
    expect(JSON.parse(status.text)).toMatchObject({
      run_id: run,
      status: "completed",
      progress: { total: 3, completed: 3, failed: 0, percentage: 100 },
    });
    expect(await curl(`${ROOT}/workflows/ci/tasks/test/logs`)).toEqual({ status: 200, text: "tested\n" });
    const task = await curl(`${ROOT}/workflows/ci/tasks/test`);
    expect(JSON.parse(task.text)).toMatchObject({
      key: "test",
      status: "completed",
      dependencies: ["backend", "frontend"],
    });
  });

  test.each([
    ["a form, as `curl -d` says", ["--data-binary"], (text: string) => text],
    ["JSON text", ["-H", "Content-Type: application/json", "--data-binary"], (text: string) => text],
    [
      "a definition within JSON",
      ["-H", "Content-Type: application/json", "-d"],
      (text: string) => JSON.stringify({ definition: text, variables: {} }),
    ],
  ])("take a workflow as %s", async (_what, flags, body) => {
    const created = await curl(`${ROOT}/workflows`, ...flags, body(RUNNABLE));
    expect(created.status).toBe(201);
  });

  test("list by status, stop, and stop what has ended", async () => {
    const definition = workflow("long", "{id: wait, command: sleep 300}");
    await curl(`${ROOT}/workflows`, "--data-binary", definition);
    const { run_id: run } = JSON.parse((await curl(`${ROOT}/workflows/long/start`, "-X", "POST")).text);
    await gaia.reached(run, "wait", "running");
    const listed = JSON.parse((await curl(`${ROOT}/workflows?status=running`)).text);
    expect(listed.items.map(({ name }: { name: string }) => name)).toEqual(["long"]);
    expect((await curl(`${ROOT}/workflows/long/stop`, "-X", "POST")).status).toBe(200);
    expect(await gaia.ended(run)).toMatchObject({ status: "cancelled", jobs: [{ status: "cancelled" }] });
    expect((await curl(`${ROOT}/workflows/long/stop`, "-X", "POST")).status).toBe(409);
    expect(JSON.parse((await curl(`${ROOT}/workflows?status=pending&search=nothing`)).text)).toEqual({
      items: [],
      next_cursor: null,
    });
  });

  test("answer under both prefixes, and are described", async () => {
    const document = JSON.parse((await curl("http://gaia/api/v1/openapi.json")).text);
    for (const path of ["/workflows", "/workflows/{id}/start", "/workflows/{id}/tasks/{task_id}/logs"]) {
      expect(Object.keys(document.paths).some((known) => known.endsWith(path))).toBe(true);
    }
    const both = await Promise.all([curl(`${ROOT}/workflows/ci`), curl("http://gaia/api/v1/workflows/ci")]);
    expect(both[0]).toEqual(both[1]);
  });

  test("work through `gaia api`, too", async () => {
    const end = await gaia.gaia("api", "GET", "/workflows/ci/status");
    expect(end.status).toBe(0);
    expect(JSON.parse(end.stdout)).toMatchObject({ status: "completed" });
    const missing = await gaia.gaia("api", "GET", "/workflows/cii/status");
    expect(missing.status).toBe(2);
    expect(JSON.parse(missing.stdout).error).toMatchObject({ code: "not_found", details: { nearest: "ci" } });
  });
});

describe("what a task may write", () => {
  test("defaults: the name is the id, the type shell, the agent system, no dependencies", async () => {
    const run = await gaia.run("name: defaults\ntasks:\n  - id: only\n    command: echo yes\n");
    expect(run.jobs[0]).toMatchObject({ key: "only", name: "only", kind: "task", dependencies: [] });
  });

  test("outputs, a summary and artifacts reach the API", async () => {
    const command = [
      "echo url=http://localhost > $GAIA_OUTPUT",
      'echo \'{"count": 3, "list": ["a", "b"]}\' >> $GAIA_OUTPUT',
      "echo '# Done' > $GAIA_SUMMARY",
      "mkdir -p dist; echo content > dist/page.html",
    ].join("; ");
    const task = JSON.stringify({ id: "site", command, artifacts: ["dist/**"] });
    const run = await gaia.run(`outputs: {address: "\${tasks.site.outputs.url}"}\n${workflow("site", task)}`);
    expect(run).toMatchObject({ status: "completed", outputs: { address: "http://localhost" } });
    expect(await gaia.job(run.id, "site")).toMatchObject({
      outputs: { url: "http://localhost", count: 3, list: ["a", "b"] },
      summary: "# Done\n",
      artifacts: [{ path: "dist/page.html", size_bytes: 8 }],
    });
    const file = await gaia.ask(`/api/v1/runs/${run.id}/jobs/site/artifacts/dist/page.html`);
    expect(file.text).toBe("content\n");
  });

  test("a variable never becomes shell code, and `$${` is a literal", async () => {
    const evil = `"; touch hacked; echo $(touch hacked) \`touch hacked\` '`;
    const run = await gaia.run(
      `variables: {text: ${JSON.stringify(evil)}}\n${workflow("evil", '{id: say, command: "echo \\"${text}\\"; echo ${text}; echo \\"$${text}\\" ${HOME:-none}"}')}`,
      { environment: { PATH: process.env["PATH"] ?? "", HOME: "/home/somebody" } },
    );
    expect(run.status).toBe("completed");
    const [quoted, bare, literal] = (await gaia.log(run.id, "say")).toString().split("\n");
    expect([quoted, bare]).toEqual([evil, evil]);
    expect(literal).toContain("/home/somebody");
    expect(() => readFileSync(join(gaia.folder, "hacked"))).toThrow("ENOENT");
  });
});
