import Database from "better-sqlite3";
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Store } from "../port.ts";
import { createRuns, endedRun, exampleHeader, examplePipeline, newRun, nextWrite } from "../suite/example.ts";
import { NO_FOLDER, type TemporaryFolder, temporaryFolder } from "./fixture.ts";
import { openSqliteStore } from "./store.ts";

const VIEWS = [
  "gaia_agent_executions",
  "gaia_agent_results",
  "gaia_agent_tasks",
  "gaia_agents",
  "gaia_service_events",
  "gaia_service_health_history",
  "gaia_service_metrics",
  "gaia_services",
  "gaia_session_panes",
  "gaia_session_windows",
  "gaia_sessions",
  "gaia_workflow_executions",
  "gaia_workflow_task_dependencies",
  "gaia_workflow_tasks",
  "gaia_workflows",
];

const DEFINITION = JSON.stringify({
  description: "Builds it",
  name: "build",
  tasks: [
    // Longer than what other texts may have before they are compressed.
    { id: "compile", command: "make", timeout: "10m", description: "Compiles. ".repeat(200) },
    { id: "test", type: "test", command: "make test", dependencies: ["compile"], retry: { attempts: 3 } },
  ],
  finally: [{ id: "clean", command: "make clean", on_error: "continue" }],
  variables: { root: "/srv" },
});

