import {
  type BuiltProgramFile,
  type PipelineDetail,
  pipelineCreated,
  pipelineDetail,
  pipelineList,
  versionList,
} from "@gaia/contracts";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Commit } from "../store/port.ts";
import { finishBuild, layBuild } from "../programs/testing/builds.ts";
import { ask } from "./testing/client.ts";
import { endedRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let worker: ScriptedWorker;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaia-orders-"));
  server = await startTestServer();
  worker = await server.worker({ act: () => undefined });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function create(more: object = {}): Promise<string> {
  const reply = await server.post("/api/v1/pipelines", { source: folder, name: "orders", ...more });
  expect(reply.status, reply.text).toBe(202);
  return pipelineCreated.parse(reply.json).build.run_id;
}

async function show(name = "orders"): Promise<PipelineDetail> {
  const reply = await server.ask(`/api/v1/pipelines/${name}`);
  expect(reply.status, reply.text).toBe(200);
  return pipelineDetail.parse(reply.json);
}

/** The assignment of a build's task. */
async function building(run: string) {
  return until(
    () => worker.assignments.find((one) => one.name.run === run && one.key === "build"),
    "it is built",
  );
}

async function settled(run: string): Promise<PipelineDetail> {
  await endedRun(server, run);
  return until(async () => {
    const detail = await show();
    return detail.program?.last_build?.run_id === run ? detail : null;
  }, "the build's end is kept");
}

/** Lets a build make a program that these start. */
async function builtWith(
  run: string,
  title: string,
  ...triggers: BuiltProgramFile["triggers"]
): Promise<PipelineDetail> {
  finishBuild(worker, server.home, await building(run), [title], { triggers });
  return settled(run);
}

async function built(run: string, ...titles: readonly string[]): Promise<PipelineDetail> {
  finishBuild(worker, server.home, await building(run), titles);
  return settled(run);
}

async function refusal(path: string, json: object, status: number): Promise<string> {
  const reply = await server.post(path, json);
  expect(reply.status, reply.text).toBe(status);
  return reply.json.error.message;
}

describe("a pipeline that is a program", () => {
  test("is there at once, and has a version when its build has ended", async () => {
    const run = await create();
    const before = await show();
    expect(before).toMatchObject({
      kind: "program",
      version: 0,
      graph: { nodes: [] },
      program: {
        source: { kind: "folder", url: folder },
        newest_version: 0,
        pinned_version: null,
        last_build: null,
        building: { run_id: run, number: 1, status: "running" },
      },
    });
    expect(await refusal("/api/v1/workflows/orders/start", {}, 409)).toContain("gaia show orders:build");
    const after = await built(run, "count", "report");
    expect(after).toMatchObject({
      version: 1,
      saved_by: { kind: "run", id: run, via: "build" },
      program: {
        newest_version: 1,
        building: null,
        last_build: { run_id: run, status: "built", version: 1, message: "" },
      },
    });
    expect(after.graph.nodes.map(({ key, dependencies }) => [key, dependencies])).toEqual([
      ["count", []],
      ["report", ["count"]],
    ]);
    const started = await server.post("/api/v1/workflows/orders/start", {});
    expect(started.status, started.text).toBe(201);
    worker.succeed(await worker.taken("count"));
    worker.succeed(await worker.taken("report"));
    expect(await endedRun(server, started.json.run_id)).toMatchObject({ status: "completed" });
    const versions = versionList.parse((await server.ask("/api/v1/pipelines/orders/versions")).json);
    expect(versions.items).toMatchObject([{ version: 1, current: true, commit: null }]);
  });

  test("is listed with its last build; the pipeline that builds it is not", async () => {
    const run = await create();
    worker.end(await building(run), {
      outcome: "failed",
      exitCode: 1,
      outputs: { error: "go is not installed. Install it: apt-get install golang-go" },
    });
    await settled(run);
    const { items } = pipelineList.parse((await server.ask("/api/v1/pipelines")).json);
    expect(items.map(({ name }) => name)).toEqual(["orders"]);
    expect(items[0]?.program?.last_build).toMatchObject({
      status: "failed",
      version: null,
      message: "go is not installed. Install it: apt-get install golang-go",
    });
    const notes = (await server.ask("/api/v1/activity?pipeline=orders")).json.items;
    expect(notes.map(({ kind }: { kind: string }) => kind)).toEqual([
      "pipeline.build_failed",
      "pipeline.created",
    ]);
    expect((await server.ask("/api/v1/workflows/orders:build")).json).toMatchObject({ kind: "build" });
  });

  test("stays as it was when a build fails, and says how that failed", async () => {
    await built(await create(), "count");
    const again = await server.post("/api/v1/pipelines/orders/build");
    expect(again.status, again.text).toBe(202);
    worker.fail(await building(again.json.run_id), 2);
    expect(await settled(again.json.run_id)).toMatchObject({
      version: 1,
      program: { newest_version: 1, last_build: { status: "failed", message: "build exited with 2" } },
    });
  });

  test("is being built until it is known what has come of it", async () => {
    const run = await create();
    finishBuild(worker, server.home, await building(run), ["count"]);
    let detail = await show();
    while (detail.program?.last_build === null) {
      expect(detail.program.building?.run_id).toBe(run);
      detail = await show();
    }
    expect(detail).toMatchObject({ version: 1, program: { building: null, last_build: { run_id: run } } });
  });

  test("gets one version for each build that made another program, a retried one as well", async () => {
    await built(await create(), "count");
    const same = (await server.post("/api/v1/pipelines/orders/build", { rebuild: true })).json.run_id;
    expect((await building(same)).values).toMatchObject({ GAIA_VALUE_1: "true" });
    expect(await built(same, "count")).toMatchObject({
      version: 1,
      program: { last_build: { status: "unchanged", version: 1 } },
    });
    const broken = (await server.post("/api/v1/pipelines/orders/build")).json.run_id;
    worker.fail(await building(broken));
    await settled(broken);
    const retried = (await server.post(`/api/v1/runs/${broken}/retry`, { failed: true })).json.run_id;
    expect(await built(retried, "count", "send")).toMatchObject({ version: 2 });
  });

  test("keeps no version of a build that says nothing, or left something else behind", async () => {
    const silent = await create();
    worker.succeed(await building(silent));
    expect((await settled(silent)).program?.last_build?.message).toContain("output `build`");
    const odd = (await server.post("/api/v1/pipelines/orders/build")).json.run_id;
    const id = layBuild(server.home, ["count"]);
    writeFileSync(join(server.home, "pipelines", "builds", id, "program.json"), "{}");
    worker.succeed(await building(odd), { build: id });
    const message = (await settled(odd)).program?.last_build?.message ?? "";
    expect(message).toContain("program.json is not what a builder of this Gaia writes");
    const gone = (await server.post("/api/v1/pipelines/orders/build")).json.run_id;
    worker.succeed(await building(gone), { build: "f".repeat(64) });
    expect((await settled(gone)).program?.last_build?.message).toContain("cannot be read");
    expect(await show()).toMatchObject({ version: 0 });
  });

  test("gets the version of a build whose end was the last thing that a killed server wrote, once", async () => {
    const run = await create();
    await building(run);
    const build = layBuild(server.home, ["count"]);
    const ended = {
      run,
      namespace: "default",
      pipeline: "orders",
      number: 1,
      definition: 1,
      isNewest: true,
      createdAt: Date.now(),
      status: "completed",
      at: Date.now(),
      message: "",
      outputs: { build },
    } as const;
    for (let time = 0; time < 2; time++) {
      await server.store.commit({ runs: [], programs: [{ kind: "build_ended", build: ended }] });
      await server.close(true);
      server = await startTestServer({ home: server.home });
      const detail = await until(async () => {
        const found = await show();
        return found.program?.last_build?.status === (time === 0 ? "built" : "unchanged") ? found : null;
      }, "its end is kept");
      expect(detail).toMatchObject({ version: 1, program: { last_build: { run_id: run, version: 1 } } });
      expect(await server.store.programs.endedBuilds()).toEqual([]);
    }
  });

  test("is built once at a time, and of the builds that wait only by the newest", async () => {
    const first = await create();
    await building(first);
    const [second, third] = [
      (await server.post("/api/v1/pipelines/orders/build")).json.run_id,
      (await server.post("/api/v1/pipelines/orders/build")).json.run_id,
    ];
    expect(await endedRun(server, second)).toMatchObject({
      status: "cancelled",
      reason: "stopped by gaia: replaced by orders:build #3",
    });
    expect(await show()).toMatchObject({ program: { building: { run_id: third, status: "pending" } } });
    finishBuild(worker, server.home, await building(first), ["count"]);
    expect(await built(third, "count", "report")).toMatchObject({ version: 2 });
  });

  test("is built anew as was asked for, whatever is asked for behind it", async () => {
    const order = async (json: object = {}): Promise<string> =>
      (await server.post("/api/v1/pipelines/orders/build", json)).json.run_id;
    const statusOf = async (run: string): Promise<string> =>
      (await server.ask(`/api/v1/runs/${run}`)).json.status;
    await building(await create());
    const anew = await order({ rebuild: true });
    const plain = await order();
    const newest = await order();
    expect(await endedRun(server, plain)).toMatchObject({
      reason: "stopped by gaia: replaced by orders:build #4",
    });
    await order({ rebuild: true });
    expect([await statusOf(anew), await statusOf(newest)]).toEqual(["pending", "pending"]);
  });

  test("answers a repeated request with the same build", async () => {
    const key = { "idempotency-key": "once" };
    const order = { source: folder, name: "orders" };
    const [one, other] = [
      await server.post("/api/v1/pipelines", order, key),
      await server.post("/api/v1/pipelines", order, key),
    ];
    expect([one.status, other.status]).toEqual([202, 202]);
    expect(other.json.build.run_id).toBe(one.json.build.run_id);
  });

  test("starts runs from the version that was chosen, and goes on and back", async () => {
    const choose = async (verb: string, json: object = {}): Promise<[unknown, unknown]> => {
      const reply = await server.post(`/api/v1/pipelines/orders/${verb}`, json);
      expect(reply.status, reply.text).toBe(200);
      return [reply.json.version, reply.json.program.pinned_version];
    };
    const build = async (...titles: readonly string[]): Promise<PipelineDetail> =>
      built((await server.post("/api/v1/pipelines/orders/build")).json.run_id, ...titles);
    const first = await create();
    expect(await refusal("/api/v1/pipelines/orders/pin", { version: 1 }, 409)).toContain("no version yet");
    await built(first, "one");
    expect(await refusal("/api/v1/pipelines/orders/rollback", {}, 409)).toContain("no version before 1");
    await build("two");
    expect(await choose("promote")).toEqual([2, null]);
    expect(await choose("rollback")).toEqual([1, 1]);
    const third = await build("three");
    expect(third).toMatchObject({ version: 1, program: { newest_version: 3, pinned_version: 1 } });
    expect(third.graph.nodes.map(({ key }) => key)).toEqual(["one"]);
    const run = await server.post("/api/v1/workflows/orders/start", {});
    expect((await server.ask(`/api/v1/runs/${run.json.run_id}`)).json.pipeline_version).toBe(1);
    const newest = await server.post("/api/v1/workflows/orders/start", { version: 3 });
    expect((await server.ask(`/api/v1/runs/${newest.json.run_id}`)).json.pipeline_version).toBe(3);
    const versions = versionList.parse((await server.ask("/api/v1/pipelines/orders/versions")).json).items;
    expect(versions.map(({ version, current }) => [version, current])).toEqual([
      [3, false],
      [2, false],
      [1, true],
    ]);
    expect(await choose("promote")).toEqual([3, 3]);
    // Not to version 2, which was never chosen.
    expect(await choose("rollback")).toEqual([1, 1]);
    expect(await refusal("/api/v1/pipelines/orders/rollback", {}, 409)).toContain("no version before 1");
    expect(await choose("pin", { version: 2 })).toEqual([2, 2]);
    expect(await refusal("/api/v1/pipelines/orders/promote", { version: 1 }, 409)).toContain("pin orders 1");
    expect(await refusal("/api/v1/pipelines/orders/pin", { version: 4 }, 404)).toContain("no version 4");
    expect(await choose("unpin")).toEqual([3, null]);
    const id = String(JSON.parse((await show()).source).build);
    rmSync(join(server.home, "pipelines", "builds", id), { recursive: true });
    expect(await refusal("/api/v1/workflows/orders/start", {}, 409)).toContain("not kept any more");
    expect(await refusal("/api/v1/pipelines/orders/pin", { version: 3 }, 409)).toContain("Build it again");
    const notes = (await server.ask("/api/v1/activity?pipeline=orders&limit=500")).json.items;
    const kinds = new Set(notes.map(({ kind }: { kind: string }) => kind));
    for (const kind of ["pinned", "unpinned", "promoted", "rolled_back"])
      expect(kinds).toContain(`pipeline.${kind}`);
  });

  test("is started by the triggers of the version in force, whichever that is", async () => {
    const armed = async (): Promise<readonly string[]> => {
      const { items } = (await server.ask("/api/v1/triggers?pipeline=orders")).json;
      return items.map(
        (one: { schedule: string; paused: boolean }) => one.schedule + (one.paused ? " paused" : ""),
      );
    };
    const post = async (path: string, json: object = {}): Promise<void> => {
      const reply = await server.post(path, json);
      expect(reply.status, reply.text).toBeLessThan(300);
    };
    const build = async (cron: string): Promise<PipelineDetail> =>
      builtWith((await server.post("/api/v1/pipelines/orders/build")).json.run_id, cron, cron);
    const first = await builtWith(await create(), "one", "0 1 * * *");
    expect(first.triggers).toMatchObject([{ kind: "cron", armed: true }]);
    expect(await armed()).toEqual(["0 1 * * *"]);
    await build("0 2 * * *");
    expect(await armed()).toEqual(["0 2 * * *"]);
    await post("/api/v1/pipelines/orders/rollback");
    expect(await armed()).toEqual(["0 1 * * *"]);
    await build("0 3 * * *");
    expect(await armed()).toEqual(["0 1 * * *"]);
    await post("/api/v1/pipelines/orders/pause");
    expect(await armed()).toEqual(["0 1 * * * paused"]);
    await post("/api/v1/pipelines/orders/pin", { version: 2 });
    expect(await armed()).toEqual(["0 2 * * * paused"]);
    await post("/api/v1/pipelines/orders/resume");
    expect(await armed()).toEqual(["0 2 * * *"]);
    await post("/api/v1/pipelines/orders/promote");
    expect(await armed()).toEqual(["0 3 * * *"]);
    await post("/api/v1/pipelines/orders/pin", { version: 1 });
    await post("/api/v1/pipelines/orders/unpin");
    expect(await armed()).toEqual(["0 3 * * *"]);
    await server.ask({ method: "DELETE", path: "/api/v1/pipelines/orders" });
    expect(await armed()).toEqual([]);
  });

  test("gets no version whose triggers would go in a circle, and none is chosen that would by now", async () => {
    const reply = await server.post("/api/v1/workflows", {
      definition: "name: report\ntriggers: [{ pipeline: orders }]\ntasks: [{ id: a, command: 'true' }]\n",
    });
    expect(reply.status, reply.text).toBe(201);
    const refused = await builtWith(await create(), "one", { pipeline: "report" });
    expect(refused).toMatchObject({
      version: 0,
      program: { last_build: { status: "failed", version: null } },
    });
    expect(refused.program?.last_build?.message).toContain("in a circle: orders → report → orders");
    const own = await server.post("/api/v1/pipelines/orders/build");
    const itself = await builtWith(own.json.run_id, "one", { pipeline: "orders" });
    expect(itself.program?.last_build?.message).toContain("in a circle: orders → orders");
    await server.ask({ method: "DELETE", path: "/api/v1/workflows/report" });
    const again = await server.post("/api/v1/pipelines/orders/build");
    expect(await builtWith(again.json.run_id, "one", { pipeline: "report" })).toMatchObject({ version: 1 });
    const plain = await server.post("/api/v1/pipelines/orders/build");
    expect(await builtWith(plain.json.run_id, "two")).toMatchObject({ version: 2, triggers: [] });
    await server.post("/api/v1/workflows", {
      definition: "name: report\ntriggers: [{ pipeline: orders }]\ntasks: [{ id: a, command: 'true' }]\n",
    });
    expect(await refusal("/api/v1/pipelines/orders/rollback", {}, 400)).toContain("in a circle");
    expect(await show()).toMatchObject({ version: 2, program: { pinned_version: null } });
  });

  test("of a pinned one are made whatever their triggers, which are judged when they are chosen", async () => {
    await builtWith(await create(), "one");
    await server.post("/api/v1/pipelines/orders/pin", { version: 1 });
    const next = await server.post("/api/v1/pipelines/orders/build");
    const made = await builtWith(next.json.run_id, "two", { pipeline: "orders" });
    expect(made).toMatchObject({ version: 1, triggers: [], program: { newest_version: 2 } });
    expect(await refusal("/api/v1/pipelines/orders/unpin", {}, 400)).toContain(
      "in a circle: orders → orders",
    );
    expect(await show()).toMatchObject({ version: 1, program: { pinned_version: 1 } });
  });

  test("of two whose builds end together, and which would start each other, are not both made", async () => {
    const runs = [await create(), await create({ name: "report" })];
    const tasks = [await building(runs[0] ?? ""), await building(runs[1] ?? "")];
    for (const [task, pipeline] of [
      [tasks[0], "report"],
      [tasks[1], "orders"],
    ] as const)
      if (task !== undefined) finishBuild(worker, server.home, task, ["one"], { triggers: [{ pipeline }] });
    const details = await until(async () => {
      const shown = [await show("orders"), await show("report")];
      return shown.every(({ program }) => program?.last_build !== null) ? shown : null;
    }, "both are kept");
    const statuses = details.map(({ program }) => program?.last_build?.status);
    expect(new Set(statuses)).toEqual(new Set(["built", "failed"]));
  });

  test("goes back to the version that was in force before, be it by a choice or by a build", async () => {
    const build = async (...titles: readonly string[]): Promise<PipelineDetail> =>
      built((await server.post("/api/v1/pipelines/orders/build")).json.run_id, ...titles);
    const choose = async (verb: string, json: object = {}): Promise<number> => {
      const reply = await server.post(`/api/v1/pipelines/orders/${verb}`, json);
      expect(reply.status, reply.text).toBe(200);
      return reply.json.version;
    };
    await built(await create(), "one");
    await build("two");
    await build("three");
    await choose("pin", { version: 2 });
    expect(await choose("rollback")).toBe(3);
    expect(await choose("rollback")).toBe(2);
    await choose("pin", { version: 1 });
    // Changes nothing: version 2 stays the one before.
    await choose("pin", { version: 1 });
    expect(await choose("rollback")).toBe(2);
    await choose("pin", { version: 1 });
    expect(await choose("unpin")).toBe(3);
    await build("four");
    await build("five");
    expect(await choose("rollback")).toBe(4);
  });

  test("stays paused when that is asked for while a version is being made", async () => {
    await built(await create(), "one");
    const run = (await server.post("/api/v1/pipelines/orders/build")).json.run_id;
    const task = await building(run);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const commit = server.store.commit.bind(server.store);
    let isMaking = false;
    Object.assign(server.store, {
      commit: async (what: Commit) => {
        if (what.programs?.some(({ kind }) => kind === "build_settled") === true) {
          isMaking = true;
          await released;
        }
        return commit(what);
      },
    });
    finishBuild(worker, server.home, task, ["two"]);
    await until(() => isMaking, "the version is being made");
    const pausing = server.post("/api/v1/workflows/orders/pause");
    // Asked behind it, and answered: by now it has read what it reads.
    await server.ask("/api/v1/settings");
    release();
    expect((await pausing).status).toBe(200);
    await settled(run);
    expect(await show()).toMatchObject({ version: 2, paused: true });
  });

  test("is removed with its builds, and can be made again", async () => {
    await built(await create(), "count");
    const last = (await server.post("/api/v1/pipelines/orders/build")).json.run_id;
    const task = await building(last);
    const removed = await server.ask({ method: "DELETE", path: "/api/v1/pipelines/orders" });
    expect(removed.status).toBe(204);
    worker.end(task, { outcome: "cancelled" });
    expect(await endedRun(server, last)).toMatchObject({ status: "cancelled" });
    expect((await server.ask("/api/v1/pipelines/orders")).status).toBe(404);
    expect(await refusal("/api/v1/pipelines/orders/build", {}, 404)).toContain("gaia pipeline create");
    expect((await server.ask("/api/v1/pipelines/orders:build")).status).toBe(404);
    const run = await create();
    expect(await show()).toMatchObject({ version: 0, program: { last_build: null } });
    expect(await built(run, "count")).toMatchObject({ version: 2 });
  });

  test("hears nothing of builds of one of the same name that was removed", async () => {
    await built(await create(), "count");
    const old = (await server.post("/api/v1/pipelines/orders/build")).json.run_id;
    const task = await building(old);
    expect((await server.ask({ method: "DELETE", path: "/api/v1/pipelines/orders" })).status).toBe(204);
    const run = await create();
    finishBuild(worker, server.home, task, ["old", "program"]);
    await endedRun(server, old);
    await until(
      async () => (await server.store.programs.endedBuilds()).length === 0,
      "its end is dealt with",
    );
    expect(await show()).toMatchObject({ version: 0, program: { last_build: null } });
    expect(await built(run, "count")).toMatchObject({ version: 2, program: { last_build: { run_id: run } } });
  });

  test("is built from a repository, whose commits its versions name", async () => {
    const order = {
      source: "git@example.org:team/orders.git",
      branch: "main",
      folder: "pipelines/count",
      ssh_key: "DEPLOY_TOKEN",
      known_hosts: "example.org ssh-ed25519 AAAA\n",
      submodules: true,
      poll: "0s",
    };
    const reply = await server.post("/api/v1/pipelines", order);
    expect(reply.status, reply.text).toBe(202);
    const { pipeline, build } = pipelineCreated.parse(reply.json);
    expect(pipeline).toMatchObject({
      name: "count",
      program: { source: { kind: "git", branch: "main", ssh_key: "DEPLOY_TOKEN", token: null, poll_ms: 0 } },
    });
    const fetch = await worker.taken("fetch");
    expect(fetch.secrets).toEqual({ GIT_CREDENTIAL: "a-secret-value" });
    const command = Buffer.from(fetch.spec).toString();
    expect(command).toContain("--ssh-key --submodules");
    expect(command).not.toContain("a-secret-value");
    expect(Object.values(fetch.values)).toContain("git@example.org:team/orders.git");
    const id = "4f2a".repeat(10);
    worker.succeed(fetch, { commit: id, subject: "Count by day", branch: "main" });
    finishBuild(worker, server.home, await building(build.run_id), ["count"]);
    await endedRun(server, build.run_id);
    const detail = await until(async () => {
      const found = await show("count");
      return found.version === 1 ? found : null;
    }, "it has a version");
    expect(detail.program?.last_build).toMatchObject({ status: "built", commit: id });
    const versions = versionList.parse((await server.ask("/api/v1/pipelines/count/versions")).json);
    expect(versions.items).toMatchObject([{ version: 1, commit: { id, subject: "Count by day" } }]);
    const old = await server.post("/api/v1/pipelines/count/build", { commit: id });
    expect((await server.ask(`/api/v1/runs/${old.json.run_id}`)).json.inputs).toMatchObject({ commit: id });
    const uses = (await server.ask("/api/v1/secrets")).json.items;
    expect(JSON.stringify(uses)).not.toContain("a-secret-value");
  });

  test("is built by a worker that shares the server's home, wherever others are", async () => {
    worker.disconnect();
    const elsewhere = await server.worker({ id: "wrk_elsewhere", isElsewhere: true, act: () => undefined });
    const run = await create();
    const waiting = await until(async () => {
      const { json } = await server.ask(`/api/v1/runs/${run}/jobs/build`);
      return json.status === "queued" ? json : null;
    }, "it waits");
    expect(waiting.reason).toContain("no worker that shares the server's home is connected");
    expect(elsewhere.assignments).toEqual([]);
    worker = await server.worker({ id: "wrk_home", act: () => undefined });
    await built(run, "count");
    expect(elsewhere.assignments).toEqual([]);
  });

  test("is not made when its credentials are not there", async () => {
    const order = { source: "https://example.org/orders.git", token: "NO_SUCH_TOKEN" };
    expect(await refusal("/api/v1/pipelines", order, 400)).toContain("gaia secret set NO_SUCH_TOKEN");
    expect((await server.ask("/api/v1/pipelines/orders")).status).toBe(404);
    expect((await server.ask("/api/v1/pipelines/orders:build")).status).toBe(404);
  });

  test("is refused with what to do", async () => {
    const post = (more: object) => refusal("/api/v1/pipelines", more, 400);
    expect(await post({ source: "orders" })).toContain("no address of a repository");
    expect(await post({ source: "https://ada:secret@example.org/x" })).not.toContain("ada:");
    expect(await post({ source: "git@example.org:x.git", token: "TOKEN" })).toContain("takes an `ssh_key`");
    expect(await post({ source: "https://example.org/x", ssh_key: "KEY" })).toContain("takes a `token`");
    expect(await post({ source: "http://example.org/x", token: "TOKEN" })).toContain("not encrypted");
    expect(await post({ source: "https://example.org/x", user: "ada" })).toContain("goes with a `token`");
    expect(await post({ source: "https://example.org/x", branch: "a..b" })).toContain("name of a branch");
    expect(await post({ source: "https://example.org/x", folder: "../y" })).toContain(
      "within the repository",
    );
    expect(await post({ source: "https://example.org/x", poll: "1s" })).toContain("10s");
    expect(await post({ source: folder, token: "TOKEN" })).toContain("is for repositories");
    expect(await post({ source: join(folder, "file"), name: "a:b" })).toContain("letters, digits");
    expect(await refusal("/api/v1/pipelines", { source: join(folder, "none") }, 404)).toContain(
      "finds no folder",
    );
    writeFileSync(join(folder, "file"), "");
    expect(await post({ source: join(folder, "file") })).toContain("is no folder");
    await create();
    expect(await refusal("/api/v1/pipelines", { source: folder, name: "orders" }, 409)).toContain(
      "gaia pipeline build orders",
    );
    const workflow = "name: orders\ntasks: [{id: a, command: x}]\n";
    expect(await refusal("/api/v1/workflows", { definition: workflow }, 409)).toContain("is a program");
    expect(await refusal("/api/v1/pipelines/none/build", {}, 404)).toContain("gaia pipeline create");
    await server.post("/api/v1/workflows", { definition: workflow.replace("orders", "plain") });
    expect(await refusal("/api/v1/pipelines/plain/build", {}, 409)).toContain("is a workflow");
  });

  test("cannot be made of the server's folders from another machine", async () => {
    const { target, token } = await server.tcp();
    for (const source of [folder, `file://${folder}`]) {
      const reply = await ask(target, {
        method: "POST",
        path: "/api/v1/pipelines",
        headers: { authorization: `Bearer ${token}` },
        json: { source },
      });
      expect(reply.status).toBe(403);
      expect(reply.json.error.message).toContain("only over the socket of the same user");
    }
  });

  test("changes its source; what is not named stays", async () => {
    const run = await create();
    const change = (json: object) =>
      server.ask({ method: "PATCH", path: "/api/v1/pipelines/orders/source", json });
    const changed = await change({ folder: "sub/one", language: "python" });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json.program.source).toMatchObject({ url: folder, folder: "sub/one", language: "python" });
    expect((await change({ language: null })).json.program.source).toMatchObject({
      folder: "sub/one",
      language: null,
    });
    expect((await change({ branch: "main" })).json.program.source).toMatchObject({
      kind: "git",
      url: `file://${folder}`,
      branch: "main",
      poll_ms: 60_000,
    });
    expect((await change({ nonsense: 1 })).status).toBe(400);
    for (const [key, json] of Object.entries({
      source: { source: "orders" },
      branch: { branch: "a..b" },
      folder: { folder: "../x" },
      token: { token: "TOKEN" },
      user: { user: "ada" },
      poll: { poll: "1s" },
      language: { language: "GO!" },
    })) {
      const { details } = (await change(json)).json.error;
      expect(details.issues, key).toMatchObject([{ path: [key] }]);
    }
    expect((await change({ source: folder, branch: null })).json.program.source).toMatchObject({
      kind: "folder",
      url: folder,
      poll_ms: 0,
    });
    await built(run, "count");
  });
});

