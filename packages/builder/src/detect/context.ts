import { existsSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { GAIA_FILE } from "@gaia/contracts/gaia-file.ts";
import { BuildError } from "../build-error.ts";
import { type GaiaFileContent, readGaiaFile } from "../gaia-file/read.ts";

/** Where a pipeline lies, and what its build sees. */
export interface Context {
  /** The folder that is copied as a whole, and that the build's id depends on. */
  readonly root: string;
  /** Of the pipeline, from there; `""`: itself. */
  readonly folder: string;
  /** What its `gaia.yaml` says; null: there is none. */
  readonly file: GaiaFileContent | null;
}

/**
 * What a build sees: the pipeline's folder alone, so that a change elsewhere in a large repository is none of the
 * pipeline; or more, where `context` of its `gaia.yaml`, or the place of its go.mod, says so.
 */
export async function contextOf(source: string, folder: string | null): Promise<Context> {
  const top = await realpath(source).catch(() => resolve(source));
  const at = await pipelineFolder(top, folder);
  const file = existsSync(join(at, GAIA_FILE))
    ? await readGaiaFile(at, join(relative(top, at), GAIA_FILE))
    : null;
  const root = file?.context == null ? await moduleRoot(at, top) : declaredRoot(at, top, file.context);
  return { root, folder: relative(root, at), file };
}

async function pipelineFolder(top: string, folder: string | null): Promise<string> {
  const named = resolve(top, folder ?? ".");
  const at = await realpath(named).catch(() => named);
  if (!isWithin(top, at))
    throw new BuildError(
      `The folder ${folder} is not below ${top}.`,
      "Name it from the root of the sources.",
    );
  if (at === top) return at;
  const found = await stat(at).catch(() => null);
  if (found?.isDirectory() === true) return at;
  throw new BuildError(`There is no folder ${folder} in ${top}.`, "Check --folder.");
}

function declaredRoot(at: string, top: string, context: string): string {
  const root = resolve(at, context);
  if (isWithin(top, root) && isWithin(root, at)) return root;
  throw new BuildError(
    `\`context: ${context}\` in ${GAIA_FILE} is no folder above the pipeline's within the repository.`,
    "Name one such as `..`.",
  );
}

/** A Go package without a go.mod is a part of the module above it. */
async function moduleRoot(at: string, top: string): Promise<string> {
  const names = await readdir(at).catch((): readonly string[] => []);
  if (names.includes("go.mod") || !names.some((name) => name.endsWith(".go"))) return at;
  for (let above = at; above !== top && isWithin(top, above); ) {
    above = dirname(above);
    if (existsSync(join(above, "go.mod"))) return above;
  }
  return at;
}

function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== ".." && !below.startsWith("../") && !isAbsolute(below);
}
