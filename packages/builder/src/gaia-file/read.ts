import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Problem } from "@gaia/contracts/api.ts";
import { GAIA_FILE, gaiaFile, type GaiaFile } from "@gaia/contracts/gaia-file.ts";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { renderProblems } from "@gaia/contracts/problems.ts";
import type { ProgramJobDefinition } from "@gaia/contracts/program-build.ts";
import type { ProgramTriggerFile } from "@gaia/contracts/workflow-trigger.ts";
import { parseDuration } from "@gaia/core/policy/index.ts";
import { checkProgramTriggers } from "@gaia/server/pipelines/program-triggers.ts";
import { readYamlFile } from "@gaia/server/pipelines/read-yaml-file.ts";
import { BuildError } from "../build-error.ts";
import { languageNamed } from "../languages.ts";

/** What `gaia.yaml` says. */
export interface GaiaFileContent {
  readonly language: string | null;
  readonly build: readonly string[];
  readonly start: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  readonly context: string | null;
  /** As they are written; checked but for their inputs, which only the built program can judge. */
  readonly triggers: readonly ProgramTriggerFile[];
  /** What is allowed and probably not meant. */
  readonly warnings: readonly Problem[];
  readonly written: WrittenFile;
}

/** A `gaia.yaml` as it was read. */
export interface WrittenFile {
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
}

/** One that says how the program is started. */
export interface DeclaredProgram extends GaiaFileContent {
  readonly start: readonly string[];
}

/**
 * Reads the `gaia.yaml` of a folder. Throws a `BuildError` with all its problems, each at its place.
 *
 * @param file what messages call it
 */
export async function readGaiaFile(folder: string, file: string): Promise<GaiaFileContent> {
  const written = { name: file, text: await readFile(join(folder, GAIA_FILE), "utf8") };
  return contentOf(parse(written, null), written);
}

/**
 * Judges the inputs of the file's triggers by what the built program wants to be told. Throws a `BuildError` with all
 * problems, each at its place.
 */
export function judgeTriggers(written: WrittenFile, jobs: readonly ProgramJobDefinition[]): void {
  parse(written, jobs);
}

/** @param jobs null: they are not known yet */
function parse({ name, text }: WrittenFile, jobs: readonly ProgramJobDefinition[] | null): Parsed {
  const { value, problems } = readYamlFile(text, {
    schema: gaiaFile,
    file: name,
    maxBytes: LIMITS.gaiaFileBytes,
    check: (file, list) => {
      check(file, (path, message) => list.add(path, message));
      checkProgramTriggers(file.triggers, jobs, list);
    },
  });
  if (value !== null) return { value, warnings: problems };
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const more = errors.length > 1 ? ` And ${errors.length - 1} more.` : "";
  const sentence = first === undefined ? "" : `, line ${first.line}: ${first.message}`;
  throw new BuildError(`${name}${sentence}.${more}`, `Mend ${name}.`, {
    detail: renderProblems(problems, text),
  });
}

interface Parsed {
  readonly value: GaiaFile;
  readonly warnings: readonly Problem[];
}

function check(file: GaiaFile, problem: (path: readonly string[], message: string) => void): void {
  const { language, build, start, timeout } = file;
  const known = language === undefined ? null : languageNamed(language);
  if (start === undefined && build !== undefined)
    problem(["build"], "`build` wants a `start` beside it: how is the program started?");
  else if (start === undefined && language !== undefined && known === null)
    problem(["language"], `Gaia does not know how \`${language}\` is built; add \`build\` and \`start\``);
  if (start !== undefined && start[0]?.trim() === "")
    problem(["start"], "`start` begins with an empty text; name the program");
  if (timeout === undefined) return;
  const parsed = parseDuration(timeout);
  if (parsed.kind === "error") problem(["timeout"], parsed.message);
  else if (parsed.ms < 1_000 || parsed.ms > LIMITS.buildStepMsMax)
    problem(["timeout"], `"${timeout}" is not between 1s and 24h`);
}

function contentOf({ value, warnings }: Parsed, written: WrittenFile): GaiaFileContent {
  const {
    language = null,
    build = [],
    start,
    environment = {},
    timeout,
    context = null,
    triggers = [],
  } = value;
  const parsed = timeout === undefined ? null : parseDuration(timeout);
  return {
    language,
    build,
    start,
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, String(value)]),
    ),
    context,
    triggers: Array.isArray(triggers) ? triggers : [triggers],
    warnings,
    written,
    timeoutMs: parsed?.kind === "ok" ? parsed.ms : null,
  };
}
