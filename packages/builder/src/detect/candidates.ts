import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProgramLanguage } from "@gaia/program";
import type { SourceTree } from "../source/scan.ts";

/** A language that a folder may be written in, and the file that says so. */
export interface Candidate {
  readonly language: ProgramLanguage;
  readonly because: string;
}

const CPP_SOURCE = /\.(cpp|cc|cxx|c\+\+)$/;
/** Deeper ones belong to something else, such as an extension of another language. */
const CPP_FOLDERS = 3;

/** Languages whose marks lie in a folder of a source tree; `""` is its root. */
export async function candidatesIn(tree: SourceTree, folder: string): Promise<readonly Candidate[]> {
  const names = filesIn(tree, folder);
  const found: Candidate[] = [];
  const add = (language: ProgramLanguage, because: string | undefined): void => {
    if (because !== undefined) found.push({ language, because });
  };
  add(
    "golang",
    names.find((name) => name === "go.mod") ??
      names.find((name) => name.endsWith(".go") && !name.endsWith("_test.go")),
  );
  add("java", only(names, "pom.xml"));
  add("python", await pythonMark(tree.root, folder, names));
  add("nodejs", only(names, "package.json"));
  add(
    "ruby",
    names.find((name) => name.endsWith(".gemspec")),
  );
  const recipe = names.find((name) => /^(GNUm|M|m)akefile$|^CMakeLists\.txt$/.test(name));
  if (hasCppSources(tree, folder)) add("cpp", recipe);
  return found;
}

/** Names of the files that lie directly in a folder. */
export function filesIn(tree: SourceTree, folder: string): readonly string[] {
  const start = folder === "" ? "" : `${folder}/`;
  return tree.entries
    .filter(({ path, kind }) => kind !== "folder" && path.startsWith(start))
    .map(({ path }) => path.slice(start.length))
    .filter((name) => !name.includes("/"));
}

/** A `pyproject.toml` that only configures tools is no sign of a package. */
async function pythonMark(
  root: string,
  folder: string,
  names: readonly string[],
): Promise<string | undefined> {
  const script = names.find((name) => name === "setup.py") ?? names.find((name) => name === "pipeline.py");
  const declared = only(names, "pyproject.toml");
  if (declared === undefined) return script;
  const text = await readFile(join(root, folder, declared), "utf8");
  return /^\s*\[(project|build-system|tool\.poetry)\]/m.test(text) ? declared : script;
}

function hasCppSources(tree: SourceTree, folder: string): boolean {
  const start = folder === "" ? "" : `${folder}/`;
  return tree.entries.some(({ path }) => {
    if (!path.startsWith(start) || !CPP_SOURCE.test(path)) return false;
    return path.slice(start.length).split("/").length <= CPP_FOLDERS;
  });
}

function only(names: readonly string[], name: string): string | undefined {
  return names.includes(name) ? name : undefined;
}