describe("a program that is put into the home's folder", () => {
  const at = (name: string): string => join(server.home, "pipelines", name);
  const has = async (name: string, wanted: object): Promise<PipelineDetail> =>
    until(
      async () => {
        const reply = await server.ask(`/api/v1/pipelines/${name}`);
        if (reply.status !== 200) return null;
        const detail = pipelineDetail.parse(reply.json);
        return isLike(detail, wanted) ? detail : null;
      },
      `${name} is like ${JSON.stringify(wanted)}`,
    );

  function isLike(value: object, wanted: object): boolean {
    try {
      expect(value).toMatchObject(wanted);
      return true;
    } catch {
      return false;
    }
  }

  test("becomes a pipeline, and a version with each change; when it is gone the pipeline stays", async () => {
    mkdirSync(at(""), { recursive: true });
    writeFileSync(at("orders_golang"), "one");
    const made = await has("orders", { program: { source: { kind: "file", url: at("orders_golang") } } });
    const task = await building(made.program?.building?.run_id ?? "");
    expect(Buffer.from(task.spec).toString()).toContain("build --drop-in");
    finishBuild(worker, server.home, task, ["one"]);
    await has("orders", { version: 1, saved_by: { via: "build" } });
    writeFileSync(at("orders_golang"), "two");
    const changed = await has("orders", { program: { building: { number: 2 } } });
    finishBuild(worker, server.home, await building(changed.program?.building?.run_id ?? ""), ["two"]);
    await has("orders", { version: 2 });
    expect(
      (await server.ask({ method: "DELETE", path: "/api/v1/pipelines/orders" })).json.error.message,
    ).toContain(`rm ${at("orders_golang")}`);
    rmSync(at("orders_golang"));
    const gone = await has("orders", { version: 2, program: { building: null } });
    await until(async () => (await show()).program?.missing_since, "it is marked");
    expect(gone.program?.last_build?.status).toBe("built");
    await server.close(true);
    server = await startTestServer({ home: server.home });
    worker = await server.worker({ act: () => undefined });
    expect((await show()).program?.missing_since).not.toBeNull();
    writeFileSync(at("orders_golang"), "three");
    await has("orders", { program: { missing_since: null, building: { number: 3 } } });
    rmSync(at("orders_golang"));
    await until(async () => (await show()).program?.missing_since, "it is marked again");
    const removed = await server.ask({ method: "DELETE", path: "/api/v1/pipelines/orders" });
    expect(removed.status, removed.text).toBe(204);
  });

  test("is not taken without a language, nor for a pipeline that is built from elsewhere; the log says so", async () => {
    await create({ name: "taken" });
    mkdirSync(at("folder_java"), { recursive: true });
    for (const name of ["orders", "orders_go", "taken_python", ".hidden_golang"])
      writeFileSync(at(name), "x");
    writeFileSync(at("empty_ruby"), "");
    const warned = () => server.logged.filter(({ message }) => message === "a program was not taken");
    await until(() => warned().length >= 5, "all are told");
    const whys = warned().map(({ fields }) =>
      String(fields["why"]).replaceAll(`${server.home}/pipelines/`, ""),
    );
    expect(whys.toSorted()).toEqual([
      "The pipeline `taken` is built from " +
        `${folder} already. Give the file another name, or remove that pipeline first: gaia pipeline rm taken`,
      "empty_ruby: it is empty.",
      "folder_java: it is no file; put a built program there.",
      expect.stringMatching(/^orders: its name does not say its language/),
      expect.stringMatching(/^orders_go: its name does not say its language/),
    ]);
  });

  test("is taken when the pipeline that was in its way is removed; the log says once what was", async () => {
    await create({ name: "taken" });
    mkdirSync(at(""), { recursive: true });
    writeFileSync(at("taken_python"), "x");
    const warned = () => server.logged.filter(({ message }) => message === "a program was not taken").length;
    await until(() => warned() > 0, "it is told");
    // Looked at after it each time: by then it has been refused again.
    for (const name of ["one", "two"]) {
      writeFileSync(at(`${name}_python`), "x");
      await has(name, { program: { building: { number: 1 } } });
    }
    expect(warned()).toBe(1);
    expect((await server.ask({ method: "DELETE", path: "/api/v1/pipelines/taken" })).status).toBe(204);
    await has("taken", { program: { source: { kind: "file", url: at("taken_python") } } });
  });

  test("is not built again by a server that starts behind another", async () => {
    mkdirSync(at(""), { recursive: true });
    writeFileSync(at("orders_golang"), "one");
    const made = await has("orders", { program: { building: { number: 1 } } });
    finishBuild(worker, server.home, await building(made.program?.building?.run_id ?? ""), ["one"]);
    await has("orders", { version: 1 });
    await server.close(true);
    server = await startTestServer({ home: server.home });
    worker = await server.worker({ act: () => undefined });
    // Dealt with in order: what comes behind it has been taken.
    writeFileSync(at("other_golang"), "one");
    await has("other", { program: { building: { number: 1 } } });
    expect(worker.assignments.map(({ pipeline }) => pipeline)).toEqual(["other:build"]);
  });
});
