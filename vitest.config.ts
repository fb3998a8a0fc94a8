import { configDefaults, defineConfig } from "vitest/config";

// `npm run check` leaves out what takes long: real kills, terminals, whole repositories, worlds.
const SLOW = [
  "e2e/**",
  "faults/**",
  "bench/**",
  "simulation/**",
  "tools/repository-report.test.ts",
  "**/zoo.test.ts",
  "**/crash*.test.ts",
  "**/*-faults.test.ts",
  "**/*-departure.test.ts",
  "**/ensure-server.test.ts",
  "**/end-to-end.test.ts",
  "**/live-*.test.ts",
  "**/*.slow.test.ts",
];
const fast = process.env["GAIA_TESTS"] === "fast";

// Nothing in these rooms has a state that outlives a test, nor a process: one process does for all of their files, which
// takes a third of what a process for each takes.
const PURE = [
  "packages/core/src/**/*.test.ts",
  "packages/contracts/src/**/*.test.ts",
  "packages/web/src/**/*.test.ts",
];
const exclude = [...configDefaults.exclude, ...(fast ? SLOW : [])];
const test = { pool: "forks", testTimeout: 60_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { ...test, name: "pure", isolate: false, include: PURE, exclude } },
      {
        test: {
          ...test,
          name: "real",
          include: [
            "packages/*/src/**/*.test.ts",
            "tools/**/*.test.ts",
            "simulation/**/*.test.ts",
            "faults/**/*.test.ts",
            "e2e/**/*.test.ts",
            "bench/**/*.test.ts",
            "sdks/conformance/**/*.test.ts",
          ],
          exclude: [...exclude, ...PURE],
        },
      },
    ],
  },
});
