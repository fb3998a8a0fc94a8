import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { refsOf } from "./refs.ts";
import { TestRepository, temporaryFolder } from "./testing/repositories.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

test("branches and tags are listed with their commits, whatever a tag says besides", async () => {
  const at = new TestRepository(join(folder.path, "app"));
  const first = at.commit("One", { a: "1" });
  at.git("tag", "plain");
  at.git("tag", "--annotate", "--message", "Out", "v1");
  at.git("checkout", "--quiet", "-b", "release/1");
  const second = at.commit("Two", { a: "2" });
  const repository = { url: `file://${at.path}`, branch: null, credential: null, knownHosts: null };
  const environment = { PATH: process.env["PATH"], HOME: folder.path };
  const refs = await refsOf(repository, { scratch: join(folder.path, "scratch"), environment });
  expect([...refs].toSorted(([one], [other]) => (one < other ? -1 : 1))).toEqual([
    ["refs/heads/main", first],
    ["refs/heads/release/1", second],
    ["refs/tags/plain", first],
    ["refs/tags/v1", first],
  ]);
});
