import { execFileSync } from "node:child_process";
import Database from "better-sqlite3";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, type Reply } from "../packages/server/src/api/testing/client.ts";
import { Gaia, workflow } from "./gaia.ts";

/** Runs on commits of which a forge tells; the repository is a real one, and so is the checkout. */

const SECRET = "known to the forge";
let gaia: Gaia;
let repository: string;

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.post("/api/v1/secrets", { name: "FORGE", value: SECRET });
  repository = join(gaia.folder, "app");
  mkdirSync(repository);
  git("init", "--quiet", "--initial-branch=main");
});
afterAll(() => gaia.close());

function git(...words: readonly string[]): string {
  const who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...who, ...words], { cwd: repository, encoding: "utf8" }).trim();
}

/** Answers with the new commit. */
function commit(file: string, text: string): string {
  mkdirSync(dirname(join(repository, file)), { recursive: true });
  writeFileSync(join(repository, file), text);
  git("add", "--all");
  git("commit", "--quiet", "--message", `Change ${file}`);
  return git("rev-parse", "HEAD");
}

async function keep(definition: string): Promise<void> {
  const reply = await gaia.post("/api/v1/workflows", { definition });
  if (reply.status !== 201) throw new Error(reply.text);
}

/** As Gitea tells of a push. */
function push(
  pipeline: string,
  ref: string,
  before: string,
  after: string,
  modified: readonly string[],
): Promise<Reply> {
  const { host, port } = gaia.tcp();
  const body = JSON.stringify({
    ref,
    before,
    after,
    commits: [{ id: after, message: "Change", added: [], modified, removed: [] }],
    total_commits: 1,
    repository: { full_name: "team/app" },
    sender: { login: "ana" },
  });
  const headers = {
    "x-gitea-event": "push",
    "x-gitea-delivery": after,
    "x-gitea-signature": createHmac("sha256", SECRET).update(body).digest("hex"),
  };
  return ask({ host, port }, { method: "POST", path: `/api/v1/hooks/${pipeline}/git`, headers, body });
}

const trigger = (more = ""): string =>
  `triggers: [{git: {repository: "file://${repository}", secret: FORGE${more}}}]\n`;

test("a push starts a run in a checkout of its commit, however the branch has moved on since", async () => {
  await keep(`${trigger(", branches: [main], paths: ['src/**']").replace("}}]", "}, inputs: {by: '${git.author} on ${git.branch}'}}]")}inputs: {by: {default: nobody}}
${workflow(
  "ci",
  "{id: show, command: 'cat src/a.txt; echo by ${by}; git log -1 --format=%H; touch made'}",
  "{id: after, dependencies: [show], command: 'ls made; pwd', work_dir: src/..}",
)}`);
  const first = commit("src/a.txt", "one\n");
  const second = commit("src/a.txt", "two\n");
  const reply = await push("ci", "refs/heads/main", "1".repeat(40), first, ["src/a.txt"]);
  expect([reply.status, reply.json.status]).toEqual([202, "started"]);
  const run = await gaia.ended(reply.json.run_id);
  expect(run).toMatchObject({ status: "completed", trigger: "git", inputs: { commit: first } });
  expect((await gaia.log(run.id, "show")).toString()).toBe(`one\nby ana on main\n${first}\n`);
  expect((await gaia.log(run.id, "after")).toString()).toMatch(/^made\n.*\/scratch\/tree\n$/);
  expect((await gaia.job(run.id, "checkout")).outputs).toMatchObject({
    commit: first,
    subject: "Change src/a.txt",
  });

  expect((await push("ci", "refs/heads/next", first, second, ["src/a.txt"])).json.message).toContain(
    "its branch is next",
  );
  expect((await push("ci", "refs/heads/main", first, second, ["README"])).json.message).toContain(
    "changes nothing in src/**",
  );
  expect((await push("ci", "refs/heads/main", second, "0".repeat(40), [])).json.status).toBe("ignored");
  expect((await push("ci", "refs/heads/main", "1".repeat(40), first, ["src/a.txt"])).json).toMatchObject({
    status: "repeated",
    run_id: run.id,
  });

  // By hand it is the newest of the branch; a retry has a tree of its own, with the same commit.
  const manual = await gaia.ended((await gaia.post("/api/v1/workflows/ci/start")).json.run_id);
  expect((await gaia.log(manual.id, "show")).toString()).toBe(`two\nby nobody\n${second}\n`);
  const retried = await gaia.ended(
    (await gaia.post(`/api/v1/runs/${run.id}/retry`, { from: "show" })).json.run_id,
  );
  expect(retried.status).toBe("completed");
  expect((await gaia.log(retried.id, "show")).toString()).toContain(first);
  expect((await gaia.gaia("triggers", "-p", "ci")).stdout).toContain(
    `git pushes of file://${repository}, branches main, paths src/**; POST /api/v1/hooks/ci/git, signed with FORGE`,
  );
});

