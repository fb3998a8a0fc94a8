import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { StartCommand } from "../port.ts";

/**
 * Pipelines on the SDKs that are published, built from `programs/` with each language's own tools. A build is kept
 * under `node_modules/.cache`, by the content of its sources.
 */

const SOURCES = fileURLToPath(new URL("./programs/", import.meta.url));
const CACHE = fileURLToPath(new URL("../../../../node_modules/.cache/gaia-programs/", import.meta.url));
/** Cold, on a slow machine whose registry is slow as well. */
export const BUILD_MS = 600_000;

export type PublishedLanguage = "golang" | "python" | "java" | "nodejs";

interface Recipe {
  readonly folder: string;
  /** What builds it, and the Debian package that brings it. */
  readonly tool: string;
  readonly package: string;
  build(folder: string): Promise<void>;
  command(folder: string): StartCommand;
}

/** With the headers for what is compiled. */
const NODE_20 = `runtime/node_modules/node/node_modules/node-${process.platform}-${process.arch}`;

const RECIPES: Readonly<Record<PublishedLanguage, Recipe>> = {
  golang: {
    folder: "go",
    tool: "go",
    package: "golang-go",
    build: (folder) => perform("go", ["build", "-o", "pipeline_golang"], folder),
    command: (folder) => ({ file: join(folder, "pipeline_golang"), args: [], folder: null }),
  },
  python: {
    folder: "python",
    tool: "python3",
    package: "python3-venv",
    build: async (folder) => {
      await perform("python3", ["-m", "venv", "."], folder);
      await perform("bin/pip", ["install", "--quiet", "--requirement", "requirements.txt"], folder);
    },
    command: (folder) => ({
      file: "/bin/sh",
      args: ["-c", '. bin/activate; exec python -c "import pipeline; pipeline.main()"'],
      folder,
    }),
  },
  java: {
    folder: "java",
    tool: "mvn",
    package: "maven",
    build: (folder) => perform("mvn", ["-q", "-B", "compile", "assembly:single"], folder),
    command: (folder) => ({
      file: "java",
      args: ["-jar", join(folder, "target", "pipeline-jar-with-dependencies.jar")],
      folder: null,
    }),
  },
  nodejs: {
    folder: "node",
    tool: "g++",
    package: "g++ make python3",
    build: async (folder) => {
      const install = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
      await perform("npm", install, join(folder, "runtime"));
      // Its gRPC is compiled, which takes two minutes, and not by newer versions. npm takes the nearest Node for that.
      mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
      symlinkSync(join(folder, NODE_20, "bin", "node"), join(folder, "node_modules", ".bin", "node"));
      await perform("npm", install, folder, {
        npm_config_nodedir: join(folder, NODE_20),
        MAKEFLAGS: `-j${availableParallelism()}`,
      });
    },
    command: (folder) => ({ file: join(folder, NODE_20, "bin", "node"), args: ["index.js"], folder }),
  },
};

/** Whether the machine has what builds programs of the language. */
export function hasToolchain(language: PublishedLanguage): boolean {
  return onPath(RECIPES[language].tool);
}

/** Builds the pipeline of a language, or takes the build that is there, and says how it is started. */
export async function publishedProgram(language: PublishedLanguage): Promise<StartCommand> {
  const recipe = RECIPES[language];
  if (!hasToolchain(language)) {
    throw new Error(`The tests need \`${recipe.tool}\`: sudo apt-get install -y ${recipe.package}`);
  }
  const source = join(SOURCES, recipe.folder);
  const folder = join(CACHE, `${language}-${contentHash(source)}`);
  const done = join(folder, "built");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(source, folder, { recursive: true });
    await recipe.build(folder);
    mkdirSync(done);
  }
  return recipe.command(folder);
}

async function perform(
  command: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const env = { ...process.env, ...environment };
  try {
    await promisify(execFile)(command, args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (reason) {
    const output =
      typeof reason === "object" && reason !== null && "stderr" in reason ? String(reason.stderr) : "";
    throw new Error(`${command} ${args.join(" ")} failed:\n${output}`, { cause: reason });
  }
}

function contentHash(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of files.toSorted()) {
    hash.update(`${path.slice(folder.length)}\0`);
    hash.update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function onPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}
