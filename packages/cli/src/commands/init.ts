import { readdir } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { didYouMean } from "@gaia/core/text/index.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { TEMPLATE_LANGUAGES, type TemplateLanguage, templateLanguage } from "../init/languages.ts";
import { writePipeline } from "../init/write-pipeline.ts";
import type { Input } from "../input.ts";
import { shellWord } from "../live/row.ts";
import { outDocument } from "../output.ts";

/** Parts of names of packages, in every language. */
const NAME = /^[a-z][a-z0-9_-]{0,49}$/;

/** `gaia init pipeline [NAME]`: a pipeline to begin with, in a new folder. Needs no server. */
export async function initPipeline(context: Context, input: Input): Promise<number> {
  const given = input.text("lang");
  const folder = resolve(context.folder, input.optional(0) ?? ".");
  const name = nameOf(folder);
  await refuseFull(folder);
  const language = given === null ? await asked(context, input) : named(given);
  if (language === null) return EXIT.interrupted;
  const files = await writePipeline(language, name, folder);
  const steps = [language.run, language.test, "gaia pipeline create ."];
  if (input.json) outDocument(context, { name, language: language.name, folder, files, next: steps });
  else if (input.quiet) context.out(folder);
  else tell(context, { name, language, folder, files, steps });
  return EXIT.success;
}

function named(given: string): TemplateLanguage {
  const language = templateLanguage(given);
  if (language !== null) return language;
  const names = TEMPLATE_LANGUAGES.map(({ name }) => name);
  const meant = didYouMean(given, [...names, ...TEMPLATE_LANGUAGES.flatMap(({ otherNames }) => otherNames)]);
  throw new GaiaError(
    "invalid_request",
    `There is no template in \`${given}\`${meant === "" ? "." : meant} There are ${names.join(", ")}.`,
  );
}

/** On a terminal the language is asked for; null: the question was broken off. */
async function asked(context: Context, input: Input): Promise<TemplateLanguage | null> {
  if (!context.stdinIsTerminal || !context.stderrIsTerminal || input.json) {
    const names = TEMPLATE_LANGUAGES.map(({ name }) => name).join(", ");
    throw new GaiaError("invalid_request", `In which language? Say it with --lang: ${names}.`);
  }
  const { isCancel, select } = await import("@clack/prompts");
  const answer = await select({
    message: "In which language?",
    options: TEMPLATE_LANGUAGES.map((language) => ({ value: language, label: language.title })),
    output: process.stderr,
  });
  return isCancel(answer) ? null : answer;
}

function nameOf(folder: string): string {
  const name = basename(folder).toLowerCase();
  if (NAME.test(name)) return name;
  throw new GaiaError(
    "invalid_request",
    `The folder's name \`${basename(folder)}\` cannot name a pipeline: it wants letters, digits, "-" and "_", a letter first, at most 50.`,
    { next: ["gaia init pipeline my-pipeline"] },
  );
}

/** What people have is not written over, and nothing is mixed in. A repository without files is empty. */
async function refuseFull(folder: string): Promise<void> {
  const names = await readdir(folder).catch((reason: unknown): readonly string[] => {
    if (reason instanceof Error && "code" in reason && reason.code === "ENOENT") return [];
    throw new GaiaError(
      "invalid_request",
      `${folder} cannot be read, or is no folder.`,
      {},
      { cause: reason },
    );
  });
  const [first] = names.filter((name) => name !== ".git").toSorted();
  if (first === undefined) return;
  throw new GaiaError("invalid_request", `${folder} is not empty: it has ${first}.`, {
    next: [`gaia init pipeline ${shellWord(join(folder, "my-pipeline"))}`],
  });
}

interface Told {
  readonly name: string;
  readonly language: TemplateLanguage;
  readonly folder: string;
  readonly files: readonly string[];
  readonly steps: readonly string[];
}

function tell(context: Context, { name, language, folder, files, steps }: Told): void {
  const style = context.outStyle;
  const below = relative(context.folder, folder);
  context.out(`  ${style.good("✓")} ${name}, a pipeline in ${language.title}`);
  context.out(style.faint(`    ${files.join("  ")}  gaia-sdk/`));
  context.out("");
  const there = below.startsWith("..") ? folder : below;
  if (there !== "") context.out(`    ${style.command(`cd ${shellWord(there)}`)}`);
  const columns = Math.max(...steps.map((step) => step.length));
  const texts = ["runs it here", "tests it", "gives it to Gaia"];
  for (const [index, step] of steps.entries()) {
    const gap = " ".repeat(columns - step.length + 3);
    context.out(`    ${style.command(step)}${gap}${style.faint(texts[index] ?? "")}`);
  }
}
