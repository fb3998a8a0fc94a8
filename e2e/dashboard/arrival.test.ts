import { chmodSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TmuxTerminal } from "../../packages/cli/src/testing/tmux-terminal.ts";
import { Gaia } from "../gaia.ts";
import { Browser, freePort, NARROW } from "./browser.ts";

/** How a browser gets in, what it may do there, and what a lost connection looks like. */

const SLEEPER = "name: sleeper\ntasks:\n  - {id: sleep, command: sleep 300}\n";

let gaia: Gaia;
let browser: Browser | null = null;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: { GAIA_PORT: await freePort() } });
});
afterEach(async () => {
  await browser?.close();
  browser = null;
});
afterAll(() => gaia.close());

describe("signing in", () => {
  test("by the address that a command prints, once, and without a trace of it", async () => {
    const opened = await gaia.gaia("open", "--print");
    expect(opened.status).toBe(0);
    const url = opened.stdout.trim();
    browser = await Browser.open(gaia, { signedIn: false });
    const { page } = browser;
    await page.goto(url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(page.url()).toBe(`${browser.address}/`);
    const kept = await page.evaluate("JSON.stringify([document.cookie, localStorage, sessionStorage])");
    expect(kept).not.toContain("gaia_");
    expect(kept).toContain('""');
    const other = await Browser.open(gaia, { signedIn: false });
    await other.page.goto(url);
    expect(await other.page.textContent("body")).toMatch(/used|expired|no longer/i);
    expect(other.page.url()).not.toContain("ticket");
    await other.close();
  });

  test("by the page that a command hands to the browser: its ticket is in no argument, and the page goes with it", async () => {
    const seen = gaia.write("seen", "");
    const program = gaia.write("bin/xdg-open", `#!/bin/sh\nprintf '%s' "$*" > '${seen}'\n`);
    chmodSync(program, 0o755);
    const terminal = await TmuxTerminal.open({ columns: 100, rows: 10 }, gaia.home, ["open"], {
      DISPLAY: ":0",
      SSH_CONNECTION: "",
      PATH: `${dirname(program)}:${process.env["PATH"] ?? ""}`,
    });
    await terminal.shows("It is being opened in the browser");
    await terminal.close();
    await gaia.until("the browser is started", () => gaia.read("seen") !== "");
    const file = gaia.read("seen");
    expect(file).toMatch(/^\/.*\/secrets\/open-[0-9a-f]{16}\.html$/);
    browser = await Browser.open(gaia, { signedIn: false });
    const { page } = browser;
    await page.goto(`file://${file}`);
    await page.waitForURL(`${browser.address}/`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByText("Live", { exact: true }).first().waitFor();
    expect(existsSync(file)).toBe(false);
  });

  test("a stranger is asked to, and gets where he wanted", async () => {
    browser = await Browser.open(gaia, { signedIn: false });
    const { page } = browser;
    await page.goto(`${browser.address}/runs?status=failed`);
    await page.waitForURL(/\/sign-in\?/);
    await browser.accessible("the sign-in page");
    await page.getByLabel(/token/i).first().fill(gaia.tcp().token);
    await page.getByRole("button", { name: /sign in/i }).click();
    await page.waitForURL(/\/runs\?status=failed$/);
    await page.getByRole("heading", { level: 1 }).waitFor();
  });
});

describe("the page", () => {
  test("runs no script but its own", async () => {
    browser = await Browser.open(gaia);
    const { page, address } = browser;
    const answer = await page.request.get(`${address}/runs`);
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");
    const refused = await page.evaluate(`(() => {
      const tries = [
        () => { document.createElement("script").textContent = "globalThis.foreign = true"; },
        () => document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="globalThis.foreign = true">'),
        () => trustedTypes.createPolicy("mine", { createHTML: (text) => text }),
      ];
      return tries.map((attempt) => {
        try { attempt(); } catch (error) { return error.name; }
        return "was let through";
      });
    })()`);
    expect(refused).toEqual(["TypeError", "TypeError", "TypeError"]);
    // Nodes of text are no assignment of one: the script is looked at when it would run.
    const ran = await page.evaluate(`(() => {
      const script = document.createElement("script");
      script.append("globalThis.foreign = true");
      document.body.append(script);
      return globalThis.foreign === true;
    })()`);
    expect(ran).toBe(false);
    expect(browser.complaints.join()).toMatch(/Content Security Policy/i);
  });

  test("says when the server is gone, and heals without a reload", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go("/runs");
    await page.getByText("Live", { exact: true }).first().waitFor();
    await gaia.killServer();
    await page.getByText("No connection to the server since").waitFor();
    await browser.accessible("a page without its server");
    await gaia.startServer();
    await page.getByText("No connection to the server since").waitFor({ state: "detached" });
    const run = await gaia.startRun(SLEEPER);
    await page.getByText("One run is working.").waitFor();
    await gaia.post(`/api/v1/runs/${run}/stop`, { force: true });
    await page.getByText("Nothing is running.").waitFor();
    expect(page.url()).toBe(`${browser.address}/runs`);
  });

  test("an address that leads nowhere says so", async () => {
    browser = await Browser.open(gaia);
    await browser.go("/nowhere/at/all");
    await browser.page.getByText("There is nothing at this address.").waitFor();
  });

  test("keeps the theme, and has a tab bar where it is narrow", async () => {
    browser = await Browser.open(gaia, { size: NARROW });
    const { page } = browser;
    await browser.go("/runs");
    await page.getByRole("button", { name: "Switch theme" }).click();
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await browser.accessible("the list of runs, narrow and dark");
    await page.getByRole("navigation", { name: "Rooms, short" }).getByRole("link", { name: "More" }).click();
    await page.getByRole("heading", { name: "All rooms" }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "System" }).waitFor();
  });

  test("goes from room to room by keys", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go("/");
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.waitForURL(/\/runs$/);
    await page.keyboard.press("?");
    await page.waitForURL(/\/keys$/);
  });
});
