import type { PipelineDetail } from "@gaia/contracts";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { GitHttpServer } from "../packages/git/src/testing/http-server.ts";
import { TestRepository } from "../packages/git/src/testing/repositories.ts";
import { SshServer } from "../packages/git/src/testing/ssh-server.ts";
import { Gaia, workflow } from "./gaia.ts";
import { declared, putProgram, titled, WITH_NODE } from "./titled-programs.ts";

/** Pipelines that are programs, from a folder or a repository to their runs: real builds, processes and repositories. */

// Each build starts three Nodes, one behind the other; a machine with other work takes its time.
vi.setConfig({ testTimeout: 300_000 });

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
});
afterAll(() => gaia.close());

async function shown(name: string): Promise<PipelineDetail> {
  return (await gaia.ask(`/api/v1/pipelines/${name}`)).json as PipelineDetail;
}

/** Waits until a build has ended and what follows from it is written. */
async function built(name: string, run: string): Promise<PipelineDetail> {
  await gaia.ended(run);
  await gaia.until(`the end of ${run} is kept`, async () => {
    const { program } = await shown(name);
    return program?.last_build?.run_id === run;
  });
  return shown(name);
}

function titles(detail: PipelineDetail): readonly string[] {
  return detail.graph.nodes.map(({ key }) => key);
}

