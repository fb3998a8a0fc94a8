import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser } from "./browser.ts";
import { type Shift, sumOf, watchShifts, WELL } from "./shifts.ts";

/** Nothing jumps: while runs go on, what is on the screen stays where it is. */

const SHARDS = [1, 2, 3, 4, 5, 6];
const STEPS = `name: steps
tasks:
  - {id: build, command: 'while [ ! -e build ]; do sleep 0.05; done; for i in $(seq 40); do echo "line $i"; done'}
  - {id: test, command: 'while [ ! -e test ]; do sleep 0.05; done; echo tested', matrix: {shard: [${SHARDS.join(", ")}]}, dependencies: [build]}
  - {id: lint, command: 'while [ ! -e test ]; do sleep 0.05; done; exit 3', on_error: continue, dependencies: [build]}
  - {id: pack, command: 'while [ ! -e pack ]; do sleep 0.05; done', dependencies: [test, lint]}
`;

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start({ config: "[worker]\nslots = 8\n" });
  await gaia.post("/api/v1/workflows", { definition: STEPS });
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** Starts a run, shows `path` of it, and lets it go on to its end before the eyes. */
async function whileItGoesOn(name: string, path: (run: string) => string): Promise<readonly Shift[]> {
  const { page } = browser;
  const folder = `${name}/`;
  gaia.write(`${folder}here`, "");
  const { json } = await gaia.post("/api/v1/runs", { definition: STEPS, work_dir: `${gaia.folder}/${name}` });
  const run = String(json.run_id);
  await gaia.reached(run, "build", "running");
  await browser.go(path(run));
  await page.getByText("Live", { exact: true }).first().waitFor();
  await page.evaluate("document.fonts.ready.then(() => true)");
  const shifts = await watchShifts(page);
  gaia.write(`${folder}build`, "");
  for (const shard of SHARDS) await gaia.reached(run, `test[shard=${shard}]`, "running");
  gaia.write(`${folder}test`, "");
  await gaia.reached(run, "pack", "running");
  gaia.write(`${folder}pack`, "");
  expect((await gaia.ended(run)).status).toBe("completed");
  await page
    .getByText("Nothing is running.")
    .or(page.getByRole("button", { name: "Run again" }))
    .or(page.getByText("No run is live."))
    .or(page.getByText("line 40", { exact: true }))
    .first()
    .waitFor();
  return shifts();
}

describe("nothing jumps", () => {
  test.each([
    ["graph", (run: string) => `/runs/${run}`],
    ["timeline", (run: string) => `/runs/${run}?tab=timeline`],
    ["jobs", (run: string) => `/runs/${run}?tab=jobs`],
    ["log", (run: string) => `/runs/${run}/log/build`],
    ["runs", () => "/runs"],
    ["home", () => "/"],
  ])("on the page of %s while a run goes on", async (name, path) => {
    const shifts = await whileItGoesOn(name, path);
    expect(sumOf(shifts), JSON.stringify(shifts)).toBeLessThan(WELL);
  });
});
