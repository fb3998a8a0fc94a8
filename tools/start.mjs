// `npm start`: set-up, then the first run on a real example. `-- --once` ends after the run, `-- --repo PATH` looks at
// another repository, `-- --setup-only` only sets up.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { buildDashboard } from "./dashboard.mjs";
import { environmentFor, findNode, installDependencies, root } from "./setup.mjs";

const USAGE = `usage: npm start -- [--repo PATH] [--once] [--setup-only]
  --repo PATH    the repository to report on (this one)
  --once         end after the run
  --setup-only   only install what is needed`;
const values = readArguments(USAGE, {
  repo: { type: "string" },
  once: { type: "boolean" },
  "setup-only": { type: "boolean" },
});
const args = process.argv.slice(2);
const tookMs = installDependencies() + (await buildDashboard());
if (values["setup-only"] === true) process.exit(0);
const node = findNode();
const child = spawn(node, [join(root, "packages", "cli", "src", "main.ts"), "start", ...args], {
  stdio: "inherit",
  env: {
    ...environmentFor(node),
    GAIA_SETUP_MS: String(tookMs),
    GAIA_CALLER_DIR: process.env.INIT_CWD ?? process.cwd(),
  },
});
// Ctrl-C goes to the whole foreground group: the child decides when to end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
