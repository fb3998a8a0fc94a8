import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start();
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** The text in the editor. */
async function text(): Promise<string> {
  return (await browser.page.locator(".cm-line").allInnerTexts()).join("\n");
}

/** Puts the cursor at the end of a line, which counts from 1. */
async function endOf(line: number): Promise<void> {
  await browser.page
    .locator(".cm-line")
    .nth(line - 1)
    .click();
  await browser.page.keyboard.press("End");
}

const RIGHT = "The text is right; it is not saved yet.";

describe("the editor", () => {
  test("begins with a template and saves it as a pipeline, styled under the content security policy", async () => {
    const { page } = browser;
    await browser.go("/editor");
    await browser.accessible("an empty editor");
    await page.getByRole("button", { name: /^Two tasks/ }).click();
    await page.getByText(RIGHT).waitFor();
    // The style elements of the editor need the nonce: without it lines have no gutter beside them.
    const gutter = await page.evaluate('getComputedStyle(document.querySelector(".cm-gutters")).position');
    expect(gutter).toBe("sticky");
    await page.keyboard.press("Control+s");
    await page.locator(".cm-content").press("Control+s");
    await page.waitForURL(/pipeline=my-pipeline/);
    await page.getByText("The text is right, and saved.").waitFor();
    expect((await gaia.ask("/api/v1/pipelines/my-pipeline")).json.version).toBe(1);
  });

  test("completes keys and values, explains them, and mends what is misspelt", async () => {
    const { page } = browser;
    await browser.go("/editor?pipeline=my-pipeline");
    await endOf(4);
    await page.keyboard.press("Enter");
    await page.keyboard.type("timout: 10m");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Use timeout" }).click();
    await page.getByText(RIGHT).waitFor();
    expect(await text()).toContain("    timeout: 10m");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("on_er");
    await page.getByRole("option", { name: /on_error/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: "continue" }).click();
    expect(await text()).toContain("    on_error: continue");
    await page.getByText(RIGHT).waitFor();
    await page.locator(".tok-key", { hasText: "on_error" }).hover();
    await page.locator(".ed-docs").getByText("fail | continue | retry").waitFor();
  });

  test("keeps a draft, asks before it is left, and has it back", async () => {
    const { page } = browser;
    await page.getByText("kept in this browser").waitFor();
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByRole("alertdialog").getByText("The draft is kept in this browser").waitFor();
    await browser.accessible("leaving");
    await page.getByRole("button", { name: "Leave", exact: true }).click();
    await page.waitForURL(/\/runs/);
    await browser.go("/editor?pipeline=my-pipeline");
    await page.getByText(/Your draft from .* is back\./).waitFor();
    expect(await text()).toContain("on_error: continue");
    for (const theme of ["light", "dark"] as const)
      for (const size of [WIDE, NARROW]) {
        await page.setViewportSize(size);
        await browser.theme(theme);
        await page.getByText(RIGHT).waitFor();
        await browser.accessible(`the editor ${theme} ${size.width}`);
      }
    await page.setViewportSize(WIDE);
    await browser.theme("light");
  });

  test("shows what someone saved meanwhile, and saves over it only when told", async () => {
    const { page } = browser;
    await page.getByText(RIGHT).waitFor();
    const theirs = "name: my-pipeline\ntasks:\n  - id: build\n    command: echo theirs\n";
    await gaia.post("/api/v1/workflows", { definition: theirs });
    await page.locator(".cm-content").press("Control+s");
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("Version 2 was saved meanwhile").waitFor();
    await dialog.getByText("command: echo theirs").waitFor();
    await browser.accessible("a conflict");
    expect((await gaia.ask("/api/v1/pipelines/my-pipeline")).json.source).toBe(theirs);
    await dialog.getByRole("button", { name: "Save as version 3" }).click();
    await page.getByText("Version 3 of my-pipeline is saved.").waitFor();
    expect((await gaia.ask("/api/v1/pipelines/my-pipeline")).json.source).toContain("on_error: continue");
  });

  test("walks from the graph to the text, and starts what it saved", async () => {
    const { page } = browser;
    await page.getByRole("button", { name: /^test, after build/ }).click();
    expect(await page.locator(".cm-activeLine").first().innerText()).toContain("id: test");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/\/pipelines\/my-pipeline\/start/);
    expect(browser.complaints.filter((complaint) => /Content Security Policy/.test(complaint))).toEqual([]);
  });
});
