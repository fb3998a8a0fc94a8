// `npm run check`: format, lint, types, dead code, then the fast tests. Stops at the first that fails.
import { join } from "node:path";
import { readArguments } from "./arguments.mjs";
import { buildDashboard } from "./dashboard.mjs";
import { environmentFor, findNode, installDependencies, root, run } from "./setup.mjs";

readArguments(
  "usage: npm run check\n  format, lint, types, dead code and the fast tests, up to the first that fails",
  {},
);
installDependencies();
await buildDashboard({ typesOnly: true });
const node = findNode();
const env = environmentFor(node);
const bin = (name) => join(root, "node_modules", ".bin", name);

const STEPS = [
  ["format", bin("biome"), ["format", "."]],
  ["lint", bin("oxlint"), ["--type-aware", "--quiet"]],
  ["types", bin("tsc"), ["-p", "."]],
  ["types of the dashboard", bin("tsc"), ["-p", "packages/web"]],
  ["types of the SDK for Node", bin("tsc"), ["-p", "sdks/node"]],
  ["core is pure", bin("tsc"), ["-p", "packages/core"]],
  ["dead code", bin("knip"), []],
  ["fast tests", bin("vitest"), ["run", "--reporter=dot"]],
];

for (const [name, command, args] of STEPS) {
  const startedAt = Date.now();
  const status = run(command, args, { env: { ...env, GAIA_TESTS: "fast" } });
  process.stderr.write(
    `${status === 0 ? "✓" : "✗"} ${String(name)} ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
  if (status !== 0) process.exit(status);
}
