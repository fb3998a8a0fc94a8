import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { CHROMIUM_FLAGS, chromiumPath } from "../../tools/chromium.ts";
import { onEnd } from "../cleanup.ts";
import { Lab } from "../lab.ts";

/** A Gaia of its own whose dashboard is looked at: over TCP, in a real Chromium that has nothing cached. */

const SIZE = { width: 1280, height: 860 } as const;

export interface Dashboard {
  readonly lab: Lab;
  /** Without a path. */
  readonly address: string;
  /** A page of somebody who is signed in and has never been here. Its context is the caller's to close. */
  readonly fresh: () => Promise<Page>;
}

/**
 * @param prepare done with the home before the server starts
 * @param environment added to the server's
 */
export async function withDashboard<T>(
  use: (dashboard: Dashboard) => Promise<T>,
  prepare: (home: string) => Promise<void> = () => Promise.resolve(),
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  build();
  const lab = new Lab();
  let browser: Chromium | null = null;
  try {
    await prepare(lab.home);
    await lab.start({ GAIA_LISTEN: "127.0.0.1", GAIA_PORT: "0", ...environment });
    browser = await Chromium.open();
    return await use({ lab, address: lab.address(), fresh: await browser.signedIn(lab) });
  } finally {
    await browser?.close();
    await lab.stop();
  }
}

class Chromium {
  readonly #browser: Browser;
  readonly close: () => Promise<void>;

  private constructor(browser: Browser) {
    this.#browser = browser;
    this.close = onEnd(() => browser.close());
  }

  static async open(): Promise<Chromium> {
    // What interrupts the benchmark is handled by it.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    const args = [...CHROMIUM_FLAGS];
    return new Chromium(await chromium.launch({ executablePath: chromiumPath(), args, ...signals }));
  }

  /** Signs in as a person does. Answers how to open a page with that session in a context without any cache. */
  async signedIn(lab: Lab): Promise<() => Promise<Page>> {
    const { status, body } = await lab.call("POST", "/api/v1/session/tickets", {});
    if (status !== 201) throw new Error(`no ticket to sign in: ${JSON.stringify(body)}`);
    const first = await this.#browser.newContext();
    const page = await first.newPage();
    await page.goto((body as { url: string }).url);
    await page.getByRole("main").waitFor();
    const storageState = await first.storageState();
    await first.close();
    // What is waited for is evaluated in the page, which its policy forbids to a page's own scripts.
    return async () => {
      const context = await this.#browser.newContext({ storageState, viewport: SIZE, bypassCSP: true });
      const opened = await context.newPage();
      opened.setDefaultTimeout(120_000);
      return opened;
    };
  }
}

function build(): void {
  const builder = fileURLToPath(new URL("../../tools/dashboard.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [builder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the dashboard could not be built: ${stderr}`);
}
