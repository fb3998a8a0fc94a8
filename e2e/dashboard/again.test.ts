import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";

/** A run again, and a run as it was: retries, changed inputs, the timeline, a link to a moment. */

const DEPLOY = `name: deploy
inputs:
  target: {type: choice, choices: [staging, production], default: staging}
  replicas: {type: number, default: 2, min: 1, max: 9, description: How many}
tasks:
  - {id: build, command: 'echo built; echo "version=7" >> "$GAIA_OUTPUT"', outputs: [version]}
  - {id: check, command: '[ -e ready ] || { echo "not ready" >&2; exit 4; }', dependencies: [build]}
  - {id: roll, command: 'echo "\${inputs.target} \${inputs.replicas}"', dependencies: [check]}
`;

let gaia: Gaia;
let browser: Browser;
let failed = "";

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.post("/api/v1/workflows", { definition: DEPLOY });
  failed = (await gaia.run(DEPLOY)).id;
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** Of the run that is shown, once it is another one than `before`. */
async function shownRun(before: string): Promise<string> {
  await browser.page.waitForURL(
    (url) => /^\/runs\/run_\w+$/.test(url.pathname) && !url.pathname.includes(before),
  );
  return new URL(browser.page.url()).pathname.split("/").at(-1) ?? "";
}

describe("a run that failed", () => {
  test("is retried from where it failed, and keeps what completed", async () => {
    const { page } = browser;
    await browser.go(`/runs/${failed}`);
    await page
      .getByText(/exit(ed with)? (code )?4/)
      .first()
      .waitFor();
    gaia.write("ready", "");
    await page.getByRole("button", { name: "Retry failed" }).click();
    const next = await shownRun(failed);
    expect((await gaia.ended(next)).status).toBe("completed");
    await page.getByRole("button", { name: "Run again" }).waitFor();
    const { json } = await gaia.ask(`/api/v1/runs/${next}`);
    expect(json.retry_of).toBe(failed);
    // What completed is not done again.
    expect((await gaia.job(next, "build")).attempts).toEqual([]);
    await page.getByRole("button", { name: "More actions" }).click();
    await browser.accessible("the further actions of a run");
    await page.getByRole("menuitem", { name: "Open the run that this one repeats" }).click();
    await page.waitForURL(new RegExp(failed));
  });

  test("is run again with changed inputs, which are looked at first", async () => {
    const { page } = browser;
    await browser.go(`/runs/${failed}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Re-run with changed inputs…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^replicas/).fill("many");
    await dialog.getByLabel(/^target/).selectOption("production");
    await dialog.getByRole("button", { name: "Start the run" }).click();
    await dialog
      .getByText(/number/)
      .last()
      .waitFor();
    await browser.accessible("changed inputs with a problem");
    await dialog.getByLabel(/^replicas/).fill("3");
    await dialog.getByRole("button", { name: "Start the run" }).click();
    const next = await shownRun(failed);
    const ended = await gaia.ended(next);
    expect([ended.status, ended.inputs]).toEqual(["completed", { target: "production", replicas: 3 }]);
    expect(String(await gaia.log(next, "roll"))).toContain("production 3");
  });
});

describe("a run in the past", () => {
  test("is shared by a link to a moment", async () => {
    const { page } = browser;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await browser.go(`/runs/${failed}`);
    await page.getByRole("button", { name: "Time travel" }).click();
    const slider = page.getByRole("slider", { name: "Moment of the run" });
    await slider.waitFor();
    await slider.focus();
    for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowLeft");
    await page.getByText("You look at the run as it was").waitFor();
    const moment = await slider.getAttribute("aria-valuetext");
    await page.getByRole("button", { name: "Copy link to this moment" }).click();
    await page.getByText("The link to this moment is copied.").waitFor();
    const link = String(await page.evaluate("navigator.clipboard.readText()"));
    const other = await Browser.open(gaia);
    await other.page.goto(link);
    await other.page.getByText("You look at the run as it was").waitFor();
    expect(
      await other.page.getByRole("slider", { name: "Moment of the run" }).getAttribute("aria-valuetext"),
    ).toBe(moment);
    expect(await other.page.getByRole("button", { name: "Retry failed" }).count()).toBe(0);
    await other.page.getByRole("button", { name: "Back to live" }).click();
    await other.page.getByRole("button", { name: "Retry failed" }).waitFor();
    expect(new URL(other.page.url()).search).toBe("");
    await other.close();
  });

  test("has its time told by the timeline", async () => {
    const { page } = browser;
    await browser.go(`/runs/${failed}?tab=timeline`);
    await page.getByRole("row", { name: /build/ }).first().waitFor();
    await page.getByText("The longest chain was build, then check").waitFor();
    await page.getByRole("button", { name: "Longest first" }).click();
    await page.waitForURL(/order=length/);
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      await browser.accessible(`the timeline, ${size.width}`);
    }
  });
});
