import { afterAll, beforeAll, expect, test } from "vitest";
import { Gaia, workflow } from "../gaia.ts";
import { Browser } from "./browser.ts";

/** The list of runs: another filter shows other runs. */

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.run(workflow("good", '{id: a, command: "true"}'));
  await gaia.run(workflow("bad", "{id: a, command: exit 1}"));
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser.close();
  await gaia.close();
});

test("a filter that was changed shows the runs that it is for, also where none was shown before", async () => {
  const { page } = browser;
  await browser.go("/runs");
  const names = async (): Promise<readonly string[]> =>
    page.getByRole("main").locator("tbody th b").allTextContents();
  for (const [filter, shown, gone] of [
    ["Failed", "bad", "good"],
    ["Completed", "good", "bad"],
    ["Failed", "bad", "good"],
  ] as const) {
    await page.getByRole("button", { name: filter, exact: true }).click();
    await page.getByRole("link", { name: gone }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: shown }).waitFor();
    expect(await names()).toEqual([shown]);
  }
  expect(browser.complaints).toEqual([]);
});
