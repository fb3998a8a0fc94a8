import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ticketPage } from "@gaia/contracts/files.ts";
import type { Environment } from "./client/endpoint.ts";

/**
 * The program that opens an address in a browser; null: nobody would see it. Over ssh the display, if there is one, is
 * another person's.
 */
export function browserProgram(environment: Environment, platform: NodeJS.Platform): string | null {
  const isSet = (name: string): boolean => (environment[name] ?? "") !== "";
  if (isSet("SSH_CONNECTION")) return null;
  if (platform === "darwin") return "open";
  return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") ? "xdg-open" : null;
}

/**
 * Opens an address that signs in, without waiting for the browser's end. What a program is started with can be read by
 * every user of the machine, so it is given a page of this user's that leads to the address. The server removes the
 * page when the ticket is used, and when it starts. False: that is not possible here.
 *
 * @param folder of the home's secrets
 */
export async function openBrowser(
  program: string,
  url: string,
  folder: string,
  environment: Environment,
): Promise<boolean> {
  const page = await writePage(url, folder).catch(() => null);
  return page !== null && start(program, page, environment);
}

function start(program: string, page: string, environment: Environment): Promise<boolean> {
  const child = spawn(program, [page], { detached: true, stdio: "ignore", env: { ...environment } });
  child.unref();
  return new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
}

/** @returns where it is */
async function writePage(url: string, folder: string): Promise<string> {
  const ticket = new URL(url).searchParams.get("ticket") ?? url;
  const page = join(folder, ticketPage(createHash("sha256").update(ticket).digest("hex")));
  const address = url.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const text = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${address}">
<title>Gaia</title>
<p><a href="${address}">Sign in to Gaia</a></p>
</html>
`;
  // With a server elsewhere there may be no home here.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(page, text, { mode: 0o600, flag: "wx" });
  return page;
}
