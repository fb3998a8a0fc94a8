import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { VERSION } from "@gaia/contracts/version.ts";
import type { BuildOptions, Say } from "./build-options.ts";
import { contextOf } from "./detect/context.ts";
import { detect, type Plan } from "./detect/detect.ts";
import type { GaiaFileContent } from "./gaia-file/read.ts";
import { languageNamed } from "./languages.ts";
import { DROPPED_RECIPES } from "./recipes/dropped.ts";
import { recipeOf } from "./recipes/index.ts";
import type { Recipe } from "./recipes/recipe.ts";
import { copySource } from "./source/copy.ts";
import { copyDropped, readDropped } from "./source/dropped.ts";
import { fingerprint, hashOf } from "./source/fingerprint.ts";
import { ignoredIn } from "./source/ignored.ts";
import { scanSource } from "./source/scan.ts";
import { stepEnvironment } from "./steps/environment.ts";
import { Steps } from "./steps/steps.ts";

/** Part of every id. Raised when a recipe's result becomes another. */
const RECIPES_VERSION = "1";

/** A build of which everything is known but its result. */
export interface Prepared {
  readonly id: string;
  /** As `program.json` names it. */
  readonly language: string;
  readonly recipe: Recipe;
  /** Of the pipeline, from the root of what is copied; `""`: the root. */
  readonly folder: string;
  /** Copies what is built, as it was when its hash was taken. */
  readonly copyTo: (folder: string) => Promise<void>;
  /** What `gaia.yaml` says; null: there is none. */
  readonly file: GaiaFileContent | null;
  /** From it: for commands and program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stepMs: number | null;
  /** Of the build's commands. */
  readonly inherited: Readonly<Record<string, string>>;
}

interface Sources extends Omit<Prepared, "id" | "inherited"> {
  readonly hash: string;
  /** Where tools are asked: version managers go by the folder. */
  readonly at: string;
}

/** Finds out what is to be built, with which tools, and under which id. Throws a `BuildError`. */
export async function prepare(options: BuildOptions, say: Say): Promise<Prepared> {
  const { hash, at, ...known } =
    options.from.kind === "folder"
      ? await sourcesOf(options.from, say)
      : await droppedSources(options.from.file, say);
  await mkdir(options.cache, { recursive: true, mode: 0o700 });
  const inherited = await stepEnvironment(options.environment, options.cache);
  const asking = new Steps({
    environment: inherited,
    stepMs: LIMITS.buildQuestionMs,
    outputBytes: LIMITS.buildOutputBytes,
    disks: [],
    signal: options.signal,
    out: options.out,
  });
  const toolchain = await known.recipe.toolchain(asking, at);
  if (toolchain !== "") say("toolchain", toolchain);
  const machine = `${process.platform} ${process.arch}`;
  const { kind } = options.from;
  const id = hashOf([VERSION, RECIPES_VERSION, kind, hash, known.folder, known.language, toolchain, machine]);
  return { ...known, id, inherited };
}

async function sourcesOf(
  from: BuildOptions["from"] & { readonly kind: "folder" },
  say: Say,
): Promise<Sources> {
  const context = await contextOf(from.source, from.folder);
  for (const { file, line, message } of context.file?.warnings ?? [])
    say("warning", `${file}, line ${line}: ${message}`);
  const tree = await scanSource(context.root, { ignored: await ignoredIn(context.root) });
  const files = tree.files === 1 ? "1 file" : `${tree.files.toLocaleString("en-US")} files`;
  const size = `${files}, ${tree.sizeBytes.toLocaleString("en-US")} bytes`;
  say("source", size);
  for (const path of tree.passedOver.slice(0, 10)) say("left out", `${path}, which is no file`);
  const plan = await detect(tree, context, from.language);
  const language = languageOf(plan);
  say("language", `${language} (${plan.because})`);
  const hash = await fingerprint(tree);
  return {
    hash,
    language,
    at: join(context.root, context.folder),
    folder: context.folder,
    file: context.file,
    recipe: recipeOf(plan),
    environment: plan.kind === "declared" ? plan.declared.environment : plan.environment,
    stepMs: plan.kind === "declared" ? plan.declared.timeoutMs : plan.stepMs,
    copyTo: (folder) => copySource(tree, folder, hash),
  };
}

async function droppedSources(file: string, say: Say): Promise<Sources> {
  const dropped = await readDropped(file);
  say("source", `${dropped.path}, ${dropped.sizeBytes.toLocaleString("en-US")} bytes`);
  say("language", `${dropped.language} (the file's name)`);
  return {
    hash: dropped.hash,
    language: dropped.language,
    at: process.cwd(),
    folder: "",
    file: null,
    recipe: DROPPED_RECIPES[dropped.language],
    environment: {},
    stepMs: null,
    copyTo: (folder) => copyDropped(dropped, folder),
  };
}

function languageOf(plan: Plan): string {
  if (plan.kind === "known") return plan.language;
  const named = plan.declared.language;
  return named === null ? "program" : (languageNamed(named) ?? named);
}
