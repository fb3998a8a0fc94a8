import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GitHttpServer } from "../../../git/src/testing/http-server.ts";
import { TestRepository } from "../../../git/src/testing/repositories.ts";
import { ask, type Reply, type Target } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

/** Pull requests of which Bitbucket tells: their repository is asked for the whole commit. */

const SECRET = "a secret of the forge";
let server: TestServer;
let tcp: Target;
let folder: string;
let git: GitHttpServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaia-pulled-"));
  git = await GitHttpServer.start(folder);
  server = await startTestServer();
  ({ target: tcp } = await server.tcp());
  await server.post("/api/v1/secrets", { name: "FORGE", value: SECRET });
});
afterEach(async () => {
  await server.close();
  await git.close();
  rmSync(folder, { recursive: true, force: true });
});

async function keep(repository: string): Promise<void> {
  const trigger = `{repository: "${git.url(repository)}", secret: FORGE, events: [pull_request]}`;
  const definition = `name: ci\ntriggers: [{git: ${trigger}}]\ntasks: [{id: a, command: x}]\n`;
  const reply = await server.post("/api/v1/workflows", { definition });
  expect(reply.status, reply.text).toBe(201);
}

/** A pull request of the branch `main`. */
function pull(commit: string, title = "A change"): Promise<Reply> {
  const app = { full_name: "team/app" };
  const body = JSON.stringify({
    repository: app,
    pullrequest: {
      id: 7,
      title,
      source: { branch: { name: "main" }, commit: { hash: commit.slice(0, 12) }, repository: app },
      destination: { branch: { name: "main" }, commit: { hash: "1".repeat(12) }, repository: app },
    },
  });
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  const headers = { "x-event-key": "pullrequest:created", "x-hub-signature": `sha256=${signature}` };
  return ask(tcp, { method: "POST", path: "/api/v1/hooks/ci/git", body, headers });
}

test("one whose commit is not there has the repository asked once, however often it is sent again", async () => {
  const [one, other] = ["one", "other"].map((name) => new TestRepository(join(folder, name, "team/app")));
  one?.commit("Start", { a: "" });
  const commit = other?.commit("Elsewhere", { b: "" }) ?? "";
  await keep("one/team/app");
  const first = await pull(commit);
  expect(first.json).toMatchObject({
    status: "ignored",
    message: expect.stringContaining(`is not what refs/heads/main of ${git.url("one/team/app")} leads to`),
  });
  const asked = git.authorizations.length;
  expect(asked).toBeGreaterThan(0);
  expect((await pull(commit)).json).toEqual(first.json);
  expect(git.authorizations).toHaveLength(asked);
  // Another delivery may be of something else, and another repository may have the commit.
  expect((await pull(commit, "Another")).json.status).toBe("ignored");
  expect(git.authorizations.length).toBeGreaterThan(asked);
  await keep("other/team/app");
  expect((await pull(commit)).json.status).toBe("started");
  expect((await server.ask("/api/v1/runs?pipeline=ci")).json.items).toMatchObject([{ inputs: { commit } }]);
});

test("of a trigger whose repository is asked, however many come, it is asked once at a time", async () => {
  const repository = new TestRepository(join(folder, "team/app"));
  const commit = repository.commit("Start", { a: "" });
  await keep("team/app");
  const released = Promise.withResolvers<void>();
  const isAsked = Promise.withResolvers<void>();
  const held = new Set<object>();
  let most = 0;
  git.beside = (request, response) => {
    if (request.url?.includes("info/refs") !== true) return false;
    held.add(request);
    most = Math.max(most, held.size);
    isAsked.resolve();
    void released.promise.then(() => {
      held.delete(request);
      response.writeHead(503).end();
    });
    return true;
  };
  const deliveries = Array.from({ length: 7 }, (_, index) => pull(commit, `Number ${index}`));
  await isAsked.promise;
  // Has an answer behind those that came before it.
  expect((await pull("no commit")).json.status).toBe("ignored");
  released.resolve();
  expect(new Set((await Promise.all(deliveries)).map(({ status }) => status))).toEqual(new Set([503]));
  expect(most).toBe(1);
  git.beside = null;
  const again = await Promise.all(Array.from({ length: 7 }, (_, index) => pull(commit, `Number ${index}`)));
  expect(again.map(({ json }) => json.status)).toEqual(Array(7).fill("started"));
});
