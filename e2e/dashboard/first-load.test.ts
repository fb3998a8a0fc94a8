import { afterAll, beforeAll, expect, test } from "vitest";
import { FIRST_LOAD_MAX, wireOf } from "../../bench/browser/wire.ts";
import { Gaia, workflow } from "../gaia.ts";
import { Browser } from "./browser.ts";

/** What the first screen weighs, by the answers that the browser gets: a size is a fact, on any machine. */

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.run(workflow("seen", '{id: a, command: "true"}'));
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser.close();
  await gaia.close();
});

test("the first screen takes at most 150 kB of page, scripts and styles, compressed with gzip", async () => {
  const { page, address } = browser;
  // Signing in has filled the cache.
  const session = await page.context().newCDPSession(page);
  await session.send("Network.clearBrowserCache");
  await session.detach();
  const { codeBytes } = await wireOf(page, `${address}/`, ["gzip"]);
  // Were it not loaded, or not counted, it would weigh less than its framework alone.
  expect(codeBytes).toBeGreaterThan(80_000);
  expect(codeBytes).toBeLessThanOrEqual(FIRST_LOAD_MAX);
});
