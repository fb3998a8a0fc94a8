import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GitHttpServer } from "../../packages/git/src/testing/http-server.ts";
import { TestRepository } from "../../packages/git/src/testing/repositories.ts";
import { Gaia } from "../gaia.ts";
import { Browser, type Theme } from "./browser.ts";
import { writePicture } from "./picture.ts";

/**
 * The pictures of docs/dashboard.md: the way through the dashboard that the page describes, on real runs. To take them
 * anew: `node tools/dashboard.mjs && GAIA_WRITE_DOCS=1 npx vitest run e2e/dashboard/pictures.test.ts`.
 */

const WRITES = process.env["GAIA_WRITE_DOCS"] === "1";
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SIZE = { width: 1280, height: 760 } as const;

const STOREFRONT = `name: storefront
description: Builds the shop, tests it in four shards, and puts it on staging.
tags: [shop, release]
inputs:
  target: {type: choice, choices: [staging, production], default: staging, description: Where it goes}
tasks:
  - {id: install, command: 'echo "added 412 packages in 3 s"; sleep 0.4'}
  - {id: lint, command: 'echo "no problems in 96 files"; sleep 0.3', dependencies: [install]}
  - id: test
    command: |
      echo "shard \${matrix.shard} of 4"
      for name in cart checkout search orders; do echo "ok $name.test.ts"; sleep 0.1; done
      if [ "\${inputs.target} \${matrix.shard}" = "production 3" ]; then
        echo "FAIL checkout.test.ts: a voucher is taken once"
        echo "  error: expected 1 redemption, but there were 2"
        echo "    at redeem (src/checkout/voucher.ts:41:9)"
        exit 1
      fi
    matrix: {shard: [1, 2, 3, 4]}
    dependencies: [install]
    fail_fast: false
  - {id: pack, command: 'echo packed', dependencies: [lint, test]}
  - {id: deploy, command: 'echo deployed', dependencies: [pack]}
`;
const IMPORT = `name: import-orders
description: Takes in the orders of the last hour.
triggers:
  - cron: "15 * * * *"
tasks:
  - {id: fetch, command: 'echo "1,204 orders"; sleep 300', timeout: 1h}
  - {id: load, command: echo loaded, dependencies: [fetch]}
`;

let gaia: Gaia;
let browser: Browser;
let report = "";
let failed = "";

beforeAll(async () => {
  gaia = await Gaia.start();
  const example = (name: string): string =>
    readFileSync(join(ROOT, "examples", name, `${name}.yaml`), "utf8");
  for (const definition of [STOREFRONT, IMPORT, example("hello"), example("nightly"), example("approval")])
    await gaia.post("/api/v1/workflows", { definition });
  const starts = async (name: string, inputs = {}): Promise<string> => {
    const reply = await gaia.post(`/api/v1/workflows/${name}/start`, { inputs });
    return String(reply.json.run_id);
  };
  const often = [
    "storefront",
    "hello",
    "storefront",
    "nightly",
    "hello",
    "storefront",
    "nightly",
    "storefront",
  ];
  for (const run of await Promise.all(often.map((name) => starts(name)))) await gaia.ended(run);
  failed = await starts("storefront", { target: "production" });
  await gaia.ended(failed);
  const asking = await starts("approval");
  await gaia.reached(asking, "approve", "waiting");
  report = await startReport();
  expect((await gaia.ended(report)).status).toBe("completed");
  await gaia.reached(await starts("import-orders"), "fetch", "running");
  browser = await Browser.open(gaia, { size: SIZE });
});
afterAll(async () => {
  await browser?.close();
  await gaia?.close();
});

/** The example on a repository of some commits: its own folder. */
async function startReport(): Promise<string> {
  const folder = join(gaia.folder, "repository");
  mkdirSync(folder);
  const git = (...words: readonly string[]): void => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"];
    execFileSync("git", [...who, ...words], { cwd: folder, stdio: "ignore" });
  };
  git("init");
  for (const part of ["examples", "packages/core/src", "packages/web/src/home"]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    git("add", "-A");
    git("commit", "--no-verify", "-m", `Add ${part}`);
  }
  const example = join(folder, "examples", "repository-report");
  const definition = readFileSync(join(example, "repository-report.yaml"), "utf8");
  await gaia.post("/api/v1/workflows", { definition, work_dir: example });
  return gaia.startRun(definition, { work_dir: example });
}

