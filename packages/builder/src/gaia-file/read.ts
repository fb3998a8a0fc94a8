import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GAIA_FILE, gaiaFile, type GaiaFile } from "@gaia/contracts/gaia-file.ts";
import { LIMITS } from "@gaia/contracts/limits.ts";
import { renderProblems } from "@gaia/contracts/problems.ts";
import { parseDuration } from "@gaia/core/policy/index.ts";
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
  const text = await readFile(join(folder, GAIA_FILE), "utf8");
  const { value, problems } = readYamlFile(text, {
    schema: gaiaFile,
    file,
    maxBytes: LIMITS.gaiaFileBytes,
    check,
  });
  if (value === null) {
    const [first] = problems;
    const more = problems.length > 1 ? ` And ${problems.length - 1} more.` : "";
    const sentence = first === undefined ? "" : `, line ${first.line}: ${first.message}`;
    throw new BuildError(`${file}${sentence}.${more}`, `Mend ${file}.`, {
      detail: renderProblems(problems, text),
    });
  }
  return contentOf(value);
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

function contentOf(file: GaiaFile): GaiaFileContent {
  const { language = null, build = [], start, environment = {}, timeout, context = null } = file;
  const parsed = timeout === undefined ? null : parseDuration(timeout);
  return {
    language,
    build,
    start,
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, String(value)]),
    ),
    context,
    timeoutMs: parsed?.kind === "ok" ? parsed.ms : null,
  };
}
