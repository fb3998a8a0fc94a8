import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitHttpServer } from "../../packages/git/src/testing/http-server.ts";
import { TestRepository } from "../../packages/git/src/testing/repositories.ts";
import { ask } from "../../packages/server/src/api/testing/client.ts";
import { Gaia } from "../gaia.ts";
import { declared, titled, WITH_NODE } from "../titled-programs.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";
import { sumOf, watchShifts, WELL } from "./shifts.ts";

/** Pipelines that are programs, in a real browser: made of a repository, built, compared, chosen, and started. */

const PERFORMING = fileURLToPath(
  new URL("../../packages/program/src/testing/performing-program.ts", import.meta.url),
);
/** A program with arguments of all sorts, one of them a secret. */
const WITH_ARGUMENTS = `language: performing\nbuild: ["true"]\nstart: ${JSON.stringify([
  "node",
  "--disable-warning=ExperimentalWarning",
  PERFORMING,
])}\n`;
let gaia: Gaia;
let browser: Browser;
let server: GitHttpServer;
let repository: TestRepository;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
  repository = new TestRepository(join(gaia.folder, "repositories", "orders"));
  repository.commit("Count them", { "gaia.yaml": titled("Count") });
  server = await GitHttpServer.start(join(gaia.folder, "repositories"));
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
  await server?.close();
});

/** Begins a pipeline of a folder; answers with the run that builds it. */
async function begin(name: string, definition: string): Promise<string> {
  gaia.write(`${name}/gaia.yaml`, definition);
  const { json, text } = await gaia.post("/api/v1/pipelines", { source: join(gaia.folder, name) });
  expect(json.build, text).toBeDefined();
  return String(json.build.run_id);
}

/** Whether nothing covers the field that is focused, nor its label; for the page. */
const IS_SEEN = `[document.activeElement, document.activeElement.labels[0]].every((element) => {
  const { left, top, height } = element.getBoundingClientRect();
  return document.elementFromPoint(left + 4, top + height / 2) === element;
})`;

async function versionOf(name: string): Promise<readonly [number, number | null]> {
  const { json } = await gaia.ask(`/api/v1/pipelines/${name}`);
  return [json.version, json.program.pinned_version];
}

/** Axe, in both themes and widths, of what `path` shows once `text` is there. */
async function everywhere(path: string, text: string): Promise<void> {
  const { page } = browser;
  for (const theme of ["dark", "light"] as const)
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      await browser.go(path);
      await browser.theme(theme);
      await page.getByText(text).first().waitFor();
      await browser.accessible(`${path} ${theme} ${size.width}`);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width).toBeLessThanOrEqual(size.width);
    }
}

