import { LIMITS, type PipelineDetail, pipelineCreated, pipelineDetail } from "@gaia/contracts";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GitHttpServer } from "../../../git/src/testing/http-server.ts";
import { TestRepository } from "../../../git/src/testing/repositories.ts";
import { finishBuild } from "../programs/testing/builds.ts";
import { ask, type Reply, type Target } from "./testing/client.ts";
import { endedRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

/** Forges that tell of pushes to the repositories of programs; the repositories are real. */

const SECRET = "a secret of the forge";
let server: TestServer;
let tcp: Target;
let worker: ScriptedWorker;
let folder: string;
let repository: TestRepository;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaia-pushed-"));
  repository = new TestRepository(join(folder, "shop"));
  repository.commit("Start", { "one/index.js": "", "two/index.js": "" });
  server = await startTestServer();
  ({ target: tcp } = await server.tcp());
  worker = await server.worker({ act: () => undefined });
  await server.post("/api/v1/secrets", { name: "FORGE", value: SECRET });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function create(name: string, more: object = {}): Promise<string> {
  const source = { source: `file://${repository.path}`, name, folder: name, poll: "0s", webhook: "FORGE" };
  const reply = await server.post("/api/v1/pipelines", { ...source, ...more });
  expect(reply.status, reply.text).toBe(202);
  return pipelineCreated.parse(reply.json).build.run_id;
}

async function show(name: string): Promise<PipelineDetail> {
  return pipelineDetail.parse((await server.ask(`/api/v1/pipelines/${name}`)).json);
}

async function buildsOf(name: string): Promise<readonly { readonly id: string; readonly actor: object }[]> {
  return (await server.ask(`/api/v1/runs?pipeline=${name}:build`)).json.items;
}

/** Lets a build fetch the commit and make a program of these jobs. */
async function finish(run: string, commit: string, ...titles: readonly string[]): Promise<void> {
  const taskOf = async (key: string) =>
    until(() => worker.assignments.find((one) => one.name.run === run && one.key === key), `${key} is begun`);
  worker.succeed(await taskOf("fetch"), { commit, subject: "Pushed", branch: "main" });
  finishBuild(worker, server.home, await taskOf("build"), titles);
  await endedRun(server, run);
}

function head(): string {
  return repository.git("rev-parse", "HEAD").trim();
}

/** With its first version, and nothing left to look at. */
async function built(name: string, more: object = {}): Promise<void> {
  await finish(await create(name, more), head(), name);
  await until(async () => {
    const { version, program } = await show(name);
    return version === 1 && (program?.webhook === null || program?.seen_commit === head());
  }, "it has a version, and its repository was looked at behind the build");
}

/** As GitHub tells, over the network and without a token. What it says is of no account. */
function deliver(
  name: string,
  secret = SECRET,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const body = JSON.stringify({ ref: "refs/heads/elsewhere", after: "0".repeat(40) });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const signed = { "x-hub-signature-256": `sha256=${signature}`, "x-github-event": "push", ...headers };
  return ask(tcp, { method: "POST", path: `/api/v1/hooks/${name}/build`, body, headers: signed });
}

describe("a push of which the forge tells", () => {
  test("is built, whatever the delivery says, once however often that comes", async () => {
    await built("one");
    const commit = repository.commit("Push", { "one/index.js": "// more" });
    const told = await deliver("one");
    expect([told.status, told.json]).toEqual([202, { status: "looking", run_id: null, message: "" }]);
    const [build] = await until(async () => {
      const builds = await buildsOf("one");
      return builds.length === 2 ? builds : null;
    }, "it is built");
    expect(build?.actor).toEqual({ kind: "system", id: "git", via: "webhook" });
    expect((await show("one")).program).toMatchObject({
      seen_commit: commit,
      source: { poll_ms: 0 },
      webhook: {
        address: "/api/v1/hooks/one/build",
        secret: "FORGE",
        last_delivery: { status: "looking", event: "push", message: "" },
      },
    });
    await finish(build?.id ?? "", commit, "one", "more");
    const { webhook } = (await show("one")).program ?? {};
    await deliver("one");
    const again = await until(async () => {
      const { program } = await show("one");
      return program?.webhook?.last_delivery?.at === webhook?.last_delivery?.at ? null : program;
    }, "it came again");
    expect(again.seen_commit).toBe(commit);
    const next = repository.commit("Push again", { "one/index.js": "// even more" });
    await deliver("one");
    await until(async () => (await show("one")).program?.seen_commit === next, "the next one is seen");
    expect(await buildsOf("one")).toHaveLength(3);
  });

  test("is built for all pipelines of the repository that name the secret, and for no others", async () => {
    await server.post("/api/v1/secrets", { name: "OTHER", value: "of another forge" });
    await built("one");
    await built("two");
    await built("else", { folder: "two", webhook: "OTHER" });
    const commit = repository.commit("Push", { "two/index.js": "// more" });
    expect((await deliver("one")).status).toBe(202);
    for (const name of ["one", "two"]) {
      await until(async () => (await buildsOf(name)).length === 2, `${name} is built`);
      expect((await show(name)).program).toMatchObject({
        seen_commit: commit,
        webhook: { last_delivery: { status: "looking" } },
      });
    }
    expect((await show("else")).program?.webhook?.last_delivery).toBeNull();
    expect(await buildsOf("else")).toHaveLength(1);
  });

  test("is built behind the first build, which may have fetched before it came", async () => {
    const git = await GitHttpServer.start(folder);
    try {
      // A look is two requests.
      const looks = (): number => git.authorizations.length / 2;
      const before = head();
      const first = await create("one", { source: git.url("shop") });
      await until(() => worker.assignments.find(({ key }) => key === "fetch"), "it fetches");
      await until(() => looks() >= 1, "its repository is looked at");
      const commit = repository.commit("Push", { "one/index.js": "// more" });
      const looksBefore = looks();
      expect((await deliver("one")).status).toBe(202);
      // In vain, for a build goes on: so once more, and again.
      await until(() => looks() >= looksBefore + 2, "what was told is not forgotten");
      await finish(first, before, "one");
      await until(async () => (await buildsOf("one")).length === 2, "the push is built");
      expect((await show("one")).program?.seen_commit).toBe(commit);
    } finally {
      await git.close();
    }
  });

  test("is not forgotten by a server that ends: the next one looks, and knows what came last", async () => {
    await built("one");
    const commit = repository.commit("Push", { "one/index.js": "// more" });
    await server.close(true);
    server = await startTestServer({ home: server.home });
    await until(async () => (await show("one")).program?.seen_commit === commit, "it is seen");
    ({ target: tcp } = await server.tcp());
    await deliver("one");
    await server.close(true);
    server = await startTestServer({ home: server.home });
    expect((await show("one")).program?.webhook?.last_delivery).toMatchObject({ status: "looking" });
  });
});

describe("a delivery that is not the forge's", () => {
  test("is told the same as everywhere, starts nothing, and is told to the owner", async () => {
    await built("one");
    await built("two", { webhook: null });
    repository.commit("Push", { "one/index.js": "// more" });
    const replies = [await deliver("one", "a guess"), await deliver("two"), await deliver("nobody")];
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(replies.map(({ json }) => json.error.message)).size).toBe(1);
    expect((await show("one")).program?.webhook?.last_delivery).toMatchObject({
      status: "refused",
      message: "its signature is missing or not made with the secret FORGE",
    });
    expect(await buildsOf("one")).toHaveLength(1);
  });

  test("is slowed down, whatever it guesses", async () => {
    await built("one");
    const guesses = Array.from({ length: 25 }, (_, index) => deliver("one", `guess ${index}`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect((await deliver("one")).status).toBe(429);
  });

  test("is refused when it is old; a ping starts nothing", async () => {
    await built("one");
    const ping = await deliver("one", SECRET, { "x-github-event": "ping" });
    expect([ping.status, ping.json]).toEqual([
      200,
      { status: "ignored", run_id: null, message: "a ping starts nothing" },
    ]);
    const timestamp = String(Math.floor((Date.now() - 2 * LIMITS.deliveryAgeMs) / 1_000));
    const signature = createHmac("sha256", SECRET).update(`d-1.${timestamp}.{}`).digest("base64");
    const old = await ask(tcp, {
      method: "POST",
      path: "/api/v1/hooks/one/build",
      body: "{}",
      headers: {
        "webhook-id": "d-1",
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signature}`,
      },
    });
    expect([old.status, old.json.error.code]).toEqual([400, "invalid_request"]);
    expect((await show("one")).program?.webhook?.last_delivery).toMatchObject({ status: "refused" });
    expect(await buildsOf("one")).toHaveLength(1);
  });
});

describe("the secret of a webhook", () => {
  async function change(json: object): Promise<Reply> {
    return server.ask({ method: "PATCH", path: "/api/v1/pipelines/one/source", json });
  }

  test("has to be there for the pipeline's builds, and is known as used by them", async () => {
    await server.post("/api/v1/secrets", { name: "NARROW", value: "of other pipelines", scopes: ["others"] });
    const source = { source: `file://${repository.path}`, name: "one", folder: "one" };
    for (const webhook of ["ABSENT", "NARROW"]) {
      const reply = await server.post("/api/v1/pipelines", { ...source, webhook });
      expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_input"]);
      expect(reply.json.error.message).toContain(`The webhook needs the secret ${webhook}, `);
      expect(reply.json.error.details.issues).toMatchObject([{ path: ["webhook"] }]);
    }
    await built("one");
    expect((await change({ webhook: "NARROW" })).status).toBe(400);
    const uses = (await server.ask("/api/v1/secrets/FORGE")).json.used_by;
    expect(uses).toEqual([{ pipeline: "one:build", tasks: [], allowed: true }]);
  });

  test("makes looking seldom where nothing else was said, and often again when it goes", async () => {
    await built("one", { poll: undefined });
    const pollMs = async (): Promise<unknown> => (await show("one")).program?.source.poll_ms;
    expect(await pollMs()).toBe(3_600_000);
    expect((await change({ webhook: null })).json.program).toMatchObject({
      webhook: null,
      source: { poll_ms: 60_000 },
    });
    expect((await deliver("one")).status).toBe(401);
  });

  test.each([
    ["5m", 300_000],
    // What would be so anyway, with a webhook or without, is said as well.
    ["1m", 60_000],
    ["1h", 3_600_000],
  ])("leaves alone how often it is looked at when that was said: %s", async (poll, ms) => {
    await built("one", { poll });
    const pollMs = async (): Promise<unknown> => (await show("one")).program?.source.poll_ms;
    for (const webhook of [null, "FORGE", null]) {
      await change({ webhook });
      expect(await pollMs()).toBe(ms);
    }
  });

  test("is not for folders", async () => {
    const reply = await server.post("/api/v1/pipelines", { source: folder, name: "one", webhook: "FORGE" });
    expect([reply.status, reply.json.error.details.issues[0].path]).toEqual([400, ["webhook"]]);
  });
});
