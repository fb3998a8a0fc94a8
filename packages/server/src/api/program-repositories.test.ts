import { CREDENTIALS_FOLDER, type PipelineDetail, pipelineDetail } from "@gaia/contracts";
import { TestRepository } from "@gaia/git/testing/repositories.ts";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { finishBuild } from "../programs/testing/builds.ts";
import type { Commit, ProgramSourceRow } from "../store/port.ts";
import type { Question, Reply } from "./testing/client.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let worker: ScriptedWorker;
let folder: string;
let repository: TestRepository;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaia-orders-"));
  repository = new TestRepository(join(folder, "orders"));
  server = await startTestServer();
  worker = await server.worker({ act: () => undefined });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A pipeline of the repository's folder `a`, built of its newest commit. */
async function makeBuilt(): Promise<string> {
  const commit = repository.commit("One", { "a/pipeline.py": "1", "b/pipeline.py": "1" });
  const order = { source: repository.path, branch: "main", folder: "a", name: "orders", poll: "10s" };
  const reply = await server.post("/api/v1/pipelines", order);
  expect(reply.status, reply.text).toBe(202);
  await build(reply.json.build.run_id, commit, "a");
  return commit;
}

/** Lets a build run to its end. */
async function build(run: string, commit: string, ...titles: readonly string[]): Promise<void> {
  worker.succeed(await taskOf(run, "fetch"), { commit, subject: "", branch: "main" });
  finishBuild(worker, server.home, await taskOf(run, "build"), titles);
  await like(({ program }) => program?.last_build?.run_id === run, "the build's end is kept");
}

function taskOf(run: string, key: string) {
  return until(
    () => worker.assignments.find((one) => one.name.run === run && one.key === key),
    `${key} is assigned`,
  );
}

function like(isSo: (detail: PipelineDetail) => boolean, what: string): Promise<PipelineDetail> {
  return until(async () => {
    const detail = pipelineDetail.parse((await server.ask("/api/v1/pipelines/orders")).json);
    return isSo(detail) ? detail : null;
  }, what);
}

/** The run of the build that a look at the repository has started. */
async function started(): Promise<string> {
  const { program } = await like(({ program: now }) => now?.building != null, "it is built");
  return program?.building?.run_id ?? "";
}

function change(json: object): Promise<Reply> {
  const question: Question = { method: "PATCH", path: "/api/v1/pipelines/orders/source", json };
  return server.ask(question);
}

/** The next server; it looks at once. What the store has of the pipeline may be another by then. */
async function restart(changed: (row: ProgramSourceRow) => ProgramSourceRow = (row) => row): Promise<void> {
  const [row] = await server.store.programs.sources();
  if (row === undefined) throw new Error("there is no pipeline");
  await server.store.commit({ runs: [], programs: [{ kind: "source", row: changed(row) }] });
  await server.close(true);
  server = await startTestServer({ home: server.home });
  worker = await server.worker({ act: () => undefined });
}

test("a commit that could not be fetched is built later, and not at each look", async () => {
  await makeBuilt();
  const commit = repository.commit("Two");
  await restart();
  const failed = await started();
  const fetch = await taskOf(failed, "fetch");
  // As a machine leaves it that died in a fetch.
  const credentials = join(server.home, fetch.folder, "scratch", CREDENTIALS_FOLDER);
  mkdirSync(credentials, { recursive: true });
  worker.end(fetch, {
    outcome: "failed",
    exitCode: 1,
    outputs: { error: "A submodule cannot be reached just now." },
  });
  const { program } = await like(({ program: now }) => now?.last_build?.status === "failed", "it failed");
  expect(existsSync(credentials)).toBe(false);
  expect(program).toMatchObject({ seen_commit: null, last_build: { run_id: failed, commit: null } });
  await restart();
  await until(
    () => server.logged.some(({ message }) => message === "a commit is not fetched again yet"),
    "it is looked at",
  );
  expect(worker.assignments).toEqual([]);
  await restart((row) => ({
    ...row,
    lastBuild: row.lastBuild === null ? null : { ...row.lastBuild, at: row.lastBuild.at - 60_000 },
  }));
  await build(await started(), commit, "a", "b");
  expect(await like(({ version }) => version === 2, "it has a version")).toMatchObject({
    program: { last_build: { status: "built", commit } },
  });
});

test("a source that was changed is built again, though its commit has been", async () => {
  const commit = await makeBuilt();
  expect((await change({ folder: "b" })).status).toBe(200);
  const run = await started();
  await build(run, commit, "b");
  expect(Object.values((await taskOf(run, "build")).values)).toContain("b");
  await restart();
  await like(({ program }) => program?.seen_commit === commit, "the commit is known to be built");
  expect((await server.ask("/api/v1/runs?pipeline=orders:build")).json.items).toHaveLength(2);
});

test("of two changes of a source at once one is refused: it would undo the other", async () => {
  await makeBuilt();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const commit = server.store.commit.bind(server.store);
  let begun = false;
  Object.assign(server.store, {
    commit: async (what: Commit) => {
      begun = true;
      await released;
      return commit(what);
    },
  });
  const first = change({ folder: "b", poll: "0s" });
  await until(() => begun, "the first is being kept");
  const second = change({ language: "python" });
  await until(() => server.engine.inboxSize === 1, "the second waits behind it");
  release();
  expect((await first).status).toBe(200);
  const refused = await second;
  expect([refused.status, refused.json.error.message]).toEqual([
    409,
    "The source of `orders` was changed just now. Look, and try again.",
  ]);
});
