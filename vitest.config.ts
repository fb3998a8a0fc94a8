import { configDefaults, defineConfig } from "vitest/config";

// `npm run check` leaves out what takes long: real kills, terminals, whole repositories, worlds.
const SLOW = [
  "e2e/**",
  "faults/**",
  "simulation/**",
  "tools/repository-report.test.ts",
  "**/zoo.test.ts",
  "**/crash*.test.ts",
  "**/*-faults.test.ts",
  "**/end-to-end.test.ts",
  "**/live-*.test.ts",
  "**/*.slow.test.ts",
];
const fast = process.env["GAIA_TESTS"] === "fast";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "tools/**/*.test.ts",
      "simulation/**/*.test.ts",
      "faults/**/*.test.ts",
      "e2e/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    exclude: [...configDefaults.exclude, ...(fast ? SLOW : [])],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