describe("the views for SQL clients, while the store is open", () => {
  let folder: TemporaryFolder = NO_FOLDER;
  let file = "";
  let store: Store;

  beforeEach(async () => {
    folder = temporaryFolder();
    file = join(folder.path, "gaia.db");
    store = await openSqliteStore({ file });
    await store.commit({ runs: [], pipelines: [examplePipeline("build", 1, { definition: DEFINITION })] });
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  function ask(sql: string): unknown[] {
    const client = new Database(file, { readonly: true });
    try {
      return client.prepare(sql).all();
    } finally {
      client.close();
    }
  }

  it("are fifteen, each can be read, and none can be written", () => {
    const names = ask("select name from sqlite_schema where type = 'view' order by name");
    expect(names).toEqual(VIEWS.map((name) => ({ name })));
    for (const name of VIEWS) expect(Array.isArray(ask(`select * from ${name}`))).toBe(true);
    const client = new Database(file);
    for (const name of VIEWS)
      expect(() => client.exec(`delete from ${name}`)).toThrow(`cannot modify ${name} because it is a view`);
    client.close();
  });

  it("have no rows for what there is not yet", () => {
    for (const name of VIEWS.filter((view) => !view.startsWith("gaia_workflow")))
      expect(ask(`select count(*) as rows from ${name}`)).toEqual([{ rows: 0 }]);
  });

  it("show a workflow, its tasks and what they wait for, before it ever ran", () => {
    expect(
      ask("select id, description, version, status, variables, created_at, started_at from gaia_workflows"),
    ).toEqual([
      {
        id: "build",
        description: "Builds it",
        version: 1,
        status: "pending",
        variables: '{"root":"/srv"}',
        created_at: "1970-01-01T00:00:01.001Z",
        started_at: null,
      },
    ]);
    expect(
      ask("select number, id, type, agent, timeout, retry, on_error, final, status from gaia_workflow_tasks"),
    ).toEqual([
      taskRow(0, "compile", { timeout: "10m" }),
      taskRow(1, "test", { type: "test", retry: '{"attempts":3}' }),
      taskRow(2, "clean", { on_error: "continue", final: 1 }),
    ]);
    expect(
      ask("select workflow_id, task_id, dependency_task_id from gaia_workflow_task_dependencies"),
    ).toEqual([{ workflow_id: "build", task_id: "test", dependency_task_id: "compile" }]);
  });

  it("leave out what builds programs, but not its executions", async () => {
    const pipelines = [
      examplePipeline("orders", 1, { kind: "program" }),
      examplePipeline("orders:build", 1, { kind: "build", definition: DEFINITION }),
    ];
    await store.commit({ runs: [], pipelines });
    await createRuns(store, [{ id: "run_b", facts: { pipeline: "orders:build" } }]);
    expect(ask("select id from gaia_workflows order by id")).toEqual([{ id: "build" }, { id: "orders" }]);
    expect(ask("select distinct workflow_id from gaia_workflow_tasks")).toEqual([{ workflow_id: "build" }]);
    expect(ask("select workflow_id from gaia_workflow_executions")).toEqual([
      { workflow_id: "orders:build" },
    ]);
  });

  it("show executions, and how the tasks of the latest one stand", async () => {
    await endedRun(store, { id: "run_a", facts: { number: 1 } });
    await createRuns(store, [{ id: "run_b", createdAt: 2_000, jobs: 3, facts: { number: 2 } }]);
    const state = {
      kind: "failed",
      past: { attempts: 2, failures: 2, losses: 0 },
      startedAt: 2_001,
      endedAt: 2_005,
      outputs: {},
      reason: { kind: "attempt", outcome: "failed", exitCode: 3, message: "exit code 3" },
      survivors: [],
      members: null,
    } as const;
    const header = {
      ...exampleHeader("failed", 2_000, 3, ["failed"]),
      failedCount: 1,
      reason: { kind: "jobs_failed", jobs: [0], more: 0 },
    } as const;
    const jobs = [{ number: 0, status: "failed", state } as const];
    await store.commit({ runs: [nextWrite({ id: "run_b", version: 1, header, jobs })] });
    expect(
      ask(`select id, workflow_id, number, status, started_by, started_at, completed_at, duration_seconds, task_count,
                  success_count, failed_count, error from gaia_workflow_executions order by number`),
    ).toEqual([
      { ...EXECUTION, id: "run_a" },
      {
        ...EXECUTION,
        id: "run_b",
        number: 2,
        status: "failed",
        started_at: "1970-01-01T00:00:02.001Z",
        completed_at: "1970-01-01T00:00:02.010Z",
        task_count: 3,
        success_count: 0,
        failed_count: 1,
        error: "1 of 3 tasks failed",
      },
    ]);
    expect(ask("select status, latest_execution_id, error from gaia_workflows")).toEqual([
      { status: "failed", latest_execution_id: "run_b", error: "1 of 3 tasks failed" },
    ]);
    expect(ask("select id, status, attempts, error, completed_at from gaia_workflow_tasks")).toEqual([
      {
        id: "compile",
        status: "failed",
        attempts: 2,
        error: "exit code 3",
        completed_at: "1970-01-01T00:00:02.005Z",
      },
      { id: "test", status: "pending", attempts: null, error: null, completed_at: null },
      { id: "clean", status: "pending", attempts: null, error: null, completed_at: null },
    ]);
  });

  it("keep the row of a packed run whole, and say of its tasks only what that row proves", async () => {
    await endedRun(store, { id: "run_a" });
    const before = ask("select * from gaia_workflow_executions");
    await store.upkeep.pack(1_000_000, 10);
    expect(ask("select * from gaia_workflow_executions")).toEqual(before);
    const standing = "select id, status, attempts, started_at from gaia_workflow_tasks where number < 2";
    expect(ask(standing)).toEqual([
      { id: "compile", status: "completed", attempts: null, started_at: null },
      { id: "test", status: "completed", attempts: null, started_at: null },
    ]);
    await endedRun(store, { id: "run_b", createdAt: 5_000, status: "failed", facts: { number: 2 } });
    const header = { ...exampleHeader("failed", 6_000, 2, ["completed"]), failedCount: 1 };
    await store.commit({ runs: [{ ...newRun({ id: "run_c", facts: { number: 3 } }), header }] });
    await store.upkeep.pack(1_000_000, 10);
    expect(ask(standing)).toMatchObject([{ status: null }, { status: null }]);
  });

  it("leave out what is too large to lie uncompressed, and say so by null", async () => {
    const tasks = Array.from({ length: 2_000 }, (_, index) => ({
      id: `t${index}`,
      command: "echo a line of text",
    }));
    const definition = JSON.stringify({ name: "wide", tasks });
    await store.commit({ runs: [], pipelines: [examplePipeline("wide", 1, { definition })] });
    expect(ask("select version, definition from gaia_workflows where id = 'wide'")).toEqual([
      { version: 1, definition: null },
    ]);
    expect(ask("select count(*) as tasks from gaia_workflow_tasks where workflow_id = 'wide'")).toEqual([
      { tasks: 0 },
    ]);
  });

  it("see whole commits, and do not hold up the writer", async () => {
    const client = new Database(file, { readonly: true });
    const count = client.prepare("select count(*) as executions from gaia_workflow_executions");
    client.exec("begin");
    expect(count.all()).toEqual([{ executions: 0 }]);
    await createRuns(store, [{ id: "run_a" }]);
    expect(count.all()).toEqual([{ executions: 0 }]);
    client.exec("commit");
    expect(count.all()).toEqual([{ executions: 1 }]);
    client.close();
  });

  it.skipIf(spawnSync("sqlite3", ["--version"]).status !== 0)("can be asked with sqlite3", async () => {
    await endedRun(store, { id: "run_a" });
    const sql = "select id, status, duration_seconds from gaia_workflow_executions";
    expect(execFileSync("sqlite3", ["-readonly", file, sql], { encoding: "utf8" })).toBe(
      "run_a|completed|0.009\n",
    );
  });
});

const EXECUTION = {
  workflow_id: "build",
  number: 1,
  status: "completed",
  started_by: "local",
  started_at: "1970-01-01T00:00:01.001Z",
  completed_at: "1970-01-01T00:00:01.010Z",
  duration_seconds: 0.009,
  task_count: 2,
  success_count: 2,
  failed_count: 0,
  error: null,
};

function taskRow(number: number, id: string, more: object): object {
  return {
    number,
    id,
    type: "shell",
    agent: "system",
    timeout: null,
    retry: null,
    on_error: "fail",
    final: 0,
    status: null,
    ...more,
  };
}
