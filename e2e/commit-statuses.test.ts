import type { CommitStatusView } from "@gaia/contracts";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { ask } from "../packages/server/src/api/testing/client.ts";
import { GiteaServer, giteaPush } from "../packages/server/src/commit-statuses/testing/gitea-server.ts";
import { Gaia, workflow } from "./gaia.ts";
import { titled, WITH_NODE } from "./titled-programs.ts";

/** What runs come to, told to the forge that told of the commit; its repository is a real one. */

// A program's build starts several Nodes; a machine with other work takes its time.
vi.setConfig({ testTimeout: 300_000 });

const HOOK = "known to the forge";
const PUBLIC_URL = "https://gaia.example.org";
let gaia: Gaia;
let forge: GiteaServer;

beforeAll(async () => {
  gaia = await Gaia.start({
    config: `[server]\npublic_url = "${PUBLIC_URL}/"\n`,
    environment: WITH_NODE,
  });
  forge = await GiteaServer.start(join(gaia.folder, "forge"));
  await setSecret("FORGE_HOOK", HOOK);
});
beforeEach(() => setSecret("STATUS_TOKEN", forge.token));
afterAll(async () => {
  await gaia.close();
  await forge.close();
});

async function setSecret(name: string, value: string): Promise<void> {
  const reply = await gaia.post("/api/v1/secrets", { name, value });
  if (reply.status !== 200 && reply.status !== 201) throw new Error(reply.text);
}

/** A workflow that starts on pushes and tells of them; its runs do not end before `letEnd`. */
async function keep(
  name: string,
  command: string,
  status = "{token: STATUS_TOKEN, forge: gitea}",
): Promise<void> {
  const waiting = `until test -e '${join(gaia.folder, `end-${name}`)}'; do sleep 0.05; done; ${command}`;
  const definition = `triggers: [{git: {repository: "${forge.url}", secret: FORGE_HOOK, status: ${status}}}]
${workflow(name, `{id: test, command: ${JSON.stringify(waiting)}}`)}`;
  const reply = await gaia.post("/api/v1/workflows", { definition });
  if (reply.status !== 201) throw new Error(reply.text);
}

function letEnd(name: string): void {
  gaia.write(`end-${name}`, "");
}

/** Delivers as Gitea does; answers with the run's id. */
async function push(pipeline: string, commit: string): Promise<string> {
  const { host, port } = gaia.tcp();
  const path = `/api/v1/hooks/${pipeline}/git`;
  const reply = await ask({ host, port }, { method: "POST", path, ...giteaPush(HOOK, { commit }) });
  expect([reply.status, reply.json.status]).toEqual([202, "started"]);
  return String(reply.json.run_id);
}

async function look(run: string): Promise<CommitStatusView> {
  const { json } = await gaia.ask(`/api/v1/runs/${run}`);
  return json.commit_status;
}

const states = (commit: string): readonly string[] => forge.statusesOf(commit).map(({ state }) => state);

function told(commit: string, ...wanted: readonly string[]): Promise<void> {
  return gaia.until(`the forge has heard ${wanted.join(", ")}`, () => {
    const heard = states(commit);
    expect(wanted.slice(0, heard.length)).toEqual(heard);
    return heard.length === wanted.length;
  });
}

test("a push is pending and then a success, with the run's address; a retry tells again", async () => {
  await keep("ci", "test -f a && echo fine");
  const commit = forge.repository.commit("Add a", { a: "1" });
  const id = await push("ci", commit);
  await told(commit, "pending");
  letEnd("ci");
  const run = await gaia.ended(id);
  expect(run.status).toBe("completed");
  await told(commit, "pending", "success");
  const [first, last] = forge.statusesOf(commit);
  expect(first).toEqual({
    state: "pending",
    context: "gaia/ci",
    description: "Run #1 is in progress",
    target_url: `${PUBLIC_URL}/runs/${run.id}`,
  });
  expect(last?.description).toMatch(/^Completed in \d+ m?s$/);
  await gaia.until("it is known to be told", async () => (await look(run.id)).outcome === "told");
  expect(await look(run.id)).toMatchObject({
    forge: "gitea",
    repository: "team/app",
    commit,
    context: "gaia/ci",
    state: "success",
    told_state: "success",
    problem: "",
  });
  expect((await gaia.gaia("show", run.id)).stdout).toContain(
    "    commit     Gitea was told success of team/app, as gaia/ci\n",
  );

  rmSync(join(gaia.folder, "end-ci"));
  const retried = (await gaia.post(`/api/v1/runs/${run.id}/retry`)).json.run_id;
  await told(commit, "pending", "success", "pending");
  letEnd("ci");
  await gaia.ended(retried);
  await told(commit, "pending", "success", "pending", "success");
  expect(forge.statusesOf(commit).at(-1)?.target_url).toBe(`${PUBLIC_URL}/runs/${retried}`);
  const elsewhere = await gaia.post(`/api/v1/runs/${run.id}/retry`, { inputs: { commit: "HEAD" } });
  expect(await look(elsewhere.json.run_id)).toBeNull();
});

