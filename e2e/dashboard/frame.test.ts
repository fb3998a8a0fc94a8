import type { SystemView } from "@gaia/contracts";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW } from "./browser.ts";

/** What stands around every screen, and what screens say of a server that is ill, of much, and of long names. */

const LONG =
  "a-very-long-name-that-somebody-has-thought-up-on-a-friday-afternoon-and-nobody-has-shortened-since";
const LONG_PIPELINE = `name: ${LONG}
triggers: { cron: "0 0 1 1 *" }
tasks:
  - {id: ${LONG}-task, command: "true"}
`;
const UNARMED = `name: on-push
triggers:
  - git: {branches: [main]}
  - pipeline: ${LONG}
tasks: [{id: build, command: "true"}]
`;
const ASK = `name: ask
tasks: [{id: gate, type: approval, prompt: "Go on with ${"x".repeat(90)}?"}]
`;
/** More than a page of the API has unless it is asked for more. */
const QUESTIONS = 51;

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start();
  for (const definition of [LONG_PIPELINE, UNARMED, ASK])
    expect((await gaia.post("/api/v1/workflows", { definition })).status).toBe(201);
  await gaia.post("/api/v1/workflows/on-push/pause");
  const { json } = await gaia.post(`/api/v1/workflows/${LONG}/start`, {});
  await gaia.ended(String(json.run_id));
  await gaia.post("/api/v1/workflows/on-push/resume");
  for (let at = 0; at < QUESTIONS; at += 1) await gaia.post("/api/v1/workflows/ask/start", {});
  await gaia.until("all of them ask", async () => {
    return (await gaia.ask("/api/v1/overview")).json.waiting_for_person === QUESTIONS;
  });
  browser = await Browser.open(gaia);
});
afterEach(() => browser.page.unrouteAll({ behavior: "ignoreErrors" }));
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** From now on the server's answer about itself is changed on its way. */
async function systemIs(page: Page, change: (system: SystemView) => Partial<SystemView>): Promise<void> {
  await page.route("**/api/v1/system", async (route) => {
    const response = await route.fetch();
    const system = (await response.json()) as SystemView;
    await route.fulfill({ response, json: { ...system, ...change(system) } });
  });
}

describe("the top bar", () => {
  test("finds on wide screens as well, and has an account that works by keyboard", async () => {
    const { page } = browser;
    await browser.go("/runs");
    await page.getByRole("banner").getByRole("button", { name: "Find or do" }).click();
    await page.getByRole("combobox", { name: "Find or do" }).waitFor();
    await page.keyboard.press("Escape");
    const account = page.getByRole("button", { name: "Account" });
    await account.focus();
    await page.keyboard.press("Enter");
    await page.getByText("What you do is written down as done by").waitFor();
    await browser.accessible("the account");
    await page.keyboard.press("Escape");
    await page.getByText("What you do is written down as done by").waitFor({ state: "hidden" });
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("Account");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/settings$/);
  });

  test("asks to load the page again when the server is of another version", async () => {
    const { page } = browser;
    await browser.go("/runs");
    await page.getByText("slots busy").waitFor();
    await systemIs(page, () => ({ version: "9.9.9" }));
    // News of any kind makes the page ask again.
    await gaia.post("/api/v1/system/db/check");
    await page.getByText("The server is now version 9.9.9.").waitFor();
    await browser.accessible("an upgraded server");
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByText("The server is now version 9.9.9.").waitFor({ state: "detached" });
  });
});

test("a part that cannot be loaded says so, and what to do", async () => {
  const { page } = browser;
  await browser.go("/");
  await page.route(/\/assets\/system[^/]*\.js/, (route) => route.abort());
  await page.goto(`${browser.address}/system`);
  await page.getByRole("heading", { name: "This part of the page could not be loaded." }).waitFor();
  await browser.accessible("a part that cannot be loaded");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.getByRole("button", { name: "Load again" }).click();
  await page.getByRole("heading", { name: "Workers" }).waitFor();
});

test("an ill server is told on the start page and in System, with what to do", async () => {
  const { page } = browser;
  await systemIs(page, ({ database, workers: [worker] }) => ({
    disk: { total_bytes: 100, free_bytes: 7 },
    database: { ...database, problem: "The disk is full. Free some space." },
    workers: worker === undefined ? [] : [{ ...worker, status: "unhealthy", reason: "no answer" }],
  }));
  await browser.go("/");
  await page.getByText("The last write to the database failed.").waitFor();
  await page.getByText("No worker is connected: nothing new can run.").waitFor();
  await page.getByText("The disk is 93 % full.").waitFor();
  await browser.go("/system");
  await page.getByText("The disk is full. Free some space.").waitFor();
  await page.getByText("Unhealthy").waitFor();
  await page.getByText("to keep less, or remove what is not Gaia's.").waitFor();
});

test("System tells memory, the event loop, and the backup that was just made", async () => {
  const { page } = browser;
  await browser.go("/system");
  await page.getByText(/^\d+ MB$/).waitFor();
  await page.getByText(/ms late$/).waitFor();
  await page.getByText("none in the folder for backups").waitFor();
  await page.getByRole("button", { name: "Back up" }).click();
  await page.getByText("none in the folder for backups").waitFor({ state: "detached" });
});

test("all that waits is counted, and what cannot be read is not called nothing", async () => {
  const { page } = browser;
  await browser.go("/");
  await page.getByText(`${QUESTIONS} things wait for you.`).waitFor();
  await page.getByLabel(`${QUESTIONS} wait for you`).first().waitFor();
  await page.getByText(`${QUESTIONS - 8} more questions`).waitFor();
  await page.route("**/api/v1/runs?*", (route) =>
    route.fulfill({ status: 500, json: { error: { code: "internal", message: "Look at `server.log`." } } }),
  );
  await browser.go("/runs");
  await page.getByRole("heading", { name: "What runs cannot be told." }).waitFor();
  expect(await page.getByText("Nothing is running.").count()).toBe(0);
});

test("triggers that start nothing are told apart from those that only have not yet", async () => {
  const { page } = browser;
  await browser.go("/triggers");
  await page.getByText("Two triggers are armed.").waitFor();
  await page.getByText("Not armed: it is kept, and starts nothing; its text says what it lacks.").waitFor();
  await page.getByText("whenever that happens").waitFor();
  await browser.go("/pipelines/on-push");
  await page.getByText("it starts nothing: start the pipeline by hand").waitFor();
  await browser.go("/pipelines");
  await page.getByText("1 trigger is not armed").waitFor();
});

test("lists are walked by keys", async () => {
  const { page } = browser;
  await browser.go("/runs");
  await page.getByRole("link", { name: "ask #51" }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\/run_/);
});

test("nothing scrolls sideways on a telephone, however long names are", async () => {
  const { page } = browser;
  await page.setViewportSize(NARROW);
  for (const path of [
    "/",
    "/inbox",
    "/pipelines",
    `/pipelines/${LONG}`,
    `/pipelines/${LONG}/start`,
    "/runs",
    "/triggers",
    "/activity",
    "/settings",
    "/system",
    "/keys",
    "/nowhere",
    "/pipelines/nowhere",
  ]) {
    await browser.go(path);
    await page.getByRole("main").waitFor();
    await expect.poll(() => page.locator("[aria-busy=true]").count(), { timeout: 20_000 }).toBe(0);
    const excess = await page.evaluate(
      `[document.documentElement, ...document.querySelectorAll("main, main .scroll-x, .in-list")]
        .filter((box) => box.scrollWidth > box.clientWidth)
        .map((box) => box.className || box.tagName)`,
    );
    expect(excess, path).toEqual([]);
  }
});
