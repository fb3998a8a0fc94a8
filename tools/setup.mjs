// Set-up that runs on any Node ≥ 20: installs the dependencies when they are missing or out of date, and finds the
// Node 24 that came with them. Plain JavaScript without dependencies: nothing is installed when it runs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".gaia-setup");

/** Installs what package-lock.json names, once per state of that file. Returns the milliseconds that it took, 0 if nothing was to do. */
export function installDependencies() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20)
    fail(`Gaia's set-up needs Node 20 or newer to begin with; this is ${process.versions.node}.`);
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return 0;
  const startedAt = Date.now();
  // Scripts are off: no dependency of Gaia compiles or downloads anything when it is installed.
  // Not `npm ci`: it refuses a lockfile that lacks another platform's binaries, which npm itself writes so.
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = spawnSync("npm", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (result.status !== 0) {
    fail(
      `The dependencies could not be installed (npm ${args.join(" ")}):\n${result.stdout ?? ""}${result.stderr ?? result.error ?? ""}`,
    );
  }
  writeFileSync(stamp, wanted);
  return Math.max(1, Date.now() - startedAt);
}

/** Path of a Node that runs Gaia: the one that was brought along, else this one if it is new enough. */
export function findNode() {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  for (const name of names) {
    const path = join(root, "node_modules", name, "bin", "node");
    if (existsSync(path)) return path;
  }
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  fail(
    `Gaia needs Node 24, and npm has none for ${process.platform}-${process.arch}. Install Node 24 and run this again.`,
  );
}

/** Environment for Gaia's own processes: compiled code is kept, which makes every start after the first fast. */
export function environmentFor(node) {
  const cache =
    process.env.NODE_COMPILE_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gaia", "compile");
  try {
    mkdirSync(cache, { recursive: true });
  } catch {
    return { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ""}` };
  }
  return { ...process.env, NODE_COMPILE_CACHE: cache, PATH: `${dirname(node)}:${process.env.PATH ?? ""}` };
}

/** Runs a command in the foreground and returns its exit status. Signals reach it by the terminal. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error !== undefined) fail(`${command} cannot be run: ${result.error.message}`);
  return result.status ?? 1;
}

/** Ends with a sentence instead of a stack trace. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