test("a commit that is not there fails the run with words, and starts no other task", async () => {
  await keep(trigger() + workflow("gone", "{id: a, command: 'true'}"));
  const reply = await push("gone", "refs/heads/main", "1".repeat(40), "2".repeat(40), ["a"]);
  const run = await gaia.ended(reply.json.run_id);
  expect(run.status).toBe("failed");
  expect((await gaia.log(run.id, "checkout")).toString()).toContain(`has no commit ${"2".repeat(40)}`);
  expect((await gaia.job(run.id, "a")).attempts).toEqual([]);
});

/** As Bitbucket Cloud tells of a pull request: of its commit the beginning only. */
function pullRequest(pipeline: string, branch: string, hash: string): Promise<Reply> {
  const { host, port } = gaia.tcp();
  const app = { full_name: "team/app" };
  const body = JSON.stringify({
    repository: app,
    actor: { nickname: "ana" },
    pullrequest: {
      id: 7,
      title: "Fix",
      source: { branch: { name: branch }, commit: { hash: hash.slice(0, 12) }, repository: app },
      destination: { branch: { name: "main" }, commit: { hash: "1".repeat(12) }, repository: app },
      links: { html: { href: "https://bitbucket.org/team/app/pull-requests/7" } },
    },
  });
  const headers = {
    "x-event-key": "pullrequest:created",
    "x-request-uuid": hash,
    "x-hub-signature": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
  };
  return ask({ host, port }, { method: "POST", path: `/api/v1/hooks/${pipeline}/git`, headers, body });
}

test("a pull request of which Bitbucket tells an abbreviated commit starts a run on that commit", async () => {
  await keep(trigger(", events: [pull_request]") + workflow("pulled", "{id: a, command: 'true'}"));
  git("switch", "--quiet", "--create", "fix/it");
  const fixed = commit("src/fix.txt", "fixed\n");
  git("switch", "--quiet", "main");
  const reply = await pullRequest("pulled", "fix/it", fixed);
  expect([reply.status, reply.json.status]).toEqual([202, "started"]);
  expect(await gaia.ended(reply.json.run_id)).toMatchObject({
    status: "completed",
    inputs: { commit: fixed },
  });
  expect((await pullRequest("pulled", "main", fixed)).json).toMatchObject({
    status: "ignored",
    message: expect.stringContaining("has moved on since, or is a fork's"),
  });
});

/** What is remembered of a trigger, as text; the API does not show it. */
function remembered(pipeline: string): string {
  const database = new Database(join(gaia.home, "gaia.db"), { readonly: true });
  try {
    const row = database
      .prepare<[string], { spec: string }>("select spec from pipeline_trigger where pipeline = ?")
      .get(pipeline);
    return row?.spec ?? "";
  } finally {
    database.close();
  }
}

async function runsOf(pipeline: string): Promise<
  readonly {
    readonly id: string;
    readonly status: string;
    readonly inputs: { readonly commit: string; readonly tag: string };
  }[]
> {
  return (await gaia.ask(`/api/v1/runs?pipeline=${pipeline}`)).json.items;
}