describe("a pipeline that is a program", () => {
  test("is made of a folder, run by name with arguments, and rebuilt, all from the command line", async () => {
    gaia.write("orders/gaia.yaml", titled("Count", "Report"));
    const made = await gaia.gaia("pipeline", "create", "orders");
    expect(made.status, made.stderr).toBe(0);
    expect(made.stdout).toContain("✓ orders version 1: 2 jobs");
    expect(made.stdout).toContain("● Count");
    const run = await gaia.gaia("pipeline", "run", "orders", "--arg", "who=Ada", "--json");
    expect(run.status, run.stderr).toBe(0);
    const { run_id: id } = JSON.parse(run.stdout.split("\n")[0] ?? "");
    expect((await gaia.log(id, "Count")).toString()).toContain("Count for Ada");
    expect((await gaia.log(id, "Report")).toString()).toContain("Report for Ada");
    expect((await gaia.log(id, "Report")).toString()).not.toContain("Count");
    const again = await gaia.gaia("pipeline", "build", "orders");
    expect(again.stdout).toContain("has not changed since version 1");
    gaia.write("orders/gaia.yaml", titled("Count", "Report", "Send"));
    const changed = await gaia.gaia("pipeline", "build", "orders", "--json");
    expect(changed.status, changed.stderr).toBe(0);
    const last = JSON.parse(changed.stdout.trim().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ type: "pipeline", pipeline: { name: "orders", version: 2 } });
    const list = await gaia.gaia("pipeline", "list");
    expect(list.stdout).toMatch(/orders +program +2 +✓ completed +built/);
    const show = await gaia.gaia("pipeline", "show", "orders");
    expect(show.stdout).toContain(`from       ${join(gaia.folder, "orders")}`);
    expect(show.stdout).toContain('argument   who (text, "everybody" when not said) whom it is done for');
  });

  test("is the example, with its SDK out of this repository", async () => {
    const clone = fileURLToPath(new URL("..", import.meta.url));
    const made = await gaia.gaia("pipeline", "create", clone, "--folder", "examples/program");
    expect(made.status, made.stderr).toBe(0);
    expect(made.stdout).toContain("✓ program version 1: 2 jobs");
    gaia.write("files/a.txt", "one");
    gaia.write("files/b/c.txt", "two");
    const folder = join(gaia.folder, "files");
    const run = await gaia.gaia("pipeline", "run", "program", "--arg", `folder=${folder}`, "--json");
    expect(run.status, run.stderr).toBe(0);
    const { run_id: id } = JSON.parse(run.stdout.split("\n")[0] ?? "");
    expect((await gaia.log(id, "List")).toString()).toContain("3fc4ccfe7458  b/c.txt");
    expect((await gaia.log(id, "Verify")).toString()).toContain("2 files are as they were");
  });

  test("says why it cannot be built, and stays as it was", async () => {
    gaia.write("broken/gaia.yaml", declared(["echo compiling", "echo no such thing >&2; exit 3"], "A"));
    const made = await gaia.gaia("pipeline", "create", "broken");
    expect(made.status).toBe(1);
    const detail = await built("broken", (await newestBuild("broken")).id);
    expect(detail).toMatchObject({ version: 0, program: { last_build: { status: "failed" } } });
    expect(detail.program?.last_build?.message).toContain("no such thing");
    expect((await gaia.log(detail.program?.last_build?.run_id ?? "", "build")).toString()).toContain(
      "compiling",
    );
    const run = await gaia.gaia("pipeline", "run", "broken");
    expect(run.stderr).toContain("has not been built yet");
    expect(run.status).toBe(1);
    gaia.write("broken/gaia.yaml", titled("A"));
    const retried = await gaia.post(`/api/v1/runs/${detail.program?.last_build?.run_id}/retry`, {
      failed: true,
    });
    expect(await built("broken", retried.json.run_id)).toMatchObject({ version: 1 });
    expect((await gaia.gaia("pipeline", "list", "-q")).stdout.split("\n")).toContain("broken");
    const usage = await gaia.gaia("pipeline", "create", "nowhere/at/all", "--name", "x y");
    expect(usage.status).toBe(2);
  });

  test("is built from a repository's commits, each version from its own", async () => {
    const repository = new TestRepository(join(gaia.folder, "repository"));
    const first = repository.commit("Start", { "pipelines/one/gaia.yaml": titled("One"), "README.md": "" });
    const url = `file://${repository.path}`;
    const made = await gaia.gaia("pipeline", "create", url, "--folder", "pipelines/one", "--poll", "never");
    expect(made.status, made.stderr).toBe(0);
    const second = repository.commit("Add a job", { "pipelines/one/gaia.yaml": titled("One", "Two") });
    await gaia.gaia("pipeline", "build", "one");
    repository.commit("Elsewhere", { "README.md": "more" });
    const elsewhere = await gaia.gaia("pipeline", "build", "one");
    expect(elsewhere.stdout).toContain("has not changed since version 2");
    const versions = await gaia.gaia("pipeline", "versions", "one");
    expect(versions.stdout).toContain(first.slice(0, 12));
    expect(versions.stdout).toMatch(new RegExp(`2 +in force .*${second.slice(0, 12)} +Add a job`));
    const detail = await shown("one");
    const { createdAt, id } = await newestBuild("one");
    const scratch = join(gaia.home, "runs", createdAt.slice(0, 7), id, "scratch");
    await gaia.until("what it fetched is gone", () => !existsSync(join(scratch, "source")));
    expect(titles(detail)).toEqual(["One", "Two"]);
    const old = await gaia.gaia("pipeline", "build", "one", "--commit", first);
    expect(old.status, old.stderr).toBe(0);
    expect(titles(await shown("one"))).toEqual(["One"]);
    const missing = await gaia.gaia("pipeline", "build", "one", "--commit", "0".repeat(40));
    expect(missing.status).toBe(1);
    expect((await built("one", (await newestBuild("one")).id)).program?.last_build?.message).toContain(
      "has no commit",
    );
  });

  test("goes on from the version that it was started with, while newer ones are built", async () => {
    gaia.write("slow/gaia.yaml", titled("Wait", "After"));
    await gaia.gaia("pipeline", "create", "slow");
    const go = join(gaia.folder, "go");
    const started = await gaia.post("/api/v1/workflows/slow/start", { inputs: { who: go } });
    await gaia.reached(started.json.run_id, "Wait", "running");
    gaia.write("slow/gaia.yaml", titled("Other"));
    await gaia.gaia("pipeline", "build", "slow");
    expect(titles(await shown("slow"))).toEqual(["Other"]);
    gaia.write("go", "");
    expect(await gaia.ended(started.json.run_id)).toMatchObject({ status: "completed", pipeline_version: 1 });
    expect((await gaia.log(started.json.run_id, "After")).toString()).toContain("After for");
    const back = await gaia.gaia("pipeline", "rollback", "slow");
    expect(back.stdout).toContain("start from version 1 (pinned; the newest is 2)");
    const retried = await gaia.post(`/api/v1/runs/${started.json.run_id}/retry`);
    expect(await gaia.ended(retried.json.run_id)).toMatchObject({ status: "completed", pipeline_version: 1 });
  });

  test("is a task of a workflow, like any pipeline", async () => {
    gaia.write("part/gaia.yaml", titled("Part"));
    await gaia.gaia("pipeline", "create", "part");
    const run = await gaia.run(
      workflow("whole", '{id: down, type: pipeline, pipeline: part, inputs: {who: "the whole"}}'),
    );
    expect(run.status).toBe("completed");
    const child = (await gaia.job(run.id, "down")).child_run ?? "";
    expect((await gaia.log(child, "Part")).toString()).toContain("Part for the whole");
  });

  test("is removed, and its run says plainly when its build is gone", async () => {
    gaia.write("gone/gaia.yaml", titled("Gone"));
    await gaia.gaia("pipeline", "create", "gone");
    const { build } = JSON.parse((await shown("gone")).source);
    rmSync(join(gaia.home, "pipelines", "builds", build), { recursive: true });
    const run = await gaia.gaia("pipeline", "run", "gone");
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("not kept any more. Build it again: gaia pipeline build gone");
    await gaia.gaia("pipeline", "build", "gone");
    expect((await gaia.gaia("pipeline", "run", "gone")).status).toBe(0);
    expect((await gaia.gaia("pipeline", "rm", "gone")).stdout).toContain("gone is removed");
    expect((await gaia.gaia("pipeline", "show", "gone")).status).toBe(2);
  });
});

