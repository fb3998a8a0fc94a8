// `npm test`: sets up what the tests need (dependencies, Debian packages), runs them all, prints the runner's closing
// lines. Arguments are passed on to vitest.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { buildDashboard } from "./dashboard.mjs";
import { environmentFor, fail, findNode, installDependencies, root, run } from "./setup.mjs";
import { closingLine, filesToTryAgain, flakyIn } from "./test-results.mjs";

// Real counterparts that tests use, with the Debian package that brings each.
const TOOLS = [
  { command: "git", package: "git" },
  { command: "tmux", package: "tmux" },
  { command: "curl", package: "curl" },
  { command: "bash", package: "bash" },
  { command: "setsid", package: "util-linux" },
  { command: "chromium", package: "chromium" },
  { command: "openssl", package: "openssl" },
  { command: "ssh", package: "openssh-client" },
  { command: "sshd", package: "openssh-server" },
  { command: "go", package: "golang-go" },
  { command: "python3", package: "python3-venv", tries: ["-c", "import ensurepip, venv"] },
  { command: "mvn", package: "maven" },
  { command: "javac", package: "default-jdk-headless" },
  { command: "make", package: "make" },
  { command: "cmake", package: "cmake" },
  { command: "g++", package: "g++" },
  {
    command: "pkg-config",
    package: "pkg-config libgrpc++-dev libprotobuf-dev libssl-dev",
    tries: ["--exists", "grpc++", "protobuf-lite", "libcrypto"],
  },
  { command: "protoc", package: "protobuf-compiler" },
  { command: "grpc_cpp_plugin", package: "protobuf-compiler-grpc" },
  {
    command: "ruby",
    package: "ruby ruby-grpc ruby-minitest",
    tries: ["-r", "grpc", "-r", "minitest", "-e", "1"],
  },
];

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
const words = process.argv.slice(2);
const first = runTests(words);
const again = first.status === 0 || words.length > 0 ? [] : filesToTryAgain(first.results);
if (again.length === 0) end(first.status, closingLine(first.results));
process.stderr.write(`\nWhat failed is tried once more: ${again.join(" ")}\n`);
const second = runTests(again);
for (const name of flakyIn(first.results, second.results))
  process.stdout.write(`flaky: failed once, passed when tried again: ${name}\n`);
end(second.status, closingLine(first.results, second.results));

/** Runs vitest. Ends with its status when it did not come as far as to tests. */
function runTests(given) {
  const folder = mkdtempSync(join(tmpdir(), "gaia-tests-"));
  const file = join(folder, "results.json");
  const reporters = ["--reporter=default", `--reporter=${join(root, "tools", "test-results.mjs")}`];
  const status = run(
    node,
    [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...reporters, ...given],
    {
      env: { ...environmentFor(node), GAIA_TEST_RESULTS: file },
    },
  );
  const results = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
  rmSync(folder, { recursive: true, force: true });
  if (results === null) process.exit(status);
  return { status, results };
}

function end(status, line) {
  process.stdout.write(`${line}\n`);
  process.exit(status);
}

function has(command) {
  // Daemons lie where not every user's PATH leads.
  return [...(process.env.PATH ?? "").split(":"), "/usr/sbin"].some((folder) =>
    existsSync(join(folder, command)),
  );
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
