import { runDetail, trigger } from "@gaia/contracts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GiteaServer, giteaPush } from "../commit-statuses/testing/gitea-server.ts";
import { ask, type Target } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

/** What the API tells of commit statuses. */

let folder: string;
let forge: GiteaServer;
let server: TestServer;
let tcp: Target;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaia-forge-"));
  forge = await GiteaServer.start(folder);
  server = await startTestServer();
  ({ target: tcp } = await server.tcp());
  await server.post("/api/v1/secrets", { name: "HOOK", value: "signed with" });
});
afterAll(async () => {
  await server.close();
  await forge.close();
  rmSync(folder, { recursive: true, force: true });
});

async function triggerOf(pipeline: string) {
  const { items } = (await server.ask(`/api/v1/triggers?pipeline=${pipeline}`)).json;
  return trigger.parse(items[0]);
}

async function statusOf(run: string) {
  const { commit_status: status } = runDetail.parse((await server.ask(`/api/v1/runs/${run}`)).json);
  return status ?? null;
}

test("a run on a commit tells whether its forge knows, and its trigger and the token what is wrong", async () => {
  const git = `{repository: "${forge.url}", secret: HOOK, status: {token: FORGE_TOKEN, forge: gitea}}`;
  const definition = `name: ci\ntriggers: [{git: ${git}}]\ntasks: [{id: a, command: x}]\n`;
  expect((await server.post("/api/v1/workflows", { definition })).status).toBe(201);
  expect(await triggerOf("ci")).toMatchObject({
    text: expect.stringContaining("signed with HOOK; told to Gitea as gaia/ci"),
    status_problem: null,
  });
  const commit = forge.repository.commit("First");
  const delivered = { method: "POST", path: "/api/v1/hooks/ci/git", ...giteaPush("signed with", { commit }) };
  const run: string = (await ask(tcp, delivered)).json.run_id;
  const status = await until(async () => {
    const found = await statusOf(run);
    return found !== null && found.problem !== "" && found;
  }, "that the token is missing is told");
  expect(status).toMatchObject({
    forge: "gitea",
    repository: "team/app",
    commit,
    context: "gaia/ci",
    state: "pending",
    description: "Run #1 is in progress",
    outcome: "waiting",
    told_state: null,
    told_at: null,
    problem: expect.stringMatching(/^it needs the secret FORGE_TOKEN, which the server does not have/),
    text: expect.stringMatching(/^Gitea was not yet told pending of team\/app, as gaia\/ci: it needs/),
  });
  expect((await triggerOf("ci")).status_problem?.message).toContain("it needs the secret FORGE_TOKEN");

  await server.post("/api/v1/secrets", { name: "FORGE_TOKEN", value: forge.token });
  await until(async () => (await statusOf(run))?.outcome === "told", "it is told");
  expect(await statusOf(run)).toMatchObject({ told_state: "pending", problem: "" });
  expect((await triggerOf("ci")).status_problem).toBeNull();
  const { used_by: uses } = (await server.ask("/api/v1/secrets/FORGE_TOKEN")).json;
  expect(uses).toEqual([{ pipeline: "ci", tasks: [], allowed: true }]);

  await server.post(`/api/v1/runs/${run}/stop`, {});
  await until(async () => (await statusOf(run))?.told_state === "cancelled", "the end is told");
  const alone = (await server.ask(`/api/v1/runs/${run}/commit-status`)).json;
  expect(alone).toEqual({ commit_status: await statusOf(run) });
  expect(forge.statusesOf(commit).map(({ state }) => state)).toEqual(["pending", "error"]);
});

test("a run that nobody is told of has no status", async () => {
  const definition = "name: plain\ntasks: [{id: a, command: x}]\n";
  const run: string = (await server.post("/api/v1/runs", { definition })).json.run_id;
  expect(await statusOf(run)).toBeNull();
});

test("a build of a pipeline that is removed is told to be cancelled", async () => {
  await server.post("/api/v1/secrets", { name: "BUILD_TOKEN", value: forge.token });
  const commit = forge.repository.commit("To be built");
  const status = { token: "BUILD_TOKEN", forge: "gitea" };
  const made = await server.post("/api/v1/pipelines", {
    source: forge.url,
    poll: "0s",
    token: "BUILD_TOKEN",
    status,
  });
  expect(made.status, made.text).toBe(202);
  expect(made.json.pipeline.program.source.status).toEqual({ ...status, api: null });
  await server.post("/api/v1/pipelines/app/build", { commit: commit.toUpperCase() });
  await until(() => forge.statusesOf(commit).length > 0, "its beginning is told");
  const { used_by: uses } = (await server.ask("/api/v1/secrets/BUILD_TOKEN")).json;
  // The same token fetches.
  expect(uses).toEqual([{ pipeline: "app:build", tasks: ["fetch"], allowed: true }]);
  expect((await server.ask({ method: "DELETE", path: "/api/v1/pipelines/app" })).status).toBe(204);
  await until(() => forge.statusesOf(commit).length > 1, "its end is told");
  expect(forge.statusesOf(commit).map(({ state, description }) => [state, description])).toEqual([
    ["pending", "Build #2 is in progress"],
    ["error", "Cancelled: its pipeline was removed"],
  ]);
});

test.each([
  [{ source: "https://git.example.org/a/b", status: { token: "T" } }, "`status.forge` is not known of"],
  [{ source: "https://github.com/a/b", status: { token: "T", api: "http://x.org" } }, "`status.api` wants"],
  [{ source: "/srv/app", branch: "main", status: { token: "T" } }, "`source` is a path"],
  [{ source: tmpdir(), status: { token: "T" } }, "`status` is for repositories"],
  [{ source: "https://github.com/a/b", status: { tokn: "T" } }, "token"],
])("%j is refused", async (order, message) => {
  const reply = await server.post("/api/v1/pipelines", order);
  expect([reply.status, reply.json.error.message]).toEqual([400, expect.stringContaining(message)]);
});