async function newestBuild(name: string): Promise<{ readonly id: string; readonly createdAt: string }> {
  const { items } = (await gaia.ask(`/api/v1/runs?pipeline=${encodeURIComponent(`${name}:build`)}`)).json;
  return { id: items[0].id, createdAt: items[0].created_at };
}

describe("a repository that is looked at", () => {
  test("is built anew when something was pushed, by one build a commit", async () => {
    const repository = new TestRepository(join(gaia.folder, "pushed"));
    repository.commit("Start", { "gaia.yaml": titled("One") });
    const made = await gaia.gaia("pipeline", "create", `file://${repository.path}`, "--poll", "10s");
    expect(made.status, made.stderr).toBe(0);
    const commit = repository.commit("Go on", { "gaia.yaml": titled("One", "Two") });
    await gaia.until("the push is built", async () => (await shown("pushed")).version === 2);
    expect((await shown("pushed")).program).toMatchObject({
      seen_commit: commit,
      problem: "",
      last_build: { status: "built", version: 2, commit, number: 2 },
    });
    rmSync(repository.path, { recursive: true });
    await gaia.until("it is missed", async () => (await shown("pushed")).program?.problem !== "");
    expect((await shown("pushed")).program?.problem).toContain("There is no repository at");
    const run = await gaia.gaia("pipeline", "run", "pushed");
    expect(run.status, run.stderr).toBe(0);
  });
});

describe("a private repository", () => {
  test("is read over HTTP with a token, by builds and by looking, and nobody sees the token", async () => {
    const repositories = join(gaia.folder, "http");
    const repository = new TestRepository(join(repositories, "private"));
    repository.commit("Start", { "gaia.yaml": titled("One") });
    const server = await GitHttpServer.start(repositories);
    server.wants = "x-access-token:the-token-of-orders";
    try {
      const refused = await gaia.gaia("pipeline", "create", server.url("private"), "--poll", "never");
      expect(refused.status).toBe(1);
      const { last_build: last } = (await built("private", (await newestBuild("private")).id)).program ?? {};
      expect(last?.message).toContain("name that secret (--token NAME)");
      gaia.write("token", "the-token-of-orders");
      await gaia.gaia("secret", "set", "ORDERS_TOKEN", "--file", "token", "--scope", "private");
      const source = await gaia.gaia(
        "pipeline",
        "source",
        "private",
        "--token",
        "ORDERS_TOKEN",
        "--poll",
        "10s",
        "--submodules",
      );
      expect(source.status, source.stderr).toBe(0);
      const commit = repository.commit("Go on", { "gaia.yaml": titled("Two") });
      await gaia.until("it is seen and built", async () => (await shown("private")).version === 1);
      expect((await shown("private")).program).toMatchObject({ seen_commit: commit, problem: "" });
      const { id } = await newestBuild("private");
      expect((await gaia.log(id, "fetch")).toString()).toContain("Go on");
      const told = await Promise.all(
        ["", "/jobs/fetch", "/jobs/fetch/environment", "/jobs/fetch/log", "/events"].map(
          async (path) => (await gaia.ask(`/api/v1/runs/${id}${path}`)).text,
        ),
      );
      expect(told.join("")).not.toContain("the-token-of-orders");
      expect(existsSync(join(gaia.home, "secrets", "git"))).toBe(true);
      await gaia.until(
        "no credential lies about",
        () => readdirSync(join(gaia.home, "secrets", "git")).length === 0,
      );
      const submodules = async (...flags: readonly string[]): Promise<unknown> => {
        expect((await gaia.gaia("pipeline", "source", "private", ...flags)).status).toBe(0);
        return (await shown("private")).program?.source.submodules;
      };
      expect(await submodules("--poll", "never")).toBe(true);
      expect(await submodules("--no-submodules")).toBe(false);
    } finally {
      await server.close();
    }
  });

  test("is read over SSH with a key, from a host that is known", async () => {
    const repository = new TestRepository(join(gaia.folder, "over-ssh"));
    repository.commit("Start", { "gaia.yaml": titled("One") });
    const server = await SshServer.start(join(gaia.folder, "sshd"));
    try {
      gaia.write("key", server.key);
      gaia.write("known_hosts", server.knownHosts);
      await gaia.gaia("secret", "set", "ORDERS_KEY", "--file", "key", "--scope", "over-ssh:build");
      const url = server.url(repository.path);
      const flags = ["--ssh-key", "ORDERS_KEY", "--poll", "never"];
      const unknown = await gaia.gaia("pipeline", "create", url, ...flags);
      expect(unknown.status).toBe(1);
      const { id } = await newestBuild("over-ssh");
      expect((await built("over-ssh", id)).program?.last_build?.message).toContain("is not known");
      await gaia.gaia("pipeline", "source", "over-ssh", "--known-hosts", "known_hosts");
      const known = await gaia.gaia("pipeline", "build", "over-ssh");
      expect(known.status, known.stderr).toBe(0);
      expect(titles(await shown("over-ssh"))).toEqual(["One"]);
    } finally {
      await server.close();
    }
  });
});

