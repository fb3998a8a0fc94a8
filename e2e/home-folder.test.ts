import { executionCopy } from "@gaia/contracts/execution-copy.ts";
import Database from "better-sqlite3";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** What people find in a home beside the server: copies, logs, views and a configuration to edit. */

const ENDS: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ENDS.splice(0).toReversed()) await end();
});

async function started(...options: Parameters<typeof Gaia.start>): Promise<Gaia> {
  const gaia = await Gaia.start(...options);
  ENDS.push(() => gaia.close());
  return gaia;
}

const logged = (gaia: Gaia, name: string): readonly Record<string, unknown>[] =>
  readFileSync(join(gaia.home, "logs", name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("a home folder", () => {
  test("is furnished by its first start, for its owner alone, and what is there stays", async () => {
    const gaia = Gaia.prepare({ config: "# mine\n[log]\nlevel = 'info'\n" });
    ENDS.push(() => gaia.close());
    await gaia.startServer();
    const names = ["services/registry.json"];
    for (const topic of ["sessions", "workflows", "services", "agents"]) names.push(`logs/${topic}.log`);
    for (const name of names) expect(statSync(join(gaia.home, name)).mode & 0o177, name).toBe(0);
    for (const name of ["sessions/active", "sessions/history", "templates", "workflows/definitions"])
      expect(readdirSync(join(gaia.home, name)), name).toEqual([]);
    expect(JSON.parse(readFileSync(join(gaia.home, "services", "registry.json"), "utf8"))).toEqual({
      format: 1,
      services: [],
    });
    expect(readFileSync(join(gaia.home, "config.toml"), "utf8")).toContain("# mine");
  });

  test("gets a config.toml whose lines can be used as they are", async () => {
    const gaia = await started();
    const file = join(gaia.home, "config.toml");
    expect(statSync(file).mode & 0o177).toBe(0);
    expect(readFileSync(file, "utf8")).toContain('# max_age = "90d"');
    await gaia.gaia("down", "--now");
    await gaia.until("the server is gone", () => gaia.processes().length === 0);
    writeFileSync(file, readFileSync(file, "utf8").replace("# slots = ", "slots = 1 # "));
    await gaia.startServer();
    const { items } = (await gaia.ask("/api/v1/workers")).json;
    expect(items[0].slots).toBe(1);
  });

  test("has a readable copy of an execution that has ended, as the API answers", async () => {
    const gaia = await started();
    const run = await gaia.run(workflow("a", "{id: a, command: exit 3}"));
    const file = join(gaia.home, "workflows", "executions", `${run.id}.json`);
    await gaia.until("the copy is there", () => existsSync(file));
    const { folder, format, ...copy } = executionCopy.parse(JSON.parse(readFileSync(file, "utf8")));
    // What a forge is told goes on behind the run's end.
    const { cursor: _, commit_status: status, ...answered } = (await gaia.ask(`/api/v1/runs/${run.id}`)).json;
    expect(status).toBeNull();
    expect(copy).toEqual(answered);
    expect(format).toBe(1);
    expect(readdirSync(join(gaia.home, folder))).toContain("jobs");
    expect(statSync(file).mode & 0o177).toBe(0);
  });

  test("tells in workflows.log of runs and definitions, and in server.log of the rest", async () => {
    const gaia = await started({ environment: { GAIA_LOG_LEVEL: "info" } });
    const run = await gaia.run(workflow("a", "{id: a, command: echo}"));
    writeFileSync(join(gaia.home, "workflows", "definitions", "bad.yaml"), "name: [\n");
    await gaia.until("the bad file is told of", () => logged(gaia, "workflows.log").length >= 3);
    expect(logged(gaia, "workflows.log")).toMatchObject([
      { msg: "a run was created", run: run.id, workflow: "a", number: 1, by: "local" },
      { msg: "a run has ended", run: run.id, status: "completed" },
      { level: "warn", definition: expect.stringMatching(/bad\.yaml$/) },
    ]);
    const messages = logged(gaia, "server.log").map((line) => line["msg"]);
    expect(messages).toContain("the server is ready");
    expect(messages).not.toContain("a run has ended");
  });

  test("can be asked with a SQL client while the server runs", async () => {
    const gaia = await started();
    const definition = workflow(
      "a",
      "{id: gate, type: approval, prompt: Go?}",
      "{id: b, command: echo, dependencies: [gate]}",
    );
    const id = await gaia.startRun(definition);
    await gaia.reached(id, "gate", "waiting");
    const client = new Database(join(gaia.home, "gaia.db"), { readonly: true });
    try {
      const ask = (sql: string): unknown[] => client.prepare(sql).all();
      expect(ask("select id, status, latest_execution_id from gaia_workflows")).toEqual([
        { id: "a", status: "running", latest_execution_id: id },
      ]);
      expect(ask("select task_id, dependency_task_id from gaia_workflow_task_dependencies")).toEqual([
        { task_id: "b", dependency_task_id: "gate" },
      ]);
      expect(ask("select id, type, status from gaia_workflow_tasks order by number")).toEqual([
        { id: "gate", type: "approval", status: "waiting" },
        { id: "b", type: "shell", status: "pending" },
      ]);
      expect((await gaia.post(`/api/v1/runs/${id}/jobs/gate/approve`)).status).toBe(200);
      await gaia.ended(id);
      expect(ask("select id, status, success_count from gaia_workflow_executions")).toEqual([
        { id, status: "completed", success_count: 2 },
      ]);
      expect(() => client.exec("delete from gaia_workflows")).toThrow("cannot modify");
    } finally {
      client.close();
    }
  });
});
