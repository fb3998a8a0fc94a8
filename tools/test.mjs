// `npm test`: sets up what the tests need (dependencies, Debian packages), runs them all, prints the runner's closing
// lines. Arguments are passed on to vitest.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { readArguments } from "./arguments.mjs";
import { buildDashboard } from "./dashboard.mjs";
import { environmentFor, fail, findNode, installDependencies, root, run } from "./setup.mjs";

// Real counterparts that tests use, with the Debian package that brings each.
const TOOLS = [
  { command: "git", package: "git" },
  { command: "tmux", package: "tmux" },
  { command: "curl", package: "curl" },
  { command: "bash", package: "bash" },
  { command: "setsid", package: "util-linux" },
  { command: "chromium", package: "chromium" },
  { command: "openssl", package: "openssl" },
  { command: "go", package: "golang-go" },
  { command: "python3", package: "python3-venv", tries: ["-c", "import ensurepip, venv"] },
];

/** More files than these have not failed by chance. */
const MOST_TRIED_AGAIN = 5;

const USAGE = `usage: npm test -- [PATH]... [-t NAME] [--shard N/M] [--bail N] [-u]
  PATH          only tests whose path has this in it
  -t NAME       only tests whose name has this in it
  --shard N/M   the N-th of M parts
  --bail N      end after so many failures
  -u            keep what the tests see as what they should see
Others are arguments of vitest: npx vitest run --help.`;
readArguments(
  USAGE,
  {
    testNamePattern: { type: "string", short: "t" },
    shard: { type: "string" },
    bail: { type: "string" },
    update: { type: "boolean", short: "u" },
  },
  { mayName: true },
);
installDependencies();
await buildDashboard();
installTools(TOOLS.filter(({ command, tries }) => !has(command) || !runs(command, tries)));
const node = findNode();
const first = runTests(process.argv.slice(2));
const again = filesToTryAgain(first);
if (again.length === 0) {
  closingLine(first.counts);
  process.exit(first.status);
}
process.stderr.write(`\nWhat failed is tried once more: ${again.join(" ")}\n`);
const second = runTests(again);
closingLine(second.counts && together(first.counts, second.counts));
process.exit(second.status);

/** Runs vitest. Its exit status, and what it counted: null when it did not come that far. */
function runTests(words) {
  const folder = mkdtempSync(join(tmpdir(), "gaia-tests-"));
  const summary = join(folder, "summary.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${summary}`];
  const status = run(
    node,
    [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...reporters, ...words],
    { env: environmentFor(node) },
  );
  const counts = existsSync(summary) ? JSON.parse(readFileSync(summary, "utf8")) : null;
  rmSync(folder, { recursive: true, force: true });
  return { status, counts };
}

/**
 * The files with a failure, when all tests ran and few failed: a test that fails beside two hundred others and passes
 * alone is told apart from one that is broken. It is named either way, as what it is.
 */
function filesToTryAgain({ status, counts }) {
  if (status === 0 || counts === null || process.argv.length > 2) return [];
  const files = counts.testResults.filter((file) => file.status === "failed");
  return files.length > MOST_TRIED_AGAIN ? [] : files.map((file) => relative(root, file.name));
}

/** The counts of both runs, with each test counted once. */
function together(first, second) {
  const failed = (counts) =>
    counts.testResults.flatMap((file) =>
      file.assertionResults
        .filter((result) => result.status === "failed")
        .map((result) => `${relative(root, file.name)} > ${result.fullName}`),
    );
  const still = new Set(failed(second));
  const flaky = failed(first).filter((name) => !still.has(name));
  for (const name of flaky) process.stdout.write(`flaky: failed once, passed when tried again: ${name}\n`);
  return {
    numPassedTests: first.numTotalTests - first.numPendingTests - second.numFailedTests,
    numFailedTests: second.numFailedTests,
    numPendingTests: first.numPendingTests,
    flaky: flaky.length,
  };
}

/** One plain line for whoever counts: `12 passed, 0 failed`. */
function closingLine(counts) {
  if (counts === null) return;
  const { numPassedTests, numFailedTests, numPendingTests, flaky = 0 } = counts;
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
  const unsteady = flaky > 0 ? ` (${flaky} of them flaky)` : "";
  process.stdout.write(`${numPassedTests} passed${unsteady}, ${numFailedTests} failed${skipped}\n`);
}

function has(command) {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, command)));
}

/** Debian cuts some programs into packages: the command is there, and what the tests need of it is not. */
function runs(command, tries) {
  return tries === undefined || spawnSync(command, tries, { stdio: "ignore" }).status === 0;
}

function installTools(missing) {
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.package).join(" ");
  const names = missing.map((tool) => tool.command).join(", ");
  if (process.getuid?.() !== 0 || !has("apt-get"))
    fail(`The tests need ${names}. Install with:\n  sudo apt-get install -y ${packages}`);
  process.stderr.write(`Installing ${packages} for the tests\n`);
  const quiet = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  spawnSync("apt-get", ["update", "-qq"], quiet);
  const result = spawnSync(
    "apt-get",
    ["install", "-y", "-qq", "--no-install-recommends", ...packages.split(" ")],
    quiet,
  );
  if (result.status !== 0) fail(`apt-get could not install ${packages}. The tests need ${names}.`);
}
