import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";

/** The start page, and the palette over it. */

const SHIP = "name: ship\ntasks:\n  - {id: ask, type: approval, prompt: Ship it?}\n";
const SLOW = "name: slow\ntasks:\n  - {id: sleep, command: sleep 300}\n";
const BROKEN = "name: broken\ntasks:\n  - {id: fail, command: 'echo no such file >&2; exit 3'}\n";

let gaia: Gaia;
let browser: Browser;
let slow = "";

beforeAll(async () => {
  gaia = await Gaia.start();
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** Heads of the widgets, from above. */
async function widgets(): Promise<readonly string[]> {
  const heads = await browser.page.getByRole("main").getByRole("heading", { level: 2 }).allInnerTexts();
  return heads.filter((head) => head !== "Yesterday to tomorrow");
}

async function openPalette(): Promise<void> {
  await browser.page.keyboard.press("Control+k");
  await browser.page
    .getByRole("combobox", { name: "Find or do" })
    .and(browser.page.locator(":focus"))
    .waitFor();
}

describe("the start page", () => {
  test("says how to begin while nothing has run, and becomes an overview with the first run", async () => {
    const { page } = browser;
    await browser.go("/");
    await page.getByRole("heading", { name: "Gaia is ready. Nothing has run yet." }).waitFor();
    await browser.accessible("the start page of a new Gaia");
    for (const definition of [SHIP, SLOW, BROKEN]) await gaia.post("/api/v1/workflows", { definition });
    await gaia.post("/api/v1/workflows/ship/start", {});
    slow = String((await gaia.post("/api/v1/workflows/slow/start", {})).json.run_id);
    await gaia.ended(String((await gaia.post("/api/v1/workflows/broken/start", {})).json.run_id));
    const main = page.getByRole("main");
    await main
      .getByRole("region", { name: "Needs you" })
      .getByRole("link", { name: /^Ship it/ })
      .waitFor();
    await main.getByRole("region", { name: "Working now" }).getByRole("link", { name: "slow #1" }).waitFor();
    const failed = main.getByRole("region", { name: "Failed lately" });
    await failed.getByRole("link", { name: "broken #1" }).waitFor();
    await failed.getByText(/exit(ed with)? (code )?3/i).waitFor();
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      await browser.accessible(`the start page, ${size.width}`);
    }
  });

  test("is arranged by hand and by keys, and stays so", async () => {
    const { page } = browser;
    await browser.go("/");
    await page.getByRole("heading", { name: "Lately", exact: true }).waitFor();
    const before = await widgets();
    await page.getByRole("button", { name: "Arrange this page" }).click();
    await browser.accessible("the start page while it is arranged");
    await page.getByRole("button", { name: "Move Working now up" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("Working now is now 1 of 3.").waitFor({ state: "attached" });
    // The button has moved with its widget, and the focus with the button.
    await page.waitForFunction("document.activeElement?.id === 'working-up'");
    await page.getByRole("button", { name: "Hide Health" }).click();
    await page
      .getByRole("group", { name: "Arrange this page" })
      .getByRole("button", { name: "Done" })
      .click();
    const arranged = ["Working now", "Needs you", "Failed lately", "Next", "Lately"];
    expect(await widgets()).toEqual(arranged);
    await page.reload();
    await page.getByRole("heading", { name: "Lately", exact: true }).waitFor();
    expect(await widgets()).toEqual(arranged);
    await page.getByRole("button", { name: "Arrange this page" }).click();
    await page.getByRole("button", { name: "Show Health again" }).click();
    await page.getByRole("heading", { name: "Health" }).waitFor();
    await page.getByRole("button", { name: "Reset", exact: true }).click();
    expect(await widgets()).toEqual(before);
  });
});

describe("the palette", () => {
  test("finds pipelines, runs, rooms and what to do, by keys alone", async () => {
    const { page } = browser;
    await browser.go("/");
    const find = async (text: string, option: RegExp): Promise<void> => {
      await openPalette();
      await page.keyboard.type(text);
      await page.getByRole("option", { name: option, selected: true }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("combobox", { name: "Find or do" }).waitFor({ state: "detached" });
    };
    await find("broken #1", /^Failed broken #1/);
    await page.waitForURL(/\/runs\/run_/);
    await find("system", /^System/);
    await page.waitForURL(/\/system$/);
    await find(">start slow", /^Start slow/);
    await page.waitForURL(/\/pipelines\/slow\/start$/);
    await openPalette();
    await page.keyboard.type("slow");
    await page.getByRole("option", { name: /^slow version 1/ }).waitFor();
    // Down and up again: what is chosen can be told by who does not see it.
    const chosen = () => page.getByRole("option", { selected: true }).innerText();
    const best = await chosen();
    await page.keyboard.press("ArrowDown");
    expect(await chosen()).not.toBe(best);
    await page.keyboard.press("ArrowUp");
    expect(await chosen()).toBe(best);
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: "Find or do" }).waitFor({ state: "detached" });
  });

  test("gives the focus back to where it was", async () => {
    const { page } = browser;
    await browser.go("/");
    await page.getByRole("button", { name: "Arrange this page" }).focus();
    await openPalette();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Arrange this page" }).and(page.locator(":focus")).waitFor();
  });

  test("does what can be done with the run that is shown, and asks before it stops it", async () => {
    const { page } = browser;
    await browser.go(`/runs/${slow}`);
    await page.getByRole("link", { name: /^sleep .*running/i }).waitFor();
    await openPalette();
    await page.keyboard.type(">stop");
    await page.getByRole("option", { name: /^Stop slow #1/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByText("Stop slow #1?").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alertdialog").waitFor({ state: "detached" });
    expect((await gaia.ask(`/api/v1/runs/${slow}`)).json.status).toBe("running");
    await openPalette();
    await page.keyboard.type(">stop");
    await page.getByRole("option", { name: /^Stop slow #1/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Stop the run" }).click();
    expect((await gaia.ended(slow)).status).toBe("cancelled");
  });

  test("switches the theme, which is kept", async () => {
    const { page } = browser;
    await browser.go("/");
    await openPalette();
    await page.keyboard.type(">switch theme");
    await page.getByRole("option", { name: /^Switch theme/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction("document.documentElement.dataset.theme === 'dark'");
    await browser.accessible("the palette, dark");
    await page.reload();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
  });
});
