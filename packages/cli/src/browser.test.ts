import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { browserProgram, openBrowser } from "./browser.ts";
import { waitFor } from "./testing/command-line.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-browser-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a browser is opened where its user sits, and nowhere else", () => {
  const ssh = { SSH_CONNECTION: "10.0.0.1 50000 10.0.0.2 22", DISPLAY: "localhost:10.0" };
  expect([
    browserProgram({}, "linux"),
    browserProgram({ DISPLAY: "" }, "linux"),
    browserProgram({ DISPLAY: ":0" }, "linux"),
    browserProgram({ WAYLAND_DISPLAY: "wayland-0" }, "linux"),
    browserProgram(ssh, "linux"),
    browserProgram({}, "darwin"),
    browserProgram(ssh, "darwin"),
  ]).toEqual([null, null, "xdg-open", "xdg-open", null, "open", null]);
});

test("the address is handed over in a page of the user's, and not as an argument; a program that is not there is told", async () => {
  const seen = join(folder, "seen");
  const program = join(folder, "xdg-open");
  writeFileSync(program, `#!/bin/sh\nprintf '%s' "$1" > '${seen}.new'\nmv '${seen}.new' '${seen}'\n`);
  chmodSync(program, 0o755);
  const url = "http://127.0.0.1:4242/runs/run_1?ticket=a-b_c&x='$(id)'";
  const secrets = join(folder, "home", "secrets");
  expect(await openBrowser(program, url, secrets, {})).toBe(true);
  await waitFor("the program's word", () => existsSync(seen));
  const page = readFileSync(seen, "utf8");
  expect(page).toMatch(new RegExp(`^${secrets}/open-[0-9a-f]{16}\\.html$`));
  expect(statSync(page).mode & 0o777).toBe(0o600);
  expect(statSync(secrets).mode & 0o777).toBe(0o700);
  const text = readFileSync(page, "utf8");
  expect(text).toContain(
    `content="0; url=http://127.0.0.1:4242/runs/run_1?ticket=a-b_c&#38;x=&#39;$(id)&#39;"`,
  );
  expect(await openBrowser(join(folder, "gone"), `${url}2`, secrets, {})).toBe(false);
  // A page cannot be written where a file is in the way of the folder.
  expect(await openBrowser(program, url, join(page, "secrets"), {})).toBe(false);
});
