#!/usr/bin/env node
// The `gaia` command. Runs on any Node from 20 on: finds a Node that Gaia can run on, sets a fresh clone up, and hands
// over to src/main.ts. Plain JavaScript without dependencies, as nothing may be installed yet.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Which Node the project is tested with; another one that is newer is used only when this one did not come along. */
const NODE_MAJOR = 24;
const cli = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(cli));

setUpIfNeeded();
await handOver();

async function handOver() {
  const major = Number(process.versions.node.split(".")[0]);
  const brought = major === NODE_MAJOR ? null : findBroughtAlong();
  if (brought === null && major >= NODE_MAJOR) return runHere();
  if (brought === null) {
    fail(
      `Gaia needs Node ${NODE_MAJOR}; this is ${process.versions.node}, and none came along for ${process.platform}-${process.arch}.\n` +
        `  Install Node ${NODE_MAJOR} from https://nodejs.org, or run \`npm install\` in ${root}.`,
    );
  }
  runWith(brought);
}

/** This Node is new enough. The compiled code is kept, which makes every start but the first one fast. */
async function runHere() {
  const cache = compileCache();
  if (cache !== null) {
    module.enableCompileCache(cache);
    process.env.NODE_COMPILE_CACHE ??= cache; // for the server, the worker and the launcher that come of it
  }
  // The published package is JavaScript: Node does not strip types below node_modules.
  const [main] = ["../src/main.ts", "../src/main.js"]
    .map((path) => new URL(path, import.meta.url))
    .filter((url) => existsSync(url));
  const { runProcess } = await import(main.href);
  await runProcess(process.argv.slice(2), invokedAs());
}

/** Another Node, as a child: it gets the terminal, and signals that reach only this process. */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    argv0: invokedAs(),
  });
  // Ctrl-C reaches the child by the terminal; here it must only not end this process first.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"])
    process.on(signal, () => child.kill(signal));
  child.on("error", (reason) => fail(`${node} cannot be started: ${reason.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/** The Node that npm installed beside Gaia. */
function findBroughtAlong() {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  for (const folder of [join(root, "node_modules"), dirname(root)]) {
    for (const name of names) {
      const path = join(folder, name, "bin", "node");
      if (existsSync(path)) return path;
    }
  }
  return null;
}

/** A clone without its dependencies gets them once; an installed package has them. */
function setUpIfNeeded() {
  const setUp = join(root, "tools", "start.mjs");
  if (existsSync(join(root, "node_modules")) || !existsSync(setUp)) return;
  process.stderr.write("  Gaia is being set up, once …\n");
  // Results go to stdout, and this is none: what the set-up says goes to stderr.
  const result = spawnSync(process.execPath, [setUp, "--setup-only"], { stdio: ["ignore", 2, 2] });
  if (result.status !== 0) fail("The set-up failed. Run `npm install` to see why.", result.status ?? 1);
}

/** Null when no folder can be made: then every start compiles again. */
function compileCache() {
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache"));
  const folder = process.env.NODE_COMPILE_CACHE || join(base, "gaia", "compile");
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return null;
  }
}

/** `gaia-workflow` when that is the name this was called by, through this process or through the one before it. */
function invokedAs() {
  const handed = basename(process.argv0);
  return handed.startsWith("gaia") ? handed : basename(process.argv[1] ?? "gaia");
}

function fail(message, status = 2) {
  process.stderr.write(`  ✗ ${message}\n`);
  process.exit(status);
}