describe("a new pipeline from a repository", () => {
  test("is found in the palette; what is wrong is said beside its field", async () => {
    const { page } = browser;
    await gaia.post("/api/v1/workflows", { definition: "name: taken\ntasks: [{ id: a, command: x }]\n" });
    await browser.go("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("repository");
    await page.getByRole("option", { name: /New pipeline from a repository/ }).click();
    await page.getByRole("heading", { level: 1, name: "A pipeline out of a repository." }).waitFor();
    await page.getByRole("button", { name: "Build it" }).click();
    await page.getByText("Name the address of a Git repository.").waitFor();
    const source = page.getByLabel("Repository");
    expect(await source.evaluate((field) => field.matches(":focus"))).toBe(true);
    await source.fill("https://ada:secret@example.org/orders.git");
    await page.getByText("Take the password out of the address").waitFor();
    await source.fill(server.url("orders"));
    await page.getByLabel("Name").fill("a b");
    await page.getByText("a letter or digit first").waitFor();
    await page.getByLabel("Name").fill("taken");
    await page.getByRole("button", { name: "Build it" }).click();
    await page.getByText("There is a workflow taken already").waitFor();
    expect(await page.getByLabel("Name").getAttribute("aria-invalid")).toBe("true");
    await browser.accessible("a taken name");
    await everywhere("/create", "How often it is looked for them.");
  });

  test("is built at once, on a page that leads to it", async () => {
    const { page } = browser;
    await browser.go("/create");
    await page.getByLabel("Repository").fill(server.url("orders"));
    await page.getByLabel("New commits").selectOption("0s");
    await page.getByRole("button", { name: "Build it" }).click();
    await page.getByRole("heading", { level: 1, name: "orders build 1" }).waitFor();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    await browser.accessible("a build");
    await page.getByRole("heading", { level: 1 }).getByRole("link", { name: "orders" }).click();
    await page.getByRole("heading", { level: 1, name: "orders has not run yet." }).waitFor();
    await page.getByRole("region", { name: "Built from" }).getByText("made version 1").waitFor();
  });
});

describe("builds", () => {
  test("of a first version are watched on the pipeline's page, and a failed one is told where one looks", async () => {
    const { page } = browser;
    const waits = `echo compiling; while [ ! -e ${join(gaia.folder, "go")} ]; do sleep 0.05; done`;
    const run = await begin("prices", declared([`${waits}; echo no prices >&2; exit 3`], "A"));
    await browser.go("/pipelines/prices");
    await page
      .getByRole("heading", { level: 1, name: "prices is being built for the first time." })
      .waitFor();
    await page.getByText("compiling", { exact: true }).waitFor();
    expect(await page.getByRole("link", { name: "Start", exact: true }).count()).toBe(0);
    await page.evaluate("document.fonts.ready.then(() => true)");
    const shifts = await watchShifts(page);
    gaia.write("go", "");
    await gaia.ended(run);
    await page.getByRole("heading", { level: 1, name: "prices could not be built yet." }).waitFor();
    await page.getByText("no prices", { exact: true }).waitFor();
    const moved = await shifts();
    expect(sumOf(moved), JSON.stringify(moved)).toBeLessThan(WELL);
    await everywhere("/pipelines/prices", "no prices");
    await browser.go("/pipelines?show=unbuilt");
    await page.getByRole("link", { name: "One could not be built." }).waitFor();
    await page.getByRole("row", { name: /prices.*Not built.*its build failed/ }).waitFor();
    await browser.accessible("the list with a failed build");
    await browser.go("/pipelines/prices/start");
    await page.getByText("there is nothing to start").waitFor();
    await browser.accessible("nothing to start");
  });

  test("are begun again from there, and the page becomes the pipeline's", async () => {
    const { page } = browser;
    gaia.write("prices/gaia.yaml", titled("Compare"));
    await browser.go("/pipelines/prices");
    await page.getByRole("button", { name: "Build again" }).click();
    await page.getByRole("heading", { level: 1, name: "prices has not run yet." }).waitFor();
    // Its source is its repository's.
    await page.getByRole("link", { name: /^Versions/ }).waitFor();
    expect(await page.getByRole("link", { name: "Source", exact: true }).count()).toBe(0);
    await page.getByText("Build 1 failed", { exact: true }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Start", exact: true }).waitFor();
  });

  test("are no pipelines in the list; their own name leads to the tab of what they build", async () => {
    const { page } = browser;
    await browser.go("/pipelines");
    await page.getByRole("row", { name: /prices/ }).waitFor();
    expect(await page.locator("tbody").getByText(":build").count()).toBe(0);
    await browser.go("/pipelines/prices:build");
    await page.waitForURL(/\/pipelines\/prices\?tab=builds/);
    const builds = page.getByRole("region", { name: "Builds, table" });
    await builds.getByRole("row", { name: /#2.*Completed/ }).waitFor();
    await builds.getByRole("row", { name: /#1.*Failed/ }).waitFor();
    await everywhere("/pipelines/prices?tab=builds", "#2");
    await browser.go("/pipelines/prices");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("b");
    await page.waitForURL(/tab=builds/);
  });
});

describe("where it is built from", () => {
  test("is changed by a form that knows how it is now; what is wrong is said beside its field", async () => {
    const { page } = browser;
    repository.commit("Another one", { "pipelines/other/gaia.yaml": titled("Other") });
    expect((await gaia.post("/api/v1/secrets", { name: "FORGE_TOKEN", value: "forge-value" })).status).toBe(
      201,
    );
    const order = { source: server.url("orders"), name: "routes", poll: "0s" };
    await gaia.ended(String((await gaia.post("/api/v1/pipelines", order)).json.build.run_id));
    await browser.go("/pipelines/routes");
    await page.getByRole("link", { name: "Change source" }).click();
    await page.getByRole("heading", { level: 1, name: "Where routes is built from." }).waitFor();
    expect(await page.getByLabel("Repository").inputValue()).toBe(server.url("orders"));
    expect(await page.getByLabel("New commits").inputValue()).toBe("0s");
    expect(await page.getByLabel("Name").count()).toBe(0);
    await page.setViewportSize(NARROW);
    await page.getByLabel("Branch").fill("a..b");
    await page.getByLabel("Folder").fill("../elsewhere");
    await page.getByRole("button", { name: "Change it" }).click();
    const branch = page.getByLabel("Branch");
    await page.getByText("name of a branch").waitFor();
    expect(await branch.getAttribute("aria-invalid")).toBe("true");
    expect(await branch.evaluate((field) => field.matches(":focus"))).toBe(true);
    // It lay above what is shown.
    expect(await page.evaluate(IS_SEEN)).toBe(true);
    await browser.accessible("a branch that is none");
    await page.setViewportSize(WIDE);
    await branch.fill("main");
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByText("Folder is a path within the repository").waitFor();
    await page.getByLabel("Folder").fill("pipelines/other");
    await page.getByLabel("Token").selectOption("FORGE_TOKEN");
    await page.getByLabel("New commits").selectOption("1h");
    await page.getByLabel("Submodules").selectOption("true");
    await page.getByRole("button", { name: "Change it" }).click();
    const side = page.getByRole("region", { name: "Built from" });
    await side.getByText("pipelines/other").waitFor();
    await side.getByRole("link", { name: "FORGE_TOKEN" }).waitFor();
    const { json } = await gaia.ask("/api/v1/pipelines/routes");
    expect(json.program.source).toMatchObject({
      url: server.url("orders"),
      branch: "main",
      folder: "pipelines/other",
      token: "FORGE_TOKEN",
      poll_ms: 3_600_000,
      submodules: true,
    });
    await everywhere("/pipelines/routes/source", "how often it is looked");
  });

  test("stays as somebody else has changed it since the form was opened, which says so", async () => {
    const { page } = browser;
    await browser.go("/pipelines/routes/source");
    await page.getByLabel("User").fill("ada");
    const elsewhere = await gaia.ask({
      method: "PATCH",
      path: "/api/v1/pipelines/routes/source",
      json: { submodules: false, branch: null },
    });
    expect(elsewhere.status, elsewhere.text).toBe(200);
    await page
      .getByText("changed meanwhile: Branch (none), Submodules (left out). What you do not change here")
      .waitFor();
    await browser.accessible("a source that was changed meanwhile");
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByRole("region", { name: "Built from" }).waitFor();
    const { json } = await gaia.ask("/api/v1/pipelines/routes");
    expect(json.program.source).toMatchObject({ branch: null, submodules: false, user: "ada" });
  });

  test("becomes what it was when what was said is taken back", async () => {
    const { page } = browser;
    await browser.go("/pipelines/routes/source");
    await page.getByLabel("User").fill("");
    await page.getByLabel("Folder").fill("");
    await page.getByLabel("Token").selectOption("");
    await page.getByLabel("New commits").selectOption("0s");
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByRole("region", { name: "Built from" }).getByText("not looked for").waitFor();
    const { json } = await gaia.ask("/api/v1/pipelines/routes");
    expect(json.program.source).toMatchObject({ user: null, folder: ".", token: null, poll_ms: 0 });
  });

  test("is looked at when the forge tells, at an address that the page shows with what came last", async () => {
    const { page } = browser;
    await gaia.post("/api/v1/secrets", { name: "FORGE_HOOK", value: "known to the forge" });
    await browser.go("/pipelines/routes/source");
    await page.getByLabel("New commits").selectOption("5m");
    await page.getByLabel("Webhook").selectOption("FORGE_HOOK");
    expect(await page.getByLabel("New commits").inputValue()).toBe("1h");
    await page.getByRole("button", { name: "Change it" }).click();
    const side = page.getByRole("region", { name: "Built from" });
    const { host, port } = gaia.tcp();
    const address = `http://${host}:${port}/api/v1/hooks/routes/build`;
    await side.getByText(address, { exact: true }).waitFor();
    await side.getByText("Nothing has come there yet").waitFor();
    await side.getByRole("button", { name: "Copy address" }).waitFor();
    const headers = { "x-gitlab-event": "Push Hook", "x-gitlab-token": "known to the forge" };
    const path = "/api/v1/hooks/routes/build";
    expect((await ask({ host, port }, { method: "POST", path, headers, body: "{}" })).status).toBe(202);
    await browser.go("/pipelines/routes");
    await side.getByText("Push Hook; the repository was looked at").waitFor();
    await everywhere("/pipelines/routes", "signed with");
  });

  test("is asked for where a build failed, and can become a repository", async () => {
    const { page } = browser;
    await gaia.ended(await begin("moved", declared(["exit 3"], "A")));
    await browser.go("/pipelines/moved");
    await page.getByText("Build 1 failed", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Change source" }).first().click();
    await page.getByText("Until now from the folder").waitFor();
    await page.getByLabel("Repository").fill(join(gaia.folder, "moved"));
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByText("can be named only over the socket").waitFor();
    await page.getByLabel("Repository").fill(server.url("orders"));
    // A repository that is looked at is built without being asked for it.
    await page.getByLabel("New commits").selectOption("0s");
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByRole("region", { name: "Built from" }).getByText(server.url("orders")).waitFor();
    await page.getByRole("button", { name: "Build again" }).click();
    await page.getByRole("heading", { level: 1, name: "moved has not run yet." }).waitFor();
  });
});

describe("versions", () => {
  test("say their commits, and differ by their jobs", async () => {
    const { page } = browser;
    repository.commit("Report it, too", { "gaia.yaml": titled("Count", "Report") });
    await browser.go("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill(">build orders");
    await page.getByRole("option", { name: /^Build orders/ }).click();
    await page.getByRole("heading", { level: 1, name: "orders build 2" }).waitFor();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    await browser.go("/pipelines/orders?tab=versions");
    const all = page.getByRole("region", { name: "All versions" });
    await all.getByRole("listitem").filter({ hasText: "Report it, too" }).getByText("in force").waitFor();
    await all.getByRole("listitem").filter({ hasText: "Count them" }).getByText("Version 1").waitFor();
    await page.getByText("job: Report").waitFor();
    expect(await all.getByText(/run_/).count()).toBe(0);
    await everywhere("/pipelines/orders?tab=versions", "job: Report");
  });

  test("are pinned, promoted, rolled back, and let go", async () => {
    const { page } = browser;
    await browser.go("/pipelines/orders?tab=versions&version=1");
    await page.getByRole("button", { name: "Use this version" }).click();
    const side = page.getByRole("region", { name: "Built from" });
    await side.getByText("version 1, pinned; the newest is 2").waitFor();
    expect(await versionOf("orders")).toEqual([1, 1]);
    const all = page.getByRole("region", { name: "All versions" });
    await all.getByRole("listitem").filter({ hasText: "Version 1" }).getByText("pinned").waitFor();
    expect(await page.getByRole("button", { name: /Restore/ }).count()).toBe(0);
    await page.getByRole("region", { name: "Version 1" }).getByRole("button", { name: "Unpin" }).click();
    await side.getByText("version 2, the newest").waitFor();
    await page.getByRole("button", { name: "Use this version" }).click();
    await side.getByText("version 1, pinned; the newest is 2").waitFor();
    await side.getByRole("button", { name: "Promote 2" }).click();
    await side.getByText("version 2, pinned", { exact: true }).waitFor();
    await side.getByRole("button", { name: "Roll back" }).click();
    await side.getByText("version 1, pinned; the newest is 2").waitFor();
    await browser.accessible("a pinned version");
    await side.getByRole("button", { name: "Unpin" }).click();
    await side.getByText("version 2, the newest").waitFor();
    expect(await versionOf("orders")).toEqual([2, null]);
    await browser.go("/activity?kind=pipeline");
    await page.getByText("The dashboard rolled back").waitFor();
    await page.getByText("made version 2 of").first().waitFor();
  });
});

describe("a start", () => {
  test("asks for a program's own arguments, and tells which secrets it needs", async () => {
    const { page } = browser;
    await gaia.ended(await begin("echo", WITH_ARGUMENTS));
    await browser.go("/pipelines/echo/start");
    expect(await page.getByLabel(/^name/).inputValue()).toBe("world");
    expect(await page.getByRole("radio", { name: "calm" }).isChecked()).toBe(true);
    const secrets = page.getByRole("region", { name: "Secrets" });
    await secrets.getByText("is not stored: a run is refused").waitFor();
    await everywhere("/pipelines/echo/start", "is not stored");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("The run was not started.").waitFor();
    expect((await gaia.post("/api/v1/secrets", { name: "TOKEN", value: "vault-value" })).status).toBe(201);
    await browser.go("/pipelines/echo/start");
    await secrets.getByRole("link", { name: "TOKEN" }).click();
    const uses = page.getByRole("list", { name: "Pipelines that use it" });
    await uses.getByRole("listitem").filter({ hasText: "echo" }).getByText("Echo", { exact: true }).waitFor();
  });

  test("runs its jobs, each with its own log", async () => {
    const { page } = browser;
    await browser.go("/pipelines/orders/start");
    await page.getByLabel(/^who/).fill("Ada");
    await page.getByRole("button", { name: "Start" }).click();
    await page.waitForURL(/\/runs\/run_/);
    await page.getByText("Completed", { exact: true }).first().waitFor();
    await page.getByRole("link", { name: /^Report/ }).click();
    await page.getByText("Report for Ada", { exact: true }).waitFor();
    await browser.accessible("a job of a program");
    await browser.go(`${new URL(page.url()).pathname}?tab=definition`);
    await page.getByText("job: Report").waitFor();
  });
});

test("the page had nothing to complain of", () => {
  // What the server refused in the forms: a taken name, and a secret that is not there.
  const others = browser.complaints.filter((text) => !/status of (409|400|403|422)/.test(text));
  expect(others).toEqual([]);
});
