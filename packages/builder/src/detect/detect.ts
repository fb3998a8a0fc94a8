import { GAIA_FILE } from "@gaia/contracts/gaia-file.ts";
import type { ProgramLanguage } from "@gaia/program";
import { BuildError } from "../build-error.ts";
import type { DeclaredProgram } from "../gaia-file/read.ts";
import { languageNamed } from "../languages.ts";
import type { SourceTree } from "../source/scan.ts";
import type { Context } from "./context.ts";
import { candidatesIn, filesIn } from "./candidates.ts";

/** How a pipeline is built: by what its `gaia.yaml` says, or as its language is. */
export type Plan =
  | { readonly kind: "declared"; readonly declared: DeclaredProgram; readonly because: string }
  | {
      readonly kind: "known";
      readonly language: ProgramLanguage;
      readonly because: string;
      readonly environment: Readonly<Record<string, string>>;
      readonly stepMs: number | null;
    };

/** Folders that are named when the root has nothing; more would be a list that nobody reads. */
const SHOWN_FOLDERS = 10;
const SEARCHED_FOLDERS = 500;
const SEARCHED_DEPTH = 3;

const WRONG_NAMES = ["gaia.yml", "Gaia.yaml", "Gaia.yml", ".gaia.yaml", ".gaia.yml"];

/**
 * Finds out how a folder of a source tree is built. Throws a `BuildError` that says what there is when that is not clear.
 *
 * @param wanted the language that was asked for; null: whichever it is
 */
export async function detect(
  tree: SourceTree,
  { folder, file }: Pick<Context, "folder" | "file">,
  wanted: string | null,
): Promise<Plan> {
  const names = filesIn(tree, folder);
  const misnamed = WRONG_NAMES.find((name) => names.includes(name));
  if (misnamed !== undefined && !names.includes(GAIA_FILE)) {
    throw new BuildError(`${misnamed} is not read.`, `Call the file ${GAIA_FILE}.`);
  }
  const asked = wanted ?? file?.language ?? null;
  if (file?.start !== undefined) {
    return { kind: "declared", declared: { ...file, start: file.start }, because: GAIA_FILE };
  }
  const shared = { environment: file?.environment ?? {}, stepMs: file?.timeoutMs ?? null };
  if (asked !== null) {
    const because = wanted === null ? GAIA_FILE : "--language";
    return { kind: "known", language: knownLanguage(asked), because, ...shared };
  }
  const candidates = await candidatesIn(tree, folder);
  const [first, second] = candidates;
  if (first === undefined) throw await noLanguage(tree, folder);
  if (second !== undefined) {
    const list = candidates.map(({ language, because }) => `${language} (${because})`).join(", ");
    throw new BuildError(
      `The pipeline may be written in several languages: ${list}.`,
      `Say which with --language, or with \`language:\` in ${GAIA_FILE}.`,
    );
  }
  return { kind: "known", ...first, ...shared };
}

function knownLanguage(name: string): ProgramLanguage {
  const language = languageNamed(name);
  if (language !== null) return language;
  throw new BuildError(
    `Gaia does not know how \`${name}\` is built.`,
    `Say it in ${GAIA_FILE}, with \`build\` and \`start\`.`,
  );
}

async function noLanguage(tree: SourceTree, folder: string): Promise<BuildError> {
  const inside = await pipelinesBelow(tree, folder);
  const here = folder === "" ? "The folder" : `The folder ${folder}`;
  if (inside.length > 0) {
    const more = inside.length > SHOWN_FOLDERS ? ` and ${inside.length - SHOWN_FOLDERS} more` : "";
    const list = inside.slice(0, SHOWN_FOLDERS).join(", ");
    return new BuildError(
      `${here} has no pipeline, but these folders may: ${list}${more}.`,
      "Name one of them with --folder, from the root of the sources.",
    );
  }
  const marks =
    "go.mod, pom.xml, setup.py, pyproject.toml, pipeline.py, package.json, a gemspec, or a Makefile or CMakeLists.txt with C++ sources";
  return new BuildError(
    `${here} is in no language that Gaia knows: there is none of ${marks}.`,
    `Say how it is built and started in ${GAIA_FILE}.`,
  );
}

async function pipelinesBelow(tree: SourceTree, folder: string): Promise<readonly string[]> {
  const start = folder === "" ? "" : `${folder}/`;
  const folders = tree.entries
    .filter(({ path, kind }) => kind === "folder" && path.startsWith(start))
    .map(({ path }) => path)
    .filter((path) => path.slice(start.length).split("/").length <= SEARCHED_DEPTH)
    .slice(0, SEARCHED_FOLDERS);
  const found: { readonly path: string; readonly language: string }[] = [];
  for (const path of folders) {
    // What lies in the folder of a pipeline is a part of it.
    if (found.some((other) => path.startsWith(`${other.path}/`))) continue;
    const [candidate] = await candidatesIn(tree, path);
    const language = filesIn(tree, path).includes(GAIA_FILE) ? GAIA_FILE : candidate?.language;
    if (language !== undefined) found.push({ path, language });
  }
  return found.map(({ path, language }) => `${path} (${language})`);
}
