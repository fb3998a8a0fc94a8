import { statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";

/** Triggers, settings and the server itself. */

const NIGHTLY = `name: nightly
triggers:
  - {cron: "30 2 * * *", timezone: Europe/Berlin, missed: once}
tasks:
  - {id: back-up, command: echo done}
`;
const HOURLY = "name: hourly\ntriggers:\n  - cron: 0 * * * *\ntasks:\n  - {id: look, command: echo done}\n";

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start({
    environment: { GAIA_NAMESPACE: "proof" },
    config: "[worker]\nslots = 3\n",
  });
  for (const definition of [NIGHTLY, HOURLY]) await gaia.post("/api/v1/workflows", { definition });
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

describe("the triggers", () => {
  test("tell when each starts next, as the server has it", async () => {
    const { page } = browser;
    await browser.go("/triggers");
    await page.getByRole("heading", { name: /^Two triggers are armed\. Next is hourly, in / }).waitFor();
    const row = page.getByRole("row", { name: /^nightly/ });
    await row.getByText("30 2 * * *").waitFor();
    await row.getByText("of missed starts the last is made up for").waitFor();
    await row.getByText("no run yet").waitFor();
    const { items } = (await gaia.ask("/api/v1/triggers")).json;
    const { next } = items.find(({ pipeline }: { readonly pipeline: string }) => pipeline === "nightly");
    const shown = await row
      .locator("time")
      .evaluateAll((times) => times.map((time) => time.getAttribute("datetime")));
    expect(shown.length).toBeGreaterThan(1);
    expect(shown).toEqual(next.slice(0, shown.length));
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      await browser.accessible(`the triggers, ${size.width}`);
    }
  });

  test("rest and wake with their pipeline", async () => {
    const { page } = browser;
    await browser.go("/triggers");
    await page.getByRole("button", { name: "Pause nightly" }).click();
    const row = page.getByRole("row", { name: /^nightly/ });
    await row.getByText("The pipeline is paused: its triggers rest. It can be started by hand.").waitFor();
    await page.getByRole("heading", { name: /^One trigger is armed\..* 1 trigger rests\.$/ }).waitFor();
    expect((await gaia.ask("/api/v1/pipelines/nightly")).json.paused).toBe(true);
    await page.getByRole("button", { name: "Resume nightly" }).click();
    await page.getByRole("heading", { name: /^Two triggers are armed/ }).waitFor();
    expect((await gaia.ask("/api/v1/pipelines/nightly")).json.paused).toBe(false);
  });
});

describe("the settings", () => {
  test("tell each value of the server, and where it comes from", async () => {
    const { page } = browser;
    await browser.go("/settings");
    await page.getByRole("row", { name: /^worker\.slots .*\b3\b.*config\.toml/ }).waitFor();
    await page
      .getByRole("row", { name: /^server\.namespace .*proof.*the variable GAIA_NAMESPACE/ })
      .waitFor();
    const { items } = (await gaia.ask("/api/v1/settings")).json;
    for (const { key } of items)
      expect([key, await page.getByRole("rowheader").filter({ hasText: key }).count()]).not.toEqual([key, 0]);
  });

  test("keep theme, rows and keys for this browser", async () => {
    const { page } = browser;
    await browser.go("/settings");
    await page.getByRole("radio", { name: "Dark" }).check();
    await page.getByRole("radio", { name: "Compact" }).check();
    await page.getByRole("checkbox", { name: "Keys that are a single letter" }).uncheck();
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.evaluate("({ ...document.documentElement.dataset })")).toMatchObject({
      theme: "dark",
      density: "compact",
    });
    await browser.accessible("the settings, dark and compact");
    await page.getByRole("heading", { level: 1 }).click();
    for (const key of ["g", "r", "?"]) await page.keyboard.press(key);
    await page.getByRole("link", { name: "a page of their own" }).click();
    await page.getByRole("heading", { name: "Single letters are off in this browser." }).waitFor();
    await browser.accessible("the page of keys");
    expect(new URL(page.url()).pathname).toBe("/keys");
    await browser.go("/settings");
    await page.getByRole("radio", { name: "As the system" }).check();
    await page.getByRole("radio", { name: "Roomy" }).check();
    await page.getByRole("checkbox", { name: "Keys that are a single letter" }).check();
    expect(await page.evaluate("document.documentElement.dataset.theme ?? null")).toBe(null);
  });
});

describe("the system", () => {
  test("tells its workers, limits and rules", async () => {
    const { page } = browser;
    await browser.go("/system");
    await page.getByRole("heading", { level: 1 }).waitFor();
    const workers = page.getByRole("region", { name: "Workers", exact: true });
    await workers
      .getByRole("row", { name: /connected/i })
      .getByRole("img", { name: "0 of 3 slots busy" })
      .waitFor();
    await page.getByRole("button", { name: "What this means" }).click();
    await page.getByText(/finds what outlived its parent/).waitFor();
    const run = await gaia.startRun("name: long\ntasks:\n  - {id: sleep, command: sleep 300}\n");
    await workers.getByRole("img", { name: "1 of 3 slots busy" }).waitFor();
    await gaia.post(`/api/v1/runs/${run}/stop`, { force: true });
    await workers.getByRole("img", { name: "0 of 3 slots busy" }).waitFor();
    await page.getByText(/^All \d+ fixed limits$/).click();
    const { limits } = (await gaia.ask("/api/v1/system")).json;
    const shown = page.getByRole("region", { name: "Limits" }).getByRole("term");
    await shown.first().waitFor();
    expect(await shown.count()).toBe(Object.keys(limits).length);
    await page
      .getByRole("region", { name: "Retention" })
      .getByText(/retention\./)
      .first()
      .waitFor();
    await browser.accessible("the system, all of it");
  });

  test("checks, compacts and backs up the database while it is in use", async () => {
    const { page } = browser;
    await browser.go("/system");
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await page.getByText("The database is sound.").waitFor();
    await page.getByRole("button", { name: "Compact" }).click();
    await page.getByText(/given back/).waitFor();
    await page.getByRole("button", { name: "Back up" }).click();
    const said = await page.getByText(/copied to/).innerText();
    expect(statSync(said.split("copied to ")[1]?.trim() ?? "").size).toBeGreaterThan(0);
    await browser.accessible("the system after its works");
    await browser.go("/activity");
    await page.getByText("The dashboard backed the database up").first().waitFor();
  });
});
