import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gaia } from "../gaia.ts";
import { Browser, freePort, NARROW, WIDE } from "./browser.ts";

const FIRST = "first-S3cret/value";
const SECOND = "second-S3cret/value";

let gaia: Gaia;
let browser: Browser;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: { GAIA_PORT: await freePort() } });
  browser = await Browser.open(gaia);
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** What the server has, with its value, over the socket. */
async function valueOf(name: string): Promise<string> {
  return String((await gaia.post(`/api/v1/secrets/${name}/reveal`, {})).json.value);
}

/** Everything that the page holds, fields included. */
async function everything(): Promise<string> {
  const fields = await browser.page.locator("input, textarea").all();
  const values = await Promise.all(fields.map((field) => field.inputValue()));
  return [await browser.page.content(), ...values].join("\n");
}

test("an empty page says how to begin, and the palette and the side lead to it", async () => {
  const { page } = browser;
  await browser.go("/");
  await page.getByRole("link", { name: "Secrets" }).click();
  await page.getByRole("heading", { level: 1, name: "No secrets are stored." }).waitFor();
  await browser.accessible("no secrets");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("secrets");
  await page.getByRole("option", { name: /^Secrets/ }).waitFor();
  await page.keyboard.press("Escape");
});

test("a secret is added; what is wrong is said beside the field, and the value does not come back", async () => {
  const { page } = browser;
  await browser.go("/secrets");
  await page.getByRole("button", { name: "Add a secret" }).click();
  await page.getByLabel("Name").fill("1TOKEN");
  await page.getByLabel("Value").fill("1234");
  await page.getByRole("button", { name: "Store it" }).click();
  await page.getByText("no digit first").waitFor();
  await page.getByText("could not be masked").waitFor();
  await browser.accessible("a form with problems");
  await page.getByLabel("Name").fill("DEPLOY_TOKEN");
  await page.getByLabel("Value").fill(FIRST);
  await page.getByLabel("For").fill("deploy-*, nightly");
  await page.getByLabel("Description").fill("for the registry");
  await page.getByRole("button", { name: "Store it" }).click();
  await page.getByRole("heading", { level: 1, name: "One secret, for chosen pipelines only." }).waitFor();
  await page.getByRole("row", { name: /DEPLOY_TOKEN.*for the registry.*deploy-\*, nightly/ }).waitFor();
  expect(await valueOf("DEPLOY_TOKEN")).toBe(FIRST);
  expect(await everything()).not.toContain(FIRST);
});

test("its value is replaced, or only what is said of it; versions say who and when", async () => {
  const { page } = browser;
  await browser.go("/secrets?secret=DEPLOY_TOKEN");
  const detail = page.getByRole("region", { name: "DEPLOY_TOKEN" });
  expect(await detail.getByLabel("New value").inputValue()).toBe("");
  await detail.getByLabel("New value").fill(SECOND);
  await detail.getByRole("button", { name: "Store a new version" }).click();
  await detail.getByRole("list", { name: "Versions that are kept" }).getByRole("listitem").nth(1).waitFor();
  expect(await valueOf("DEPLOY_TOKEN")).toBe(SECOND);
  expect(await detail.getByLabel("New value").inputValue()).toBe("");
  await detail.getByLabel("For").fill("");
  await detail.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "One secret, for every pipeline." }).waitFor();
  expect(await valueOf("DEPLOY_TOKEN")).toBe(SECOND);
  const text = await everything();
  for (const value of [FIRST, SECOND]) expect(text).not.toContain(value);
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(kept).not.toContain("S3cret");
});

test("who uses it is told, with a link, and who would be refused", async () => {
  const { page } = browser;
  const using = (name: string) =>
    gaia.post("/api/v1/workflows", {
      definition: `name: ${name}\ntasks: [{ id: upload, command: x, secrets: [DEPLOY_TOKEN] }]\n`,
    });
  expect((await using("deploy-eu")).status).toBe(201);
  expect((await using("other")).status).toBe(201);
  expect((await gaia.post("/api/v1/secrets", { name: "DEPLOY_TOKEN", scopes: ["deploy-*"] })).status).toBe(
    200,
  );
  await browser.go("/secrets?secret=DEPLOY_TOKEN");
  const uses = page.getByRole("list", { name: "Pipelines that use it" });
  await uses.getByRole("listitem").filter({ hasText: "deploy-eu" }).getByText("upload").waitFor();
  await uses.getByRole("listitem").filter({ hasText: "other" }).getByText("not in scope").waitFor();
  expect(await uses.getByText("not in scope").count()).toBe(1);
  await browser.accessible("who uses it");
  await uses.getByRole("link", { name: "deploy-eu" }).click();
  await page.waitForURL("**/pipelines/deploy-eu");
  expect((await gaia.post("/api/v1/secrets", { name: "DEPLOY_TOKEN", scopes: [] })).status).toBe(200);
});

