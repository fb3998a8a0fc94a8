import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheFolder } from "../cache-folder.ts";

/** Peers are no dependencies of Gaia: they are put into a cache folder when somebody asks for them. */

export type Installed =
  | { readonly kind: "ok"; readonly folder: string }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Makes sure that the packages are there, at exactly these versions. Each peer has a folder of its own, as npm removes
 * what it was not asked for. Scripts of packages are not run.
 */
export function installed(name: string, packages: readonly string[]): Installed {
  const folder = join(cacheFolder(), "peers", name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-"));
  const mark = join(folder, ".complete");
  if (existsSync(mark)) return { kind: "ok", folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  process.stderr.write(`  installing ${packages.join(", ")} into ${folder} …\n`);
  const options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stderr, error } = spawnSync("npm", ["install", ...options, ...packages], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) },
  });
  if (status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return { kind: "refused", reason: `npm could not install it: ${error?.message ?? lastLines(stderr)}` };
  }
  writeFileSync(mark, `${packages.join("\n")}\n`);
  return { kind: "ok", folder };
}

/** Where a file of an installed package lies. */
export function packageFile(folder: string, name: string): string {
  return createRequire(join(folder, "package.json")).resolve(name);
}

/**
 * A package that this repository does not know, so its types are not here: the caller says which part of it it uses,
 * and calls nothing else.
 */
export async function loadPackage<Used>(folder: string, name: string): Promise<Used> {
  return (await import(pathToFileURL(packageFile(folder, name)).href)) as Used;
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(0, 3).join(" ");
}
