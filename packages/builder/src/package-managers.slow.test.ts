import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { testBuilder } from "./testing/builder.ts";

/** Pipelines whose lockfile is that of another package manager than npm, built for real by each. */

// Downloads come from a registry that may be slow.
const BUILD_MS = 600_000;

const SDK = fileURLToPath(new URL("../../../sdks/node/", import.meta.url));
const OF_SDK = ["src", "index.d.ts", "testing.d.ts", "package.json"];
const builder = testBuilder();

const MANAGERS = [
  { title: "yarn 1", name: "yarn", install: "yarn@1", lockfile: "yarn.lock" },
  { title: "yarn of today", name: "yarn", install: "@yarnpkg/cli-dist", lockfile: "yarn.lock" },
  { title: "pnpm", name: "pnpm", install: "pnpm", lockfile: "pnpm-lock.yaml" },
] as const;

describe.each(MANAGERS)("$title", ({ title, name, install, lockfile }) => {
  const tool = join(builder.folder, "tools", title);
  const path = [join(tool, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
  let source = "";

  beforeAll(() => {
    mkdirSync(tool, { recursive: true });
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefix", tool, install], {
      cwd: tool,
      stdio: "pipe",
    });
    source = pipelineSource(title);
    // As its author does; nothing of it stays in the home of who runs this test.
    execFileSync(name, ["install"], {
      cwd: source,
      stdio: "pipe",
      env: {
        ...process.env,
        PATH: path,
        XDG_CACHE_HOME: join(tool, "cache"),
        XDG_DATA_HOME: join(tool, "data"),
        XDG_STATE_HOME: join(tool, "state"),
        YARN_CACHE_FOLDER: join(tool, "cache"),
        YARN_GLOBAL_FOLDER: join(tool, "global"),
        YARN_ENABLE_TELEMETRY: "0",
        YARN_ENABLE_IMMUTABLE_INSTALLS: "0",
      },
    });
    for (const made of ["node_modules", ".pnp.cjs", ".pnp.loader.mjs", ".yarn"])
      rmSync(join(source, made), { recursive: true, force: true });
    expect(existsSync(join(source, lockfile))).toBe(true);
  }, BUILD_MS);

  test(
    "builds a pipeline from its lockfile, and keeps what it fetched in the cache of builds",
    async () => {
      const ran = await builder.run(builder.words(source), { PATH: path });
      expect(ran.status, ran.out).toBe(0);
      expect(ran.out).toMatch(new RegExp(`^\\$ ${name} install --(frozen-lockfile|immutable)$`, "m"));
      expect(ran.outputs["jobs"]).toBe("3");
      expect(readdirSync(join(builder.cache, name))).not.toEqual([]);
      const home = readdirSync(join(builder.cache, "home"), { recursive: true, encoding: "utf8" });
      expect(home.filter((file) => /\.(zip|tgz)$|(^|\/)store\//.test(file))).toEqual([]);
    },
    BUILD_MS,
  );

  test(
    "builds it from the dependencies of an earlier build when something else has changed",
    async () => {
      writeFileSync(join(source, "README.md"), "Another text.\n");
      const ran = await builder.run(builder.words(source), { PATH: path });
      expect(ran.status, ran.out).toBe(0);
      expect(ran.out).toContain("dependencies of an earlier build");
      expect(ran.outputs).toMatchObject({ cached: "false", jobs: "3" });
    },
    BUILD_MS,
  );

  test("is named when it is missing, with what installs it", async () => {
    const bin = join(builder.folder, `without-${title}`);
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const { outputs } = await builder.run(builder.words(source, "--rebuild"), { PATH: bin });
    expect(outputs["error"]).toBe(
      `The build needs \`${name}\`, which is not installed here. Install it on the worker's machine: npm install -g ${name}`,
    );
  });
});

/** The template of a pipeline with the SDK beside it, as `gaia init pipeline` makes it. */
function pipelineSource(title: string): string {
  const template = join(SDK, "template");
  const files = readdirSync(template).map((file) => [
    file,
    readFileSync(join(template, file), "utf8").replaceAll("@NAME@", "orders"),
  ]);
  const source = builder.source(title, {
    ...Object.fromEntries(files),
    // Newer ones install nothing where scripts of dependencies are neither allowed nor refused.
    "pnpm-workspace.yaml": "strictDepBuilds: false\n",
  });
  for (const name of OF_SDK) cpSync(join(SDK, name), join(source, "gaia-sdk", name), { recursive: true });
  return source;
}
