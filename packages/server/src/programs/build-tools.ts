import { BUILD_CACHE_FOLDER, buildEnvironment, BUILDS_FOLDER } from "@gaia/contracts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckoutTools } from "../pipelines/index.ts";
import type { BuildTools } from "./build-definition.ts";

export interface BuildToolsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The builder's program; that of this source tree or package when not given. */
  readonly builderEntry?: string;
}

/**
 * Names what a build uses, and writes down how this machine reaches its registries: a file and not the environment of a
 * run, which is kept in the database.
 */
export function buildTools(home: string, { environment, builderEntry }: BuildToolsOptions): BuildTools {
  const file = join(home, "secrets", "build-environment.json");
  writeFileSync(file, `${JSON.stringify(buildEnvironment(environment))}\n`, { mode: 0o600 });
  return {
    node: process.execPath,
    git: entry("../../../git/src/main.ts"),
    builder: builderEntry ?? entry("../../../builder/src/main.ts"),
    builds: join(home, BUILDS_FOLDER),
    cache: join(home, BUILD_CACHE_FOLDER),
    environment: file,
  };
}

/** What the checkout of a workflow's tree uses. */
export function checkoutTools({ node, git, environment }: BuildTools): CheckoutTools {
  return { gaia_node: node, gaia_git: git, gaia_git_environment: environment };
}

/** A program of this tree, by its path from here. */
function entry(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
