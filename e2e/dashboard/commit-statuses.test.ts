import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../packages/server/src/api/testing/client.ts";
import { GiteaServer, giteaPush } from "../../packages/server/src/commit-statuses/testing/gitea-server.ts";
import { Gaia, workflow } from "../gaia.ts";
import { Browser } from "./browser.ts";

/** What a forge was told of a run, and what is wrong when it was not, on the screen. */

let gaia: Gaia;
let forge: GiteaServer;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start();
  forge = await GiteaServer.start(join(gaia.folder, "forge"));
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
  await forge?.close();
});

test("a run says that its forge was not told and why, so does its trigger, and then that it was", async () => {
  const { page } = browser;
  await gaia.post("/api/v1/secrets", { name: "HOOK", value: "known to the forge" });
  const git = `{repository: "${forge.url}", secret: HOOK, status: {token: FORGE_TOKEN, forge: gitea}}`;
  const definition = `triggers: [{git: ${git}}]\n${workflow("ci", "{id: a, command: 'true'}")}`;
  expect((await gaia.post("/api/v1/workflows", { definition })).status).toBe(201);
  const { host, port } = gaia.tcp();
  const pushed = giteaPush("known to the forge", { commit: forge.repository.commit("First") });
  const reply = await ask({ host, port }, { method: "POST", path: "/api/v1/hooks/ci/git", ...pushed });
  const run = await gaia.ended(reply.json.run_id);

  await browser.go(`/runs/${run.id}`);
  const panel = page.getByRole("complementary", { name: "The run" });
  await panel.getByText("Gitea was not yet told success of team/app, as gaia/ci: it needs").waitFor();
  await browser.accessible("a run whose forge was not told");
  await browser.go("/triggers");
  await page.getByText("the forge could not be told of a run: it needs the secret FORGE_TOKEN").waitFor();
  await browser.go(`/runs/${run.id}`);
  await gaia.post("/api/v1/secrets", { name: "FORGE_TOKEN", value: forge.token });
  await panel.getByText("Gitea was told success of team/app, as gaia/ci.").waitFor();
  expect(browser.complaints).toEqual([]);
}, 120_000);

test("builds are told as well once the form of the source says so, which says what is missing", async () => {
  const { page } = browser;
  const made = await gaia.post("/api/v1/pipelines", { source: forge.url, name: "app", poll: "0s" });
  expect(made.status, made.text).toBe(202);
  await browser.go("/pipelines/app/source");
  await page.getByLabel("Tell the forge of builds").selectOption("FORGE_TOKEN");
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByText("Is not known of 127.0.0.1: say whether it is").waitFor();
  await browser.accessible("the form of a source whose forge is not known");
  await page.getByLabel("Forge", { exact: true }).selectOption("gitea");
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByText("is told of builds, with the token").waitFor();
  expect((await gaia.ask("/api/v1/pipelines/app")).json.program.source.status).toEqual({
    token: "FORGE_TOKEN",
    forge: "gitea",
    api: null,
  });
}, 120_000);
