import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, NARROW, WIDE } from "./browser.ts";

/** Questions to a person, and who did what. */

function deploy(name: string): string {
  return `name: ${name}
tasks:
  - {id: build, command: echo built}
  - {id: lint, command: exit 3, on_error: continue}
  - {id: ask, type: approval, prompt: "Deploy ${name}?", description: "Seen on staging.", timeout: 24h, dependencies: [build, lint]}
  - {id: deploy, command: echo deployed, dependencies: [ask]}
`;
}

let gaia: Gaia;
let browser: Browser;
const runs: Record<string, string> = {};

beforeAll(async () => {
  gaia = await Gaia.start();
  for (const name of ["web", "api", "docs", "jobs"]) {
    await gaia.post("/api/v1/workflows", { definition: deploy(name) });
    runs[name] = String((await gaia.post(`/api/v1/workflows/${name}/start`, {})).json.run_id);
    await gaia.reached(runs[name], "ask", "waiting");
  }
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

describe("the inbox", () => {
  test("shows a question whole: what speaks for and against, and what follows", async () => {
    const { page } = browser;
    await browser.go("/inbox");
    // The one that has waited the longest is shown, and stands in the address.
    await page.getByRole("heading", { level: 1, name: "Deploy web?" }).waitFor();
    await page.waitForURL(/item=run_/);
    const detail = page.getByRole("article");
    await detail.getByText("Seen on staging.").waitFor();
    await detail.getByText("A yes lets deploy start.").waitFor();
    await detail.getByText("A no fails ask: deploy does not run and the run ends as failed.").waitFor();
    await detail.getByText("Without an answer by then it counts as a no.").waitFor();
    await detail.getByRole("link", { name: "log of lint" }).waitFor();
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      await browser.accessible(`a question, ${size.width}`);
    }
    await page.keyboard.press("j");
    await page.getByRole("heading", { level: 1, name: "Deploy api?" }).waitFor();
    await page.keyboard.press("k");
    await page.getByRole("heading", { level: 1, name: "Deploy web?" }).waitFor();
  });

  test("rejects with a comment, which is kept, and tells afterwards what became of it", async () => {
    const { page } = browser;
    const asked = page.url();
    await page.getByRole("textbox", { name: /comment/i }).fill("not on a Friday");
    await page.getByRole("button", { name: /^Reject/ }).click();
    expect((await gaia.ended(String(runs["web"]))).status).toBe("failed");
    expect((await gaia.job(String(runs["web"]), "ask")).reason).toContain("not on a Friday");
    expect((await gaia.job(String(runs["web"]), "deploy")).status).toBe("skipped");
    await page
      .getByRole("navigation", { name: "Open questions" })
      .getByText(/Rejected by .*not on a Friday/)
      .waitFor();
    await page.goto(asked);
    await page.getByRole("heading", { level: 1, name: /rejected.*not on a Friday/i }).waitFor();
    await browser.accessible("a question that was decided");
  });

  test("approves by a key, and not while a comment is typed", async () => {
    const { page } = browser;
    await browser.go(`/inbox?item=${(await question("api")).id}`);
    await page.getByText("A yes lets deploy start.").waitFor();
    await page.getByRole("textbox", { name: /comment/i }).pressSequentially("a very ready answer");
    expect((await gaia.job(String(runs["api"]), "ask")).status).toBe("waiting");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("a");
    expect((await gaia.ended(String(runs["api"]))).status).toBe("completed");
    expect((await gaia.job(String(runs["api"]), "ask")).reason).toContain("a very ready answer");
  });

  test("says who was faster", async () => {
    const { page } = browser;
    await browser.go(`/inbox?item=${(await question("docs")).id}`);
    await page.getByText("A yes lets deploy start.").waitFor();
    // What others do meanwhile does not reach this page: its answer does.
    await page.route("**/approve", async (route) => {
      await gaia.gaia("reject", String(runs["docs"]), "ask");
      await route.continue();
    });
    await page.getByRole("button", { name: /^Approve/ }).click();
    await page
      .getByText(/Already decided/)
      .or(page.getByRole("heading", { level: 1, name: /rejected by/i }))
      .waitFor();
    await page.unroute("**/approve");
    expect((await gaia.ended(String(runs["docs"]))).status).toBe("failed");
  });

  test("can be answered in the run, which asks before a no", async () => {
    const { page } = browser;
    await browser.go(`/runs/${runs["jobs"]}`);
    await page.getByRole("button", { name: "Decide", exact: true }).click();
    const panel = page.getByRole("complementary");
    await panel.getByRole("textbox", { name: /comment/i }).fill("too early");
    await panel.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Leave it open" }).click();
    expect((await gaia.job(String(runs["jobs"]), "ask")).status).toBe("waiting");
    await panel.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Reject it" }).click();
    expect((await gaia.ended(String(runs["jobs"]))).status).toBe("failed");
    expect((await gaia.job(String(runs["jobs"]), "ask")).reason).toContain("too early");
    await browser.go("/inbox");
    await page.getByRole("heading", { level: 1, name: "Nothing waits for you." }).waitFor();
    await browser.accessible("an empty inbox");
  });
});

describe("the activity", () => {
  test("tells who did what, and by what it is filtered", async () => {
    const { page } = browser;
    await browser.go("/activity");
    const entries = page.getByRole("main").getByRole("listitem");
    await entries.filter({ hasText: "The dashboard rejected ask of web #1: “not on a Friday”" }).waitFor();
    await entries
      .filter({ hasText: "The dashboard approved ask of api #1: “a very ready answer”" })
      .waitFor();
    await entries.filter({ hasText: "The command line rejected ask of docs #1" }).waitFor();
    await entries.filter({ hasText: "saved version 1 of web" }).waitFor();
    await page.getByRole("button", { name: "Decisions" }).click();
    await page.waitForURL(/kind=job/);
    await entries.filter({ hasText: "saved version 1 of web" }).waitFor({ state: "detached" });
    expect(await entries.count()).toBe(4);
    await page.getByLabel("Who").fill("local");
    await page.waitForURL(/actor=local/);
    await entries.filter({ hasText: "The dashboard" }).first().waitFor({ state: "detached" });
    expect(await entries.allInnerTexts()).toEqual([expect.stringContaining("rejected ask of docs #1")]);
    await page.getByLabel("Who").fill("");
    await page.getByLabel("Pipeline").fill("web");
    await page.waitForURL(/pipeline=web/);
    await entries.filter({ hasText: "docs" }).waitFor({ state: "detached" });
    await browser.accessible("the activity, filtered");
    // The address is the view.
    await page.reload();
    await entries.filter({ hasText: "rejected ask of web #1" }).getByRole("link", { name: "web #1" }).click();
    await page.waitForURL(new RegExp(`/runs/${runs["web"]}`));
  });
});

/** The open question of a run. */
async function question(name: string): Promise<{ readonly id: string }> {
  const { json } = await gaia.ask("/api/v1/inbox");
  return json.items.find(({ run }: { readonly run: { readonly id: string } }) => run.id === runs[name]);
}
