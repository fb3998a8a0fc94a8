import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser } from "./browser.ts";

/** A connection that is lost and comes back, and a session that ends: the same on every page. */

const NOTE = "a line that was printed meanwhile";
const WAITER = `name: waiter
tasks:
  - id: wait
    command: 'echo begun; while [ ! -e go ]; do sleep 0.05; done; echo "${NOTE}"; while [ ! -e end ]; do sleep 0.05; done'
  - {id: ask, type: approval, prompt: Go on?}
`;
const LOST = "No connection to the server since";

let gaia: Gaia;
let browser: Browser;
let run = "";

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.post("/api/v1/workflows", { definition: WAITER });
  run = await gaia.startRun(WAITER);
  await gaia.reached(run, "wait", "running");
  await gaia.reached(run, "ask", "waiting");
  browser = await Browser.open(gaia);
});
afterEach(() => browser.page.context().setOffline(false));
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/**
 * Live, the connection cut, and back: without a reload, and with what it showed still there.
 *
 * @param path null: the page that is open
 */
async function loses(path: string | null, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const { page } = browser;
  if (path !== null) await browser.go(path);
  await page.getByText("Live", { exact: true }).first().waitFor();
  await page.evaluate("globalThis.isTheSamePage = true");
  const heading = await page.getByRole("heading", { level: 1 }).first().innerText();
  await page.context().setOffline(true);
  await page.getByRole("alert").getByText(LOST).waitFor();
  await page.getByText("Offline", { exact: true }).first().waitFor();
  expect(await page.getByRole("heading", { level: 1 }).first().innerText()).toBe(heading);
  await meanwhile();
  await page.context().setOffline(false);
  await page.getByText("Live", { exact: true }).first().waitFor();
  await page.getByText(LOST).waitFor({ state: "detached" });
  expect(await page.evaluate("globalThis.isTheSamePage")).toBe(true);
}

describe("without a connection", () => {
  test("a room that was never loaded says so, and its address stays", async () => {
    const { page } = browser;
    await browser.go("/keys");
    await page.getByText("Live", { exact: true }).first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole("alert").getByText(LOST).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/\/system$/);
    await page.getByRole("heading", { name: "This part of the page could not be loaded." }).waitFor();
    await page.getByRole("navigation", { name: "Rooms", exact: true }).waitFor();
    await browser.accessible("a room that could not be loaded");
    await page.context().setOffline(false);
    await page.reload();
    await page.getByRole("heading", { name: "Workers" }).waitFor();
  });

  test("every room says so, keeps what it shows, and heals", async () => {
    const { page } = browser;
    const rooms = ["Home", "Inbox", "Pipelines", "Runs", "Triggers", "Activity", "Settings", "System"];
    const visit = async (room: string): Promise<string> => {
      await page.getByRole("region", { name: "Sidebar" }).getByRole("link", { name: room }).first().click();
      await page.getByRole("navigation", { name: "You are here" }).getByText(room).first().waitFor();
      // Its name stands there until it has something to say.
      const heading = page.getByRole("heading", { level: 1 }).first();
      await heading.filter({ hasNotText: new RegExp(`^${room}$`) }).waitFor();
      return heading.innerText();
    };
    await browser.go("/keys");
    const live: string[] = [];
    for (const room of rooms) live.push(await visit(room));
    await loses(null, async () => {
      const kept: string[] = [];
      for (const room of rooms) {
        kept.push(await visit(room));
        await page.getByRole("alert").getByText(LOST).waitFor();
      }
      expect(kept).toEqual(live);
      await browser.accessible("a room without its server");
    });
  });

  test("a log goes on behind the last line that it has, and a run where it stands by then", async () => {
    const { page } = browser;
    await loses(`/runs/${run}/log/wait`, async () => {
      gaia.write("go", "");
      await gaia.until("it is printed", async () => String(await gaia.log(run, "wait")).includes(NOTE));
    });
    await page.getByText(NOTE).waitFor();
    expect(await page.getByText("begun", { exact: true }).count()).toBe(1);
    await loses(`/runs/${run}`, async () => {
      gaia.write("end", "");
      await gaia.reached(run, "wait", "completed");
    });
    await page.getByRole("link", { name: /^wait .*completed/i }).waitFor();
  });

  test("the editor keeps its text", async () => {
    const { page } = browser;
    await browser.go("/editor?pipeline=waiter");
    await page.getByText("The text is right, and saved.").waitFor();
    await loses(null);
    await page.getByText("The text is right, and saved.").waitFor();
  });

  test("a server that is there and says nothing is no connection", async () => {
    const { page } = browser;
    await page.clock.install();
    await browser.go("/runs");
    await page.getByText("Live", { exact: true }).first().waitFor();
    process.kill(gaia.serverPid, "SIGSTOP");
    try {
      await page.clock.fastForward("00:41");
      await page.clock.runFor("00:02");
      await page.getByRole("alert").getByText(LOST).waitFor();
    } finally {
      process.kill(gaia.serverPid, "SIGCONT");
    }
    await page.getByText("Live", { exact: true }).first().waitFor();
  });
});

describe("a session", () => {
  test("that is ended elsewhere leads to the sign-in page, and from there back", async () => {
    const { page } = browser;
    await browser.go("/runs?status=failed");
    await page.getByText("Live", { exact: true }).first().waitFor();
    await gaia.ask({ method: "DELETE", path: "/api/v1/session?everywhere=1" });
    await page.waitForURL(/\/sign-in\?to=/);
    await page.getByLabel(/token/i).first().fill(gaia.tcp().token);
    await page.getByRole("button", { name: /sign in/i }).click();
    await page.waitForURL(/\/runs\?status=failed$/);
    await page.getByText("Live", { exact: true }).first().waitFor();
  });

  test("ends by hand, here or in every browser", async () => {
    const other = await Browser.open(gaia);
    try {
      await other.go("/inbox");
      await other.page.getByText("Live", { exact: true }).first().waitFor();
      const { page } = browser;
      await browser.go("/settings");
      await page.getByRole("button", { name: "Sign every browser out" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Stay signed in" }).click();
      await page.getByRole("button", { name: "Sign every browser out" }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Sign all out" }).click();
      await page.waitForURL(/\/sign-in/);
      await other.page.waitForURL(/\/sign-in\?to=%2Finbox/);
      expect((await page.request.get(`${browser.address}/api/v1/runs`)).status()).toBe(401);
      await browser.signIn(gaia);
      await browser.go("/settings");
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.waitForURL(/\/sign-in/);
      expect((await page.request.get(`${browser.address}/api/v1/runs`)).status()).toBe(401);
    } finally {
      await other.close();
    }
  });
});