async function picture(name: string, page: Page = browser.page): Promise<void> {
  if (!WRITES) return;
  // The pointer and the focus of a way there say nothing to who looks.
  await page.mouse.move(0, 0);
  await page.evaluate("document.fonts.ready.then(() => true)");
  writePicture(join(ROOT, "docs", "images", `${name}.png`), await page.screenshot());
}

test.each(["light", "dark"] as const)(
  "home says what is wrong, what waits and what runs (%s)",
  async (theme: Theme) => {
    const { page } = browser;
    await browser.go("/");
    await browser.theme(theme);
    await page
      .getByRole("region", { name: "Needs you" })
      .getByRole("link", { name: /^Deploy storefront/ })
      .waitFor();
    await page
      .getByRole("region", { name: "Working now" })
      .getByRole("link", { name: /import-orders/ })
      .waitFor();
    await page
      .getByRole("region", { name: "Failed lately" })
      .getByRole("link", { name: /storefront/ })
      .waitFor();
    await picture(theme === "light" ? "home" : "home-dark");
    await browser.theme("light");
  },
);

test("the inbox asks with what speaks for and against", async () => {
  const { page } = browser;
  await browser.go("/inbox");
  await page.getByRole("heading", { level: 1, name: /^Deploy storefront/ }).waitFor();
  await page.getByText("A yes lets deploy start.").waitFor();
  await picture("inbox");
});

test("a run shows its graph, and a job beside it", async () => {
  const { page } = browser;
  await browser.go(`/runs/${report}?job=inventory`);
  await page.getByRole("complementary").getByRole("heading", { name: "inventory", exact: true }).waitFor();
  await page.getByRole("link", { name: /^report .*completed/i }).waitFor();
  await picture("run");
});

test("the timeline says where the time went", async () => {
  const { page } = browser;
  await browser.go(`/runs/${report}?tab=timeline`);
  await page.getByText(/The longest chain was open, then/).waitFor();
  await picture("timeline");
});

test("the log leads to the error", async () => {
  const { page } = browser;
  await browser.go(`/runs/${failed}/log/${encodeURIComponent("test[shard=3]")}?q=voucher`);
  await page.getByText(/expected 1 redemption/).waitFor();
  await page.getByText("2 hits").waitFor();
  await picture("log");
});

test("a run is seen as it was", async () => {
  const { page } = browser;
  await browser.go(`/runs/${failed}?at=12`);
  await page.getByText("You look at the run as it was").waitFor();
  await picture("time-travel");
});

test("a pipeline has its last runs, and what it needs to start", async () => {
  const { page } = browser;
  await browser.go("/pipelines");
  await page.getByRole("row", { name: /storefront/ }).waitFor();
  await page.getByRole("row", { name: /repository-report/ }).waitFor();
  await picture("pipelines");
});

test("the editor draws what is written", async () => {
  const { page } = browser;
  await browser.go("/editor?pipeline=storefront");
  await page.getByText("The text is right, and saved.").waitFor();
  await picture("editor");
});

test("a program that cannot be built says why", async () => {
  const { page } = browser;
  const root = join(gaia.folder, "programs");
  const repository = new TestRepository(join(root, "orders"));
  const error = "orders.go:41:9: undefined: totalOf";
  const commands = ["echo 'compiling 12 packages'", `echo '${error}' >&2; exit 1`];
  repository.commit("Sum up the orders", {
    "gaia.yaml": `language: go\nbuild: ${JSON.stringify(commands)}\nstart: [./orders]\n`,
  });
  const server = await GitHttpServer.start(root);
  try {
    const { json } = await gaia.post("/api/v1/pipelines", { source: server.url("orders"), branch: "main" });
    await gaia.ended(String(json.build.run_id));
    await browser.go("/pipelines/orders");
    await page.getByRole("heading", { level: 1, name: "orders could not be built yet." }).waitFor();
    await page.getByText(error, { exact: true }).waitFor();
    await page.getByRole("region", { name: "Builds, table" }).getByRole("row", { name: /#1/ }).waitFor();
    await picture("program");
  } finally {
    await server.close();
  }
});
