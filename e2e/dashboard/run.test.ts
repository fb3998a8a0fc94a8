import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW } from "./browser.ts";

/** A run's page: graph, panel, timeline, log, time travel, actions. */

const RELEASE = `name: release
tasks:
  - {id: build, command: 'for i in 1 2 3 4 5; do echo "step $i"; done; printf "\\\\033[31mred\\\\033[0m\\\\n"'}
  - {id: test, command: 'echo "<script>globalThis.foreign = true</script>" >> $GAIA_SUMMARY; echo "# Done" >> $GAIA_SUMMARY', matrix: {shard: [1, 2, 3]}, dependencies: [build]}
  - {id: lint, command: 'echo no such style; exit 3', dependencies: [build], on_error: continue}
  - {id: ask, type: approval, description: Ship it, dependencies: [test]}
  - {id: ship, command: echo shipped, dependencies: [ask]}
`;

let gaia: Gaia;
let browser: Browser | null = null;
let run = "";

beforeAll(async () => {
  gaia = await Gaia.start();
  run = await gaia.startRun(RELEASE);
  await gaia.reached(run, "ask", "waiting");
});
afterEach(async () => {
  const complaints = browser?.complaints ?? [];
  await browser?.close();
  browser = null;
  expect(complaints).toEqual([]);
});
afterAll(() => gaia.close());

describe("a run", () => {
  test("shows its graph with every job's state, and a job beside it", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}`);
    await page.getByRole("link", { name: /^lint .*failed/i }).click();
    const panel = page.getByRole("complementary");
    await panel.getByRole("heading", { name: "lint" }).waitFor();
    await panel.getByText("no such style", { exact: true }).waitFor();
    expect(page.url()).toContain("job=lint");
    await browser.accessible("a run's graph with a selected job");
    await page.getByRole("button", { name: "Open test" }).click();
    await page.getByRole("link", { name: /^1, test\[shard=1\]/ }).waitFor();
    await browser.accessible("a run's graph with an open group");
    await browser.theme("dark");
    await page.getByRole("complementary").getByRole("heading", { name: "lint" }).waitFor();
    await browser.accessible("a run's graph, dark");
  });

  test("shows where time went, and all jobs, events and the definition", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}?tab=timeline`);
    await page.getByRole("row", { name: /build/ }).first().waitFor();
    await browser.accessible("a run's timeline");
    for (const [tab, text] of [
      ["jobs", "lint"],
      ["events", "ask"],
      ["definition", "on_error"],
    ] as const) {
      await browser.go(`/runs/${run}?tab=${tab}`);
      await page.getByText(text).first().waitFor();
      await browser.accessible(`the tab ${tab}`);
    }
  });

  test("shows what a job printed, line by line, and finds in it", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}/log/build`);
    await page.getByText("step 3").waitFor();
    await browser.accessible("a log");
    await page.getByRole("searchbox").fill("step");
    await page.getByText("5 hits").waitFor();
  });

  test("shows what a job reports, and runs none of it", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}?job=${encodeURIComponent("test[shard=1]")}`);
    await page.getByRole("heading", { name: "Done" }).waitFor();
    expect(await page.evaluate("globalThis.foreign === undefined")).toBe(true);
    expect(await page.evaluate('document.querySelectorAll("main script").length')).toBe(0);
  });

  test("can be looked at as it was, with the moment in the address", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}`);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const bar = page.getByRole("group", { name: "Time travel" });
    await page.getByRole("link", { name: /^build / }).waitFor();
    expect(await bar.count()).toBe(0);
    // Nobody has asked for the history: it may be long.
    expect(asked.filter((path) => path.endsWith("/events"))).toEqual([]);
    await page.getByRole("button", { name: "Time travel" }).click();
    await bar.getByText(/event \d+ of \d+/).waitFor();
    expect(asked.filter((path) => path.endsWith(`/runs/${run}/events`))).toHaveLength(1);
    await browser.accessible("the bar of time travel");
    await bar.getByRole("button", { name: "Close time travel" }).click();
    await bar.waitFor({ state: "detached" });
    await page.keyboard.press("[");
    await page.getByText("You look at the run as it was").waitFor();
    await page.waitForURL(/at=\d+/);
    await browser.accessible("a run in the past");
    await browser.go(`/runs/${run}?at=3`);
    await page.getByText("You look at the run as it was").waitFor();
    expect(await page.getByRole("button", { name: "Stop", exact: true }).count()).toBe(0);
    await page.keyboard.press("l");
    await page.getByText("You look at the run as it was").waitFor({ state: "detached" });
  });

  test("shows at once what all jobs kept and tested", async () => {
    gaia.write(
      "junit.xml",
      '<testsuite name="cart"><testcase name="adds"/><testcase name="renews"><failure message="no"/></testcase></testsuite>',
    );
    const parts = Array.from({ length: 65 }, (_, at) => at + 1).join(", ");
    const many = await gaia.run(`name: many
tasks:
  - {id: test, command: 'cp junit.xml $GAIA_ARTIFACTS/', matrix: {part: [${parts}]}}
