import { rmSync } from "node:fs";
import { join } from "node:path";
import type { PipelineDetail } from "@gaia/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GitHttpServer } from "../../packages/git/src/testing/http-server.ts";
import { TestRepository } from "../../packages/git/src/testing/repositories.ts";
import { Gaia } from "../gaia.ts";
import { declared, putProgram, titled, WITH_NODE } from "../titled-programs.ts";
import { Browser } from "./browser.ts";

/** What a program's page says before anything else: why there is no newer version, and what runs meanwhile. */

let gaia: Gaia;
let browser: Browser;
let server: GitHttpServer;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
  server = await GitHttpServer.start(join(gaia.folder, "repositories"));
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
  await server?.close();
});

async function program(name: string): Promise<PipelineDetail["program"]> {
  return ((await gaia.ask(`/api/v1/pipelines/${name}`)).json as PipelineDetail).program;
}

async function create(order: object): Promise<string> {
  const { json, text } = await gaia.post("/api/v1/pipelines", order);
  expect(json.build, text).toBeDefined();
  return String(json.build.run_id);
}

test("a build that failed beside a version: why, what it printed, and which version runs", async () => {
  const { page } = browser;
  gaia.write("prices/gaia.yaml", titled("Compare"));
  await gaia.ended(await create({ source: join(gaia.folder, "prices") }));
  gaia.write("prices/gaia.yaml", declared(["echo no prices >&2; exit 3"], "Compare"));
  await gaia.ended(String((await gaia.post("/api/v1/pipelines/prices/build")).json.run_id));
  await browser.go("/pipelines/prices");
  const note = page.locator(".build-note");
  await note.getByText("Build 2 failed").waitFor();
  // The log's last line says so as well, and that its output stands above: here it stands below.
  const sentence = await note.getByRole("paragraph").first().textContent();
  expect(sentence).toMatch(/^Build 2 failed .*exit 3 failed with exit code 3\.$/);
  await note.getByText("Runs start from version 1.").waitFor();
  await note.getByText("no prices", { exact: true }).waitFor();
  await note.getByRole("link", { name: "Open the build" }).click();
  await page.getByRole("heading", { level: 1, name: "prices build 2" }).waitFor();
});

test("a first build that was stopped", async () => {
  const { page } = browser;
  gaia.write("slow/gaia.yaml", declared(["sleep 600"], "A"));
  const run = await create({ source: join(gaia.folder, "slow") });
  await gaia.reached(run, "build", "running");
  await gaia.post(`/api/v1/runs/${run}/stop`);
  await gaia.ended(run);
  await browser.go("/pipelines/slow");
  await page.getByText("Build 1 was stopped", { exact: true }).waitFor();
  await page.getByText("Nothing can be started until a build has ended well.").waitFor();
  await browser.accessible("a first build that was stopped");
});

test("a repository that cannot be looked at any more", async () => {
  const { page } = browser;
  const repository = new TestRepository(join(gaia.folder, "repositories", "moved"));
  repository.commit("Start", { "gaia.yaml": titled("One") });
  await gaia.ended(await create({ source: server.url("moved"), poll: "10s" }));
  rmSync(repository.path, { recursive: true });
  await gaia.until("it is missed", async () => (await program("moved"))?.problem !== "");
  await browser.go("/pipelines/moved");
  const note = page.locator(".note", { hasText: "New commits are not seen." });
  await note.getByText("There is no repository at").waitFor();
  await note.getByText("Runs start from version 1. It is looked again by itself.").waitFor();
  await browser.accessible("a repository that is gone");
  await note.getByRole("link", { name: "Change source" }).click();
  await page.getByRole("heading", { level: 1, name: "Where moved is built from." }).waitFor();
});

test("a file that is gone, whose source is another file and no form", async () => {
  const { page } = browser;
  const folder = join(gaia.home, "pipelines");
  putProgram(folder, "dropped_golang", "Drop");
  await gaia.until("it is built", async () => (await program("dropped"))?.newest_version === 1);
  rmSync(join(folder, "dropped_golang"));
  await gaia.until("it is missed", async () => (await program("dropped"))?.missing_since !== null);
  await browser.go("/pipelines/dropped");
  const note = page.locator(".note", { hasText: "Its file is gone" });
  await note.getByText("Put the file back, and it is built anew.").waitFor();
  await browser.accessible("a file that is gone");
  expect(await page.getByRole("link", { name: "Change source" }).count()).toBe(0);
  await browser.go("/pipelines/dropped/source");
  await page.getByText("Put another one there to change it.").waitFor();
});

test("the page had nothing to complain of", () => {
  expect(browser.complaints).toEqual([]);
});