test("a retry of a program tells again, whatever its argument is called, unless that names another commit", async () => {
  const git = `{repository: "${forge.url}", secret: FORGE_HOOK, status: {token: STATUS_TOKEN, forge: gitea}}`;
  const triggers = `triggers:\n  - git: ${git}\n    inputs: {who: "\${git.commit}"}\n`;
  gaia.write("counts/gaia.yaml", titled("Count") + triggers);
  const made = await gaia.gaia("pipeline", "create", "counts");
  expect(made.status, made.stdout + made.stderr).toBe(0);
  const commit = forge.repository.commit("Count this");
  const run = await gaia.ended(await push("counts", commit));
  await told(commit, "pending", "success");
  const retried = await gaia.post(`/api/v1/runs/${run.id}/retry`);
  await gaia.ended(retried.json.run_id);
  await told(commit, "pending", "success", "pending", "success");
  expect(forge.statusesOf(commit).at(-1)?.target_url).toBe(`${PUBLIC_URL}/runs/${retried.json.run_id}`);
  const other = await gaia.post(`/api/v1/runs/${run.id}/retry`, { inputs: { who: "0".repeat(40) } });
  expect(await look(other.json.run_id)).toBeNull();
});

test("a run that fails is a failure, one that is stopped an error, and what it says is why", async () => {
  await keep("bad", "exit 3");
  const commit = forge.repository.commit("Break it");
  await push("bad", commit);
  await told(commit, "pending");
  letEnd("bad");
  await told(commit, "pending", "failure");
  expect(forge.statusesOf(commit).at(-1)?.description).toBe("test failed: exit 3");

  await keep("slow", "true");
  const other = forge.repository.commit("Slow it down");
  const run = await push("slow", other);
  await gaia.reached(run, "test", "running");
  await told(other, "pending");
  await gaia.post(`/api/v1/runs/${run}/stop`, { comment: "enough" });
  await told(other, "pending", "error");
  expect(forge.statusesOf(other).at(-1)?.description).toBe("Cancelled: stopped by local: enough");
});

test("a forge that was down is told the newest state once it is back", async () => {
  await keep("down", "true", '{token: STATUS_TOKEN, forge: gitea, context: "tests of ünder"}');
  const commit = forge.repository.commit("While it is down");
  const gate = Promise.withResolvers<void>();
  forge.hold = gate.promise;
  letEnd("down");
  const run = await gaia.ended(await push("down", commit));
  const back = await forge.stop();
  gate.resolve();
  forge.hold = null;
  await gaia.until("it is told that nobody is there", async () =>
    (await look(run.id)).problem.includes("cannot be reached"),
  );
  expect((await gaia.gaia("triggers", "-p", "down")).stderr).toContain(
    "down: its forge could not be told of a run: Gitea",
  );
  await back();
  await gaia.until("it is told", () => states(commit).at(-1) === "success");
  expect(forge.statusesOf(commit).at(-1)?.context).toBe("tests of ünder");
});

test("a server that is killed between a run's end and the telling tells once it is up again", async () => {
  await keep("killed", "true");
  const commit = forge.repository.commit("Before the kill");
  const gate = Promise.withResolvers<void>();
  const first = await push("killed", commit);
  await told(commit, "pending");
  forge.hold = gate.promise;
  const before = forge.requests;
  letEnd("killed");
  const run = await gaia.ended(first);
  await gaia.until("the end is on its way", () => forge.requests > before);
  await gaia.killServer();
  expect(states(commit)).toEqual(["pending"]);
  gate.resolve();
  forge.hold = null;
  await gaia.startServer();
  // The forge may have taken what the dead server had sent: told twice is harmless.
  await gaia.until("it is told", async () => (await look(run.id)).outcome === "told");
  expect(states(commit).at(-1)).toBe("success");
});

test("a wrong token is a problem that is shown, and is told once it was corrected", async () => {
  await setSecret("STATUS_TOKEN", "not-of-this-forge");
  await keep("wrong", "true");
  const commit = forge.repository.commit("With a wrong token");
  letEnd("wrong");
  const run = await gaia.ended(await push("wrong", commit));
  await gaia.until("it is told why not", async () => (await look(run.id)).problem !== "");
  expect(await look(run.id)).toMatchObject({ outcome: "waiting", state: "success", told_state: null });
  const { stdout } = await gaia.gaia("show", run.id);
  expect(stdout).toContain(
    "Gitea was not yet told success of team/app, as gaia/wrong: Gitea answered 401: invalid username, password or token",
  );
  expect((await gaia.gaia("triggers", "-p", "wrong")).stderr).toContain(
    "its forge could not be told of a run: Gitea answered 401",
  );
  expect((await gaia.gaia("secret", "list", "--json")).stdout).toContain("wrong");
  const everything = [stdout, gaia.read("home/logs/server.log"), JSON.stringify(await look(run.id))].join("");
  expect(everything).not.toContain("not-of-this-forge");
  await setSecret("STATUS_TOKEN", forge.token);
  await told(commit, "success");
});

test("where no forge tells of commits, the one that is looked at is told all the same", async () => {
  const definition = `triggers: [{git: {repository: "${forge.url}", interval: 10s, status: {token: STATUS_TOKEN, forge: gitea}}}]
${workflow("looked", "{id: test, command: 'true'}")}`;
  expect((await gaia.post("/api/v1/workflows", { definition })).status).toBe(201);
  // What is there at first starts nothing, and is seen when it is: so commits go on until one starts a run.
  let run = "";
  await gaia.until("a new commit has a run", async () => {
    forge.repository.commit("Looked at");
    const { items } = (await gaia.ask("/api/v1/runs?pipeline=looked")).json;
    run = items[0]?.id ?? "";
    return run !== "";
  });
  const { inputs } = await gaia.ended(run);
  await gaia.until("it is told", () => states(String(inputs["commit"])).at(-1) === "success");
});
