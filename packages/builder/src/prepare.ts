import { mkdir, realpath } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { VERSION } from "@gaia/contracts/version.ts";
import type { BuildOptions } from "./build.ts";
import { BuildError } from "./build-error.ts";
import { detect, type Plan } from "./detect/detect.ts";
import { languageNamed } from "./languages.ts";
import { recipeOf } from "./recipes/index.ts";
import type { Recipe } from "./recipes/recipe.ts";
import { fingerprint, hashOf } from "./source/fingerprint.ts";
import { scanSource, type SourceTree } from "./source/scan.ts";
import { stepEnvironment } from "./steps/environment.ts";
import { Steps } from "./steps/steps.ts";

/** Part of every id. Raised when a recipe's result becomes another. */
const RECIPES_VERSION = "1";

/** A build of which everything is known but its result. */
export interface Prepared {
  readonly tree: SourceTree;
  /** Of the source tree alone. */
  readonly hash: string;
  /** Of the pipeline, from the root; `""`: the root. */
  readonly folder: string;
  readonly plan: Plan;
  /** As `program.json` names it. */
  readonly language: string;
  readonly recipe: Recipe;
  readonly environment: Readonly<Record<string, string>>;
  readonly id: string;
}

/** Finds out what is to be built, with which tools, and under which id. Throws a `BuildError`. */
export async function prepare(
  options: BuildOptions,
  say: (name: string, text: string) => void,
): Promise<Prepared> {
  const source = await realpath(options.source).catch(() => resolve(options.source));
  const tree = await scanSource(source);
  say(
    "source",
    `${tree.files.toLocaleString("en-US")} files, ${tree.sizeBytes.toLocaleString("en-US")} bytes`,
  );
  for (const path of tree.passedOver.slice(0, 10)) say("left out", `${path}, which is no file`);
  const folder = folderIn(tree, options.folder);
  const plan = await detect(tree, folder, options.language);
  const language = languageOf(plan);
  say("language", `${language} (${plan.because})`);
  const recipe = recipeOf(plan);
  await mkdir(options.cache, { recursive: true, mode: 0o700 });
  const environment = await stepEnvironment(options.environment, options.cache);
  const asking = new Steps({
    environment,
    stepMs: LIMITS.buildQuestionMs,
    outputBytes: LIMITS.buildOutputBytes,
    disks: [],
    signal: options.signal,
    out: options.out,
  });
  const toolchain = await recipe.toolchain(asking, source);
  if (toolchain !== "") say("toolchain", toolchain);
  const hash = await fingerprint(tree);
  const machine = `${process.platform} ${process.arch}`;
  const id = hashOf(["gaia build", VERSION, RECIPES_VERSION, hash, folder, language, toolchain, machine]);
  return { tree, hash, folder, plan, language, recipe, environment, id };
}

function folderIn(tree: SourceTree, given: string | null): string {
  const folder = relative(tree.root, resolve(tree.root, given ?? "."));
  if (folder.startsWith("..") || folder.startsWith("/"))
    throw new BuildError(
      `The folder ${given} is not below ${tree.root}.`,
      "Name it from the root of the sources.",
    );
  const isThere =
    folder === "" || tree.entries.some(({ path, kind }) => path === folder && kind === "folder");
  if (isThere) return folder;
  throw new BuildError(`There is no folder ${given} in ${tree.root}.`, "Check --folder.");
}

function languageOf(plan: Plan): string {
  if (plan.kind === "known") return plan.language;
  const named = plan.declared.language;
  return named === null ? "program" : (languageNamed(named) ?? named);
}
