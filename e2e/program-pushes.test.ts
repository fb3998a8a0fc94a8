import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { PipelineDetail } from "../packages/contracts/src/index.ts";
import { TestRepository } from "../packages/git/src/testing/repositories.ts";
import { ask, type Reply } from "../packages/server/src/api/testing/client.ts";
import { Gaia } from "./gaia.ts";
import { titled, WITH_NODE } from "./titled-programs.ts";

/** Programs that are built when something is pushed: real repositories, whose hooks tell of it as forges do. */

// Each build starts several Nodes, one behind the other; a machine with other work takes its time.
vi.setConfig({ testTimeout: 300_000 });

const SECRET = "known to the forge";
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
  await gaia.post("/api/v1/secrets", { name: "FORGE", value: SECRET });
});
afterAll(() => gaia.close());

/** A repository to which people push, as a forge has it. */
class Forge {
  readonly path: string;
  readonly #clone: TestRepository;
  readonly #settings: string;

  constructor(name: string) {
    this.path = join(gaia.folder, "forge", `${name}.git`);
    this.#settings = join(gaia.folder, "forge", `${name}.json`);
    mkdirSync(this.path, { recursive: true });
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", this.path]);
    this.#clone = new TestRepository(join(gaia.folder, "clones", name));
    this.#clone.git("remote", "add", "origin", this.path);
    const hook = join(this.path, "hooks", "post-receive");
    const deliver = join(gaia.folder, "forge", `${name}.mjs`);
    writeFileSync(deliver, DELIVER);
    writeFileSync(hook, `#!/bin/sh\nexec '${process.execPath}' '${deliver}' '${this.#settings}'\n`);
    chmodSync(hook, 0o755);
    this.tells([], "");
  }

  /** From now on pushes are told in this way. @param paths where Gaia is called; none: nowhere */
  tells(paths: readonly string[], scheme: string): void {
    const { host, port } = gaia.tcp();
    const urls = paths.map((path) => `http://${host}:${port}/api/v1/hooks/${path}`);
    writeFileSync(this.#settings, JSON.stringify({ urls, scheme, secret: SECRET }));
  }

  push(subject: string, files: Readonly<Record<string, string>>): string {
    const commit = this.#clone.commit(subject, files);
    this.#clone.git("push", "--quiet", "origin", "main");
    return commit;
  }
}

/** What the forge does behind a push: the headers are those of its documentation. */
const DELIVER = `
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
const { urls, scheme, secret } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const [before, after, ref] = readFileSync(0, "utf8").trim().split(" ");
const body = JSON.stringify({ ref, before, after });
const hex = createHmac("sha256", secret).update(body).digest("hex");
const headers = {
  github: { "x-github-event": "push", "x-github-delivery": randomUUID(), "x-hub-signature-256": "sha256=" + hex },
  gitea: { "x-gitea-event": "push", "x-gitea-delivery": randomUUID(), "x-gitea-signature": hex },
  gitlab: { "x-gitlab-event": "Push Hook", "x-gitlab-token": secret },
  bitbucket: { "x-event-key": "repo:push", "x-request-uuid": randomUUID(), "x-hub-signature": "sha256=" + hex },
}[scheme];
for (const url of urls) {
  const reply = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  if (reply.status !== 202) console.error("Gaia says", reply.status, await reply.text());
}
`;

async function shown(name: string): Promise<PipelineDetail> {
  return (await gaia.ask(`/api/v1/pipelines/${name}`)).json as PipelineDetail;
}

async function buildsOf(name: string): Promise<number> {
  return (await gaia.ask(`/api/v1/runs?pipeline=${encodeURIComponent(`${name}:build`)}`)).json.items.length;
}

async function create(forge: Forge, name: string, ...flags: readonly string[]): Promise<string> {
  const words = ["--name", name, "--webhook", "FORGE", "--poll", "never", ...flags];
  const made = await gaia.gaia("pipeline", "create", `file://${forge.path}`, ...words);
  expect(made.status, made.stdout + made.stderr).toBe(0);
  return made.stdout;
}

/** By a sender of its own, over the network. */
function deliver(name: string, secret = SECRET): Promise<Reply> {
  const { host, port } = gaia.tcp();
  const signature = createHmac("sha256", secret).update("{}").digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}`, "x-github-event": "push" };
  return ask({ host, port }, { method: "POST", path: `/api/v1/hooks/${name}/build`, headers, body: "{}" });
}

test("a push is built as soon as any forge tells of it, and the command line tells the address", async () => {
  const forge = new Forge("shop");
  forge.push("Start", { "gaia.yaml": titled("Count") });
  const made = await create(forge, "shop");
  expect(made).toContain("Let the forge tell of pushes: POST /api/v1/hooks/shop/build, signed with FORGE");
  for (const [index, scheme] of ["github", "gitea", "gitlab", "bitbucket"].entries()) {
    forge.tells(["shop/build"], scheme);
    const commit = forge.push(`As ${scheme}`, { "gaia.yaml": titled("Count", scheme) });
    await gaia.until(`${scheme}'s is built`, async () => (await shown("shop")).version === index + 2);
    expect((await shown("shop")).program).toMatchObject({ seen_commit: commit, last_build: { commit } });
  }
  expect((await gaia.gaia("pipeline", "show", "shop")).stdout).toMatch(
    /webhook +POST \/api\/v1\/hooks\/shop\/build, signed with FORGE\n +.*: repo:push; the repository was looked at/,
  );
  const builds = await buildsOf("shop");
  const forged = await deliver("shop", "a guess");
  expect(forged.status).toBe(401);
  expect((await deliver("shop")).status).toBe(202);
  const show = await gaia.gaia("pipeline", "show", "shop");
  expect(show.stdout).toContain("just now: push; the repository was looked at");
  await deliver("shop", "another guess");
  expect((await gaia.gaia("pipeline", "show", "shop")).stdout).toContain(
    "refused: its signature is missing or not made with the secret FORGE",
  );
  expect(await buildsOf("shop")).toBe(builds);
});

test("one webhook serves two folders of a repository; what a push does not touch has no new version", async () => {
  const forge = new Forge("mono");
  forge.push("Start", { "one/gaia.yaml": titled("One"), "two/gaia.yaml": titled("Two") });
  await create(forge, "one", "--folder", "one");
  await create(forge, "two", "--folder", "two");
  forge.tells(["one/build"], "gitea");
  const commit = forge.push("Touch two", { "two/gaia.yaml": titled("Two", "More") });
  await gaia.until("two is built", async () => (await shown("two")).version === 2);
  await gaia.until("one is built as well", async () => {
    const { program } = await shown("one");
    return program?.last_build?.commit === commit;
  });
  expect(await shown("one")).toMatchObject({ version: 1, program: { last_build: { status: "unchanged" } } });
});

test("a push that was acknowledged is built, though the server is killed before it has looked", async () => {
  const forge = new Forge("killed");
  forge.push("Start", { "gaia.yaml": titled("Count") });
  await create(forge, "killed");
  forge.push("Go on", { "gaia.yaml": titled("Count", "More") });
  const aside = `${forge.path}.aside`;
  renameSync(forge.path, aside);
  expect((await deliver("killed")).status).toBe(202);
  await gaia.killServer();
  renameSync(aside, forge.path);
  await gaia.startServer();
  await gaia.until("it is built", async () => (await shown("killed")).version === 2);
  expect(await buildsOf("killed")).toBe(2);
});
