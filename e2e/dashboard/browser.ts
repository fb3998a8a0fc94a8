import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { type BrowserContext, chromium, type ConsoleMessage, type Page } from "playwright-core";
import { expect } from "vitest";
import { CHROMIUM_FLAGS, chromiumPath } from "../../tools/chromium.ts";
import type { Gaia } from "../gaia.ts";

/** A person's browser: real Chromium on a fresh profile, signed in by a one-time address as a person is. */

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A port that is free now: a server that is started again has to be where the browser looks for it. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? String(address.port) : "0";
}

export type Theme = "light" | "dark";
export const WIDE = { width: 1280, height: 860 } as const;
export const NARROW = { width: 390, height: 844 } as const;

export class Browser {
  readonly page: Page;
  readonly address: string;
  readonly #context: BrowserContext;
  readonly #profile: string;
  /** What the page complained of: errors, and what the content security policy forbade. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, profile: string, address: string) {
    this.#context = context;
    this.page = page;
    this.#profile = profile;
    this.address = address;
    page.on("console", (message) => this.#heard(message));
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens the dashboard of a Gaia. `signedIn: false`: as a stranger. */
  static async open(
    gaia: Gaia,
    {
      theme = "light",
      size = WIDE,
      signedIn = true,
    }: {
      readonly theme?: Theme;
      readonly size?: { readonly width: number; readonly height: number };
      readonly signedIn?: boolean;
    } = {},
  ): Promise<Browser> {
    const executablePath = chromiumPath();
    const profile = mkdtempSync(join(tmpdir(), "gaia-browser-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: [...CHROMIUM_FLAGS],
      viewport: size,
      colorScheme: theme,
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    const { host, port } = gaia.tcp();
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(20_000);
    const browser = new Browser(context, page, profile, `http://${host}:${port}`);
    if (signedIn) await browser.signIn(gaia);
    return browser;
  }

  /** By the address that `gaia open` prints. */
  async signIn(gaia: Gaia): Promise<void> {
    const { json } = await gaia.post("/api/v1/session/tickets", {});
    await this.page.goto(String(json.url));
    await this.page.getByRole("main").waitFor();
  }

  /** Goes to a path, and waits until its heading is there. */
  async go(path: string): Promise<void> {
    await this.page.goto(this.address + path);
    await this.page.getByRole("heading", { level: 1 }).first().waitFor();
  }

  /** Fails when axe finds anything: rules of WCAG 2.2 A and AA, and best practice. */
  async accessible(what: string): Promise<void> {
    // By the debugger, which the content security policy does not bind.
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: (
            options: object,
          ) => Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
        };
      };
      // Experimental in axe, and so off: who speaks to the page says what he sees (WCAG 2.5.3).
      const { violations } = await axe.run({ rules: { "label-content-name-mismatch": { enabled: true } } });
      return violations.map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
      );
    });
    expect(found, `axe on ${what}`).toEqual([]);
  }

  /** Switches to a theme as a person would keep it. */
  async theme(theme: Theme): Promise<void> {
    await this.page.evaluate((chosen) => {
      const kept = JSON.parse(localStorage.getItem("gaia.preferences") ?? "{}");
      localStorage.setItem("gaia.preferences", JSON.stringify({ ...kept, theme: chosen }));
    }, theme);
    await this.page.reload();
    await this.page.getByRole("heading", { level: 1 }).first().waitFor();
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #heard(message: ConsoleMessage): void {
    if (message.type() === "error") this.complaints.push(message.text());
  }
}