describe("a built program that is put into the home's folder", () => {
  test("appears, runs, gets a version with each change, and stays when it is gone", async () => {
    const folder = join(gaia.home, "pipelines");
    putProgram(folder, "dropped_golang", "Drop");
    await gaia.until("it is there", async () => (await shown("dropped")).version === 1);
    const run = await gaia.gaia("pipeline", "run", "dropped", "--arg", "who=Ada", "--json");
    expect(run.status, run.stderr).toBe(0);
    const { run_id: id } = JSON.parse(run.stdout.split("\n")[0] ?? "");
    expect((await gaia.log(id, "Drop")).toString()).toContain("Drop for Ada");
    putProgram(folder, "dropped_golang", "Drop", "More");
    await gaia.until("it has changed", async () => (await shown("dropped")).version === 2);
    rmSync(join(folder, "dropped_golang"));
    await gaia.until("it is missed", async () => (await shown("dropped")).program?.missing_since !== null);
    expect((await gaia.gaia("pipeline", "list")).stdout).toMatch(/dropped .* its file is gone/);
    expect((await gaia.gaia("pipeline", "run", "dropped")).status).toBe(0);
    putProgram(folder, "odd_go", "Odd");
    expect((await gaia.gaia("doctor")).stdout).toContain("not taken: odd_go");
  });
});

describe("builds", () => {
  test("make one version each, whenever the server is killed", async () => {
    gaia.write("often/gaia.yaml", titled("First"));
    await gaia.gaia("pipeline", "create", "often");
    const runs: string[] = [];
    for (let round = 0; round < 4; round++) {
      gaia.write("often/gaia.yaml", titled(`Round ${round}`));
      runs.push(String((await gaia.post("/api/v1/pipelines/often/build")).json.run_id));
      // At another moment each time: while it is built, at its end, behind it.
      if (round % 2 === 0) await gaia.until("it is built", () => hasEnded(runs.at(-1) ?? ""));
      await gaia.killServer();
      await gaia.startServer();
      await built("often", runs.at(-1) ?? "");
    }
    const { items } = (await gaia.ask("/api/v1/pipelines/often/versions")).json;
    expect(items.map(({ version }: { version: number }) => version)).toEqual([5, 4, 3, 2, 1]);
    const makers = items.map(({ actor }: { actor: { id: string } }) => actor.id);
    expect(makers.slice(0, 4)).toEqual(runs.toReversed());
    expect(titles(await shown("often"))).toEqual(["Round 3"]);
  });

  async function hasEnded(run: string): Promise<boolean> {
    return (await gaia.ask(`/api/v1/runs/${run}`)).json.ended_at !== null;
  }

  test("leave nothing behind when they are stopped", async () => {
    gaia.write("stopped/gaia.yaml", declared(["touch started; sleep 600"], "A"));
    const started = await gaia.post("/api/v1/pipelines", { source: join(gaia.folder, "stopped") });
    const run = String(started.json.build.run_id);
    await gaia.until("it is building", async () =>
      (await gaia.log(run, "build")).toString().includes("sleep"),
    );
    await gaia.post(`/api/v1/runs/${run}/stop`);
    expect(await built("stopped", run)).toMatchObject({
      version: 0,
      program: { last_build: { status: "cancelled" } },
    });
    const builds = join(gaia.home, "pipelines", "builds");
    expect(readdirSync(builds).filter((name) => !/^[0-9a-f]{64}$|^\./.test(name))).toEqual([]);
  });
});
