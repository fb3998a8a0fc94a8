import { existsSync } from "node:fs";

/** The Chromium in which the dashboard is tested and measured. */

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** It asks nobody but us: without these flags it looks for updates, and a machine's network may answer with noise. */
export const CHROMIUM_FLAGS: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @throws Error that says how to install it, when there is none */
export function chromiumPath(): string {
  const path = PLACES.find((place) => existsSync(place));
  if (path === undefined)
    throw new Error("Chromium is not installed. On Debian: apt-get install -y chromium");
  return path;
}