test("where no forge tells, the repository is looked at: one run for each new commit and tag, though the server is killed", async () => {
  const definition = `triggers:
  - git: {repository: "file://${repository}", branches: [main, "release/*"], tags: ["v*"], interval: 10s}
    inputs: {tag: "\${git.tag}"}
inputs: {tag: {default: ""}}
${workflow("looked", "{id: a, command: 'git log -1 --format=%H'}")}`;
  commit("src/a.txt", "zero\n");
  git("tag", "v0");
  await keep(definition);
  await gaia.until("what is there was seen", () => remembered("looked").includes("refs/tags/v0"));
  expect((await gaia.gaia("triggers", "-p", "looked")).stdout).toMatch(
    /git pushes, tags of .*; looked at every 10s/,
  );
  const pushed = commit("src/a.txt", "three\n");
  await gaia.until("the new commit is run", async () => (await runsOf("looked")).length === 1);
  await gaia.killServer();
  git("tag", "--annotate", "--message", "Out", "v1");
  git("branch", "elsewhere");
  await gaia.startServer();
  await gaia.until("the new tag is run", async () => {
    const runs = await runsOf("looked");
    return runs.length >= 2 && runs.every(({ status }) => status === "completed");
  });
  const [told] = (await gaia.ask("/api/v1/triggers?pipeline=looked")).json.items;
  expect([told.last_run.status, told.last_delivery.event]).toEqual(["completed", "tag"]);
  expect((await gaia.gaia("activity", "-p", "looked")).stdout).toMatch(
    /saw [0-9a-f]{12} at the tag v1, and started looked/,
  );
  // A new version goes on with what was seen.
  await keep(`description: newer\n${definition}`);
  const released = commit("src/a.txt", "four\n");
  await gaia.until("the next commit is run", async () => (await runsOf("looked")).length === 3);
  expect((await runsOf("looked")).map(({ inputs }) => [inputs.commit, inputs.tag])).toEqual([
    [released, ""],
    [pushed, "v1"],
    [pushed, ""],
  ]);
}, 120_000);

test("where no forge tells, the files of a push to a path of this machine are compared when it depends on them", async () => {
  commit("src/c.txt", "one\n");
  await keep(
    `triggers: [{git: {repository: "${repository}", paths: ["src/**"], interval: 10s}}]
${workflow("sources", "{id: a, command: 'true'}")}`,
  );
  await gaia.until("what is there was seen", () => remembered("sources").includes("refs/heads/main"));
  const elsewhere = commit("docs/c.txt", "one\n");
  await gaia.until("the push elsewhere was seen", () => remembered("sources").includes(elsewhere));
  const wanted = commit("src/c.txt", "two\n");
  await gaia.until("the other is run", async () => (await runsOf("sources")).length > 0);
  const [run, ...more] = await runsOf("sources");
  expect([run?.inputs.commit, more]).toEqual([wanted, []]);
  expect((await gaia.ended(run?.id ?? "")).status).toBe("completed");
}, 120_000);

test("the example tests what is pushed", async () => {
  const example = readFileSync(new URL("../examples/commits/commits.yaml", import.meta.url), "utf8")
    .replace("https://git.example.org/team/app.git", `file://${repository}`)
    .replace("interval: 30s", "interval: 10s");
  commit("src/b.txt", "one\n");
  await keep(example);
  await gaia.until("what is there was seen", () => remembered("commits").includes("refs/heads/main"));
  writeFileSync(join(repository, "test.sh"), "#!/bin/sh\necho all is well\n", { mode: 0o755 });
  commit("README", "It is tested.\n");
  await gaia.until(
    "it is tested",
    async () => (await runsOf("commits")).find(({ status }) => status === "completed") !== undefined,
  );
  const [run] = (await gaia.ask("/api/v1/runs?pipeline=commits")).json.items;
  expect((await gaia.log(run.id, "test")).toString()).toBe(
    "testing Change README, pushed to main\nall is well\n",
  );
}, 120_000);

test("a repository that cannot be looked at is told of, and starts nothing", async () => {
  const missing = trigger().replace(", secret: FORGE", "").replace("/app", "/none");
  await keep(missing + workflow("missing", "{id: a, command: 'true'}"));
  await gaia.until("it is told", async () =>
    (await gaia.gaia("triggers", "-p", "missing")).stderr.includes(
      "missing: its repository cannot be looked at: ",
    ),
  );
});
