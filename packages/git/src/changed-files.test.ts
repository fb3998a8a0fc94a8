import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Credential } from "./access.ts";
import { changedFiles } from "./changed-files.ts";
import { GitHttpServer } from "./testing/http-server.ts";
import { TestRepository, temporaryFolder } from "./testing/repositories.ts";

const folder = temporaryFolder();
const scratch = join(folder.path, "scratch");
let at: TestRepository;
let server: GitHttpServer;

beforeAll(async () => {
  at = new TestRepository(join(folder.path, "app"));
  server = await GitHttpServer.start(folder.path);
});
afterEach(() => {
  server.wants = null;
  expect(readdirSync(scratch)).toEqual([]);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

function changed(url: string, before: string, after: string, credential: Credential | null = null) {
  const repository = { url, branch: null, credential, knownHosts: null };
  const environment = { PATH: process.env["PATH"], HOME: folder.path };
  return changedFiles(repository, { before, after }, { scratch, environment });
}

test("files that were added, changed, moved and removed between two commits are told, from far and near", async () => {
  const text = "the same text, long enough to be known again\n".repeat(20);
  const before = at.commit("One", { "src/a.txt": "1", "src/b c.txt": "1", "ü.md": text, same: "1" });
  at.commit("Between", { "src/a.txt": "2", ".hidden/x": "1" });
  at.git("mv", "ü.md", "moved.md");
  at.git("rm", "--quiet", "src/b c.txt");
  const after = at.commit("Two", { "src/a.txt": "3" });
  const wanted = [".hidden/x", "moved.md", "src/a.txt", "src/b c.txt", "ü.md"];
  expect(await changed(`file://${at.path}`, before, after)).toEqual(wanted);
  // One that leaves out the contents of files when it is asked to.
  at.git("config", "uploadpack.allowFilter", "true");
  expect(await changed(server.url("app/.git"), before, after)).toEqual(wanted);
  expect(await changed(`file://${at.path}`, after, after)).toEqual([]);
});

test("nothing is told of a commit that is gone", async () => {
  const commit = at.commit("Three", { a: "1" });
  expect(await changed(`file://${at.path}`, "1".repeat(40), commit)).toBeNull();
  expect(await changed(server.url("app/.git"), "1".repeat(40), commit)).toBeNull();
});

test.each([
  [null, "credentials_wanted"],
  [{ kind: "token", secret: "outdated", user: null }, "credentials_refused"],
] as const)(
  "a repository that may not be read is an error, not a change: %j",
  async (credential, problem) => {
    const [before, after] = [at.commit("Four", { a: "4" }), at.commit("Five", { a: "5" })];
    server.wants = "x-access-token:right";
    await expect(changed(server.url("app/.git"), before, after, credential)).rejects.toMatchObject({
      problem,
    });
  },
);

test("a repository that cannot be reached just now is asked again by whoever asked", async () => {
  const free = await GitHttpServer.start(folder.path);
  const { port } = free;
  await free.close();
  await expect(changed(`http://127.0.0.1:${port}/app/.git`, "1".repeat(40), "2".repeat(40))).rejects.toThrow(
    /reach|connect/i,
  );
});