`);
    expect(many.status).toBe("completed");
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${many.id}?tab=tests`);
    await page.getByRole("heading", { name: "65 failed, 65 passed" }).waitFor();
    await browser.accessible("the tab tests");
    await browser.go(`/runs/${many.id}?tab=artifacts`);
    await page.getByRole("heading", { name: /^65 files, .* of 65 jobs$/ }).waitFor();
    await browser.accessible("the tab artifacts");
    await browser.go(`/runs/${many.id}?tab=artifacts&job=${encodeURIComponent("test[part=7]")}`);
    await page.getByText("1 file,").first().waitFor();
    expect(await page.getByRole("main").getByRole("link", { name: "junit.xml" }).count()).toBeGreaterThan(0);
  });

  test("is walked by keys: from job to job, into a log, and by a part of a name", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}`);
    await page.getByRole("link", { name: /^build / }).waitFor();
    await page.keyboard.press("j");
    await page.waitForURL(/job=build/);
    await page.keyboard.press("j");
    await page.waitForURL((url) => !url.search.includes("job=build"));
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.search.includes("job="));
    await page.keyboard.press("/");
    await page.getByRole("searchbox", { name: "Find a job" }).fill("lin");
    await page.keyboard.press("Enter");
    await page.waitForURL(/job=lint/);
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox", { name: "Find a job" }).waitFor({ state: "detached" });
    await page.keyboard.press("3");
    await page.getByRole("table", { name: "Jobs of the run" }).waitFor();
    await page.keyboard.press("k");
    await page.waitForURL((url) => !url.search.includes("job=lint"));
    await page.keyboard.press("j");
    await page.waitForURL(/job=lint/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/log\/lint/);
  });

  test("says beside the graph what needs a look, and why", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${run}`);
    const look = page.getByRole("region", { name: "Needs a look" });
    await look.getByRole("button", { name: /ask.*Waits for approval/ }).waitFor();
    await look.getByRole("button", { name: /lint.*Exit 3/ }).waitFor();
    await page.getByRole("complementary").getByText("no such style", { exact: true }).waitFor();
  });

  test("is a list by layers where it is narrow", async () => {
    browser = await Browser.open(gaia, { size: NARROW });
    await browser.go(`/runs/${run}`);
    await browser.page.getByText("lint").first().waitFor();
    await browser.accessible("a run, narrow");
  });
});

describe("acting", () => {
  test("approves with a comment from the inbox, and the run goes on before the eyes", async () => {
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go("/inbox");
    await page.getByText("Ship it").first().waitFor();
    await browser.accessible("the inbox");
    await page.getByRole("textbox", { name: /comment/i }).fill("looks good");
    await page.getByRole("button", { name: /^approve/i }).click();
    const ended = await gaia.ended(run);
    expect(ended.status).toBe("completed");
    const { json } = await gaia.ask(`/api/v1/runs/${run}/events?limit=200`);
    expect(JSON.stringify(json)).toContain("looks good");
  });

  test("stops a run after asking, and retries what failed as a new run", async () => {
    const long = await gaia.startRun("name: long\ntasks:\n  - {id: sleep, command: sleep 300}\n");
    await gaia.reached(long, "sleep", "running");
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${long}`);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Let it run" }).click();
    expect((await gaia.job(long, "sleep")).status).toBe("running");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: /^stop/i }).click();
    expect((await gaia.ended(long)).status).toBe("cancelled");
    const bad = await gaia.run("name: bad\ntasks:\n  - {id: a, command: exit 1}\n");
    await browser.go(`/runs/${bad.id}`);
    await page.getByRole("button", { name: "Retry failed" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.includes(bad.id));
  });
});

describe("a run that has ended", () => {
  test("is run again with changed inputs, from a menu that opens on a page that was just loaded", async () => {
    const greet = `name: greet
inputs:
  who: {type: text, default: Ada}
  count: {type: number, default: 3}
tasks:
  - {id: hello, command: 'echo $\{inputs.who} $\{inputs.count}'}
`;
    const first = await gaia.run(greet);
    browser = await Browser.open(gaia);
    const { page } = browser;
    await browser.go(`/runs/${first.id}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await browser.accessible("the menu of a run");
    await page.getByRole("menuitem", { name: /changed inputs/ }).click();
    await page.getByLabel(/^count/).fill("many");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByText("“many” is no number.").waitFor();
    await page.getByLabel(/^count/).fill("5");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/runs/") && !url.pathname.includes(first.id));
    const made = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    expect((await gaia.ended(made)).inputs).toMatchObject({ who: "Ada", count: 5 });
  });

  test("says when its history cannot be read, and tries again when asked", async () => {
    const ended = await gaia.run("name: plain\ntasks:\n  - {id: a, command: 'true'}\n");
    browser = await Browser.open(gaia);
    const { page } = browser;
    let isBroken = true;
    await page.route(/\/runs\/[^/]+\/events/, (route) =>
      isBroken
        ? route.fulfill({ status: 503, contentType: "application/json", body: "{}" })
        : route.continue(),
    );
    await page.goto(`${browser.address}/runs/${ended.id}?at=2`);
    await page.getByRole("heading", { name: "This moment cannot be shown." }).waitFor({ timeout: 60_000 });
    isBroken = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("You look at the run as it was").waitFor();
    // The refusals that this test made.
    browser.complaints.length = 0;
  });
});

test("every room opens, with nothing to complain of", async () => {
  browser = await Browser.open(gaia);
  for (const room of [
    "/",
    "/inbox",
    "/pipelines",
    "/runs",
    "/triggers",
    "/activity",
    "/settings",
    "/system",
    "/keys",
  ]) {
    await browser.go(room);
    await browser.accessible(room);
  }
  await browser.page.keyboard.press("Control+k");
  await browser.page.getByRole("combobox").fill("release");
  await browser.page.getByRole("option").first().waitFor();
  await browser.accessible("the palette");
});
