import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";

const GREET = `name: greet
description: Says hello.
tags: [demo]
inputs:
  name:
    type: text
    description: Who is greeted
    default: world
  times:
    type: number
    default: 1
    min: 1
    max: 3
tasks:
  - id: say
    command: echo "\${inputs.name} \${inputs.times}"
  - id: end
    command: "true"
    dependencies: [say]
`;
const BROKEN = `name: broken
tasks:
  - id: fail
    command: exit 3
`;

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start();
  for (const definition of [GREET, GREET.replace("Says hello.", "Greets."), BROKEN])
    await gaia.post("/api/v1/workflows", { definition });
  for (const name of ["greet", "broken", "broken"]) {
    const { json } = await gaia.post(`/api/v1/workflows/${name}/start`, {});
    await gaia.ended(String(json.run_id));
  }
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

describe("the list of pipelines", () => {
  test("opens with its answer, and is found, filtered and walked by keys", async () => {
    const { page } = browser;
    await browser.go("/pipelines");
    await page.getByText("Two pipelines.").waitFor();
    await page.getByText("2 times in a row").waitFor();
    await browser.accessible("the list of pipelines");
    await page.getByRole("button", { name: /^Failed last/ }).click();
    await page.waitForURL(/show=failed/);
    expect(await page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByRole("searchbox").fill("tag:demo");
    await page.getByRole("row", { name: /greet/ }).waitFor();
    expect(await page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("searchbox").fill("");
    // At its beginning: there is a link in it.
    await page.getByRole("heading", { level: 1 }).click({ position: { x: 4, y: 8 } });
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/pipelines\/greet/);
  });

  test("names each bar of a strip", async () => {
    const { page } = browser;
    await browser.go("/pipelines");
    const strip = page.getByRole("img", { name: /^broken: last 2 runs: 2 failed/ });
    await strip.focus();
    await page.keyboard.press("End");
    await page.getByRole("img", { name: /^broken: #2 failed/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/run_/);
  });
});

describe("a pipeline's page", () => {
  test("shows all its sides, in both themes and widths, without a violation", async () => {
    const { page } = browser;
    for (const theme of ["light", "dark"] as const)
      for (const size of [WIDE, NARROW]) {
        await page.setViewportSize(size);
        for (const tab of ["", "graph", "triggers", "inputs", "source", "versions", "statistics"]) {
          await browser.go(`/pipelines/greet${tab === "" ? "" : `?tab=${tab}`}`);
          if (tab === "") await browser.theme(theme);
          await page.getByText("takes about").waitFor();
          await browser.accessible(`${tab} ${theme} ${size.width}`);
        }
      }
    await page.setViewportSize(WIDE);
    await browser.theme("light");
  });

  test("compares versions, and restores one as a new version", async () => {
    const { page } = browser;
    await browser.go("/pipelines/greet?tab=versions&version=1");
    await page.getByRole("button", { name: "Against 2" }).click();
    await page.getByText("description: Greets.").waitFor();
    await page.getByRole("button", { name: "Restore as 3" }).click();
    await page.getByText("Version 1 is now version 3").waitFor();
    const { json } = await gaia.ask("/api/v1/pipelines/greet");
    expect([json.version, json.description]).toEqual([3, "Says hello."]);
  });

  test("pauses and resumes", async () => {
    const { page } = browser;
    await browser.go("/pipelines/greet");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    expect((await gaia.ask("/api/v1/pipelines/greet")).json.paused).toBe(true);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
  });

  test("of a name that is not there says so", async () => {
    await browser.go("/pipelines/nowhere");
    await browser.page.getByText("There is no pipeline nowhere.").waitFor();
    await browser.accessible("no pipeline");
  });
});

describe("the start form", () => {
  test("tells what is wrong in its place, starts once, and is filled from a former run", async () => {
    const { page } = browser;
    await browser.go("/pipelines/greet/start");
    await page.getByLabel(/^name/).fill("Ada's");
    await page.getByText("changed, default world").waitFor();
    await page.getByText(`--input 'name=Ada'\\''s'`).waitFor();
    await page.getByLabel(/^times/).fill("9");
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByText("9 is above the highest allowed value, 3.").waitFor();
    await browser.accessible("the start form with a problem");
    await page.getByLabel(/^times/).fill("2");
    await page.getByRole("button", { name: "Start" }).dblclick();
    await page.waitForURL(/\/runs\/run_/);
    const run = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    expect((await gaia.ask(`/api/v1/runs/${run}`)).json.inputs).toEqual({ name: "Ada's", times: 2 });
    expect((await gaia.ask("/api/v1/runs?pipeline=greet")).json.items).toHaveLength(2);
    await browser.go(`/pipelines/greet/start?from=${run}`);
    await page.getByText("filled as in #2").waitFor();
    expect(await page.getByLabel(/^times/).inputValue()).toBe("2");
  });
});
