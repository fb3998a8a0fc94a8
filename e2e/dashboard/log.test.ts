import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser } from "./browser.ts";

/** A log of its own page, long and while it is written; and what a task reports, which is nobody's script. */

const LINES = 4_000;
const TALKER = `name: talker
tasks:
  - id: long
    command: 'i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); if [ $((i % 1000)) = 0 ]; then echo "needle $i"; else echo "hay $i"; fi; done'
  - id: slow
    command: 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo "early $i"; done; while [ ! -e more ]; do sleep 0.05; done; echo "it goes on"; while [ ! -e end ]; do sleep 0.05; done; echo "that was all"'
  - id: report
    command: cat "$REPORT" >> "$GAIA_SUMMARY"; cat "$REPORT"
    env: {REPORT: "\${inputs.report}"}
inputs:
  report: {type: text}
`;
const REPORT = `# Tested

<script>globalThis.foreign = "script"</script>
<img src="x" onerror="globalThis.foreign = 'handler'">
<svg onload="globalThis.foreign = 'svg'"></svg>

[here](javascript:globalThis.foreign='link') and [there](https://example.org/there)

![picture](https://example.org/who-looks.png)

[data](data:text/html,<script>globalThis.foreign='data'</script>)
`;

let gaia: Gaia;
let browser: Browser;
let run = "";

beforeAll(async () => {
  gaia = await Gaia.start();
  run = await gaia.startRun(TALKER, { inputs: { report: gaia.write("report.md", REPORT) } });
  await gaia.reached(run, "long", "completed");
  await gaia.reached(run, "report", "completed");
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

describe("a log", () => {
  test("is searched by keys, from hit to hit, with the search in the address", async () => {
    const { page } = browser;
    await browser.go(`/runs/${run}/log/long`);
    await page.getByText(/^4,000 lines/).waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    await page.getByText("4 hits").waitFor();
    await page.waitForURL(/q=needle/);
    await page.keyboard.press("Enter");
    await page.getByText(/^[1-4] of 4$/).waitFor();
    const first = await page.getByText(/^[1-4] of 4$/).innerText();
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    await page.getByText(first, { exact: true }).waitFor({ state: "detached" });
    await page.keyboard.press("Shift+N");
    await page.getByText(first, { exact: true }).waitFor();
    await browser.accessible("a searched log");
    await page.getByRole("searchbox").fill("nowhere to be found");
    await page.getByText("No hit").waitFor();
  });

  test("leads by an address to a line, and to several", async () => {
    const { page } = browser;
    await browser.go(`/runs/${run}/log/long?line=2500`);
    await page.getByText("hay 2500", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Line 2,503", exact: true }).click({ modifiers: ["Shift"] });
    await page.waitForURL(/line=2500-2503/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy link to line 2500-2503" }).click();
    await page.getByText("Link to line 2500-2503 copied.").waitFor();
    const link = String(await page.evaluate("navigator.clipboard.readText()"));
    expect(new URL(link).searchParams.get("line")).toBe("2500-2503");
    const other = await Browser.open(gaia);
    await other.page.goto(link);
    await other.page.getByText("hay 2503", { exact: true }).waitFor();
    expect(await other.page.getByText("hay 1", { exact: true }).count()).toBe(0);
    await other.close();
  });

  test("is downloaded as it was written", async () => {
    const { page } = browser;
    await browser.go(`/runs/${run}/log/long`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("long.1.log");
    expect(readFileSync(await download.path())).toEqual(await gaia.log(run, "long"));
  });

  test("is followed while it is written, and lets go when it is scrolled back", async () => {
    const { page } = browser;
    await browser.go(`/runs/${run}/log/slow`);
    const follow = page.getByRole("button", { name: "Following" });
    await follow.waitFor();
    await page.getByText("early 200", { exact: true }).waitFor();
    await page.getByRole("region", { name: /^Lines of attempt/ }).hover();
    await page.mouse.wheel(0, -10_000);
    await page.getByText("early 1", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Follow", exact: true }).waitFor();
    gaia.write("more", "");
    await page.getByRole("button", { name: "1 new line" }).waitFor();
    // Nothing moved: who reads goes on reading.
    expect(await page.getByText("early 1", { exact: true }).isVisible()).toBe(true);
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("f");
    await page.getByText("it goes on").waitFor();
    await follow.waitFor();
    gaia.write("end", "");
    await page.getByText("that was all").waitFor();
    await page.getByRole("button", { name: /^Follow/ }).waitFor({ state: "detached" });
  });
});

describe("what a task writes", () => {
  test("is read as Markdown, and nothing of it runs or asks another server", async () => {
    const { page } = browser;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await browser.go(`/runs/${run}?job=report`);
    const panel = page.getByRole("complementary");
    await panel.getByRole("heading", { name: "Tested" }).waitFor();
    await panel.getByText(`<script>globalThis.foreign = "script"</script>`).first().waitFor();
    const found = await panel.evaluate((element) => ({
      active: element.querySelectorAll("script, iframe, object, embed, img[src^=http], [onerror], [onload]")
        .length,
      addresses: [...element.querySelectorAll("a[target=_blank]")].map((link) => [
        link.getAttribute("href"),
        link.getAttribute("rel"),
      ]),
    }));
    expect(found.active).toBe(0);
    const rel = "noopener noreferrer nofollow";
    expect(found.addresses).toEqual([
      ["https://example.org/there", rel],
      ["https://example.org/who-looks.png", rel],
    ]);
    await browser.accessible("a summary that means harm");
    await browser.go(`/runs/${run}/log/report`);
    await page.getByText("<svg onload").waitFor();
    expect(await page.evaluate("typeof globalThis.foreign")).toBe("undefined");
    expect(asked.filter((url) => !url.startsWith(browser.address) && !url.startsWith("data:"))).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