test("an old version is removed after a question; the newest has no such button", async () => {
  const { page } = browser;
  await browser.go("/secrets?secret=DEPLOY_TOKEN");
  const versions = page.getByRole("list", { name: "Versions that are kept" }).getByRole("listitem");
  await versions.nth(1).waitFor();
  expect(await versions.nth(0).getByRole("button").count()).toBe(0);
  await versions.nth(1).getByRole("button", { name: "Remove version 1" }).click();
  const question = page.getByRole("alertdialog", { name: "Remove version 1 of DEPLOY_TOKEN?" });
  await browser.accessible("the question about a version");
  await question.getByRole("button", { name: "Remove it" }).click();
  await versions.nth(1).waitFor({ state: "detached" });
  const kept = await gaia.ask("/api/v1/secrets/DEPLOY_TOKEN/versions");
  expect(kept.json.items).toMatchObject([{ version: 2 }]);
});

test("the page is readable for everybody: both themes, wide and narrow", async () => {
  const { page } = browser;
  for (const theme of ["dark", "light"] as const) {
    await browser.theme(theme);
    for (const size of [NARROW, WIDE]) {
      await page.setViewportSize(size);
      await browser.go("/secrets?secret=DEPLOY_TOKEN");
      await page.getByRole("region", { name: "DEPLOY_TOKEN" }).getByRole("listitem").first().waitFor();
      await browser.accessible(`secrets, ${theme}, ${size.width}`);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width).toBeLessThanOrEqual(size.width);
    }
  }
});

test("the activity tells what was done, without a value", async () => {
  const { page } = browser;
  await browser.go("/activity?kind=secret");
  await page.getByText("The dashboard stored the secret").waitFor();
  await page.getByText("looked at version 2 of the secret").first().waitFor();
  expect(await everything()).not.toContain("S3cret");
});

test("a locked store says so and what to do", async () => {
  const { page } = browser;
  const key = join(gaia.home, "secrets", "vault-key");
  const kept = readFileSync(key);
  renameSync(key, `${key}.kept`);
  await gaia.killServer();
  await gaia.startServer();
  await browser.go("/secrets");
  await page.getByRole("heading", { level: 1, name: "The secrets are locked." }).waitFor();
  await page.getByText("The master key of the secret store is missing").waitFor();
  await browser.accessible("a locked store");
  writeFileSync(key, kept, { mode: 0o600 });
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "One secret, for every pipeline." }).waitFor();
});

test("a secret is removed after a question, whose safe answer has the focus", async () => {
  const { page } = browser;
  await browser.go("/secrets?secret=DEPLOY_TOKEN");
  await page.getByRole("button", { name: "Remove DEPLOY_TOKEN" }).click();
  const question = page.getByRole("alertdialog", { name: "Remove DEPLOY_TOKEN?" });
  await question.waitFor();
  await browser.accessible("the question");
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "hidden" });
  expect(await valueOf("DEPLOY_TOKEN")).toBe(SECOND);
  await page.getByRole("button", { name: "Remove DEPLOY_TOKEN" }).click();
  await question.getByRole("button", { name: "Remove it" }).click();
  await page.getByRole("heading", { level: 1, name: "No secrets are stored." }).waitFor();
  expect((await gaia.ask("/api/v1/secrets/DEPLOY_TOKEN")).status).toBe(404);
});

test("the page had nothing to complain of", () => {
  // The server that was killed and started again was missed meanwhile.
  const others = browser.complaints.filter(
    (text) => !/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_CONNECTION_RESET/.test(text),
  );
  expect(others).toEqual([]);
});
