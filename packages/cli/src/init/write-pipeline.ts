import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TemplateLanguage } from "./languages.ts";

const SDKS = fileURLToPath(new URL("../../../../sdks/", import.meta.url));
const LICENSE = fileURLToPath(new URL("../../../../LICENSE", import.meta.url));

/** Where the SDK lies in a pipeline: no registry has it yet. */
const SDK_FOLDER = "gaia-sdk";
const NAME = "@NAME@";
/** npm keeps no files such as `.gitignore` in a package: there they are called so. */
const DOT = "dot-";

/** Folders that no pipeline needs, wherever they lie: tests, templates, results of builds. */
const LEFT_OUT_FOLDERS = new Set([
  "conformance",
  "test",
  "tests",
  "build",
  "target",
  "node_modules",
  "__pycache__",
]);

/** Writes a new pipeline into an empty folder, the SDK with it. Answers its files, from there. */
export async function writePipeline(
  language: TemplateLanguage,
  name: string,
  folder: string,
): Promise<readonly string[]> {
  const sdk = join(SDKS, language.sdk);
  await mkdir(folder, { recursive: true });
  const own = await copyTemplate(join(sdk, language.template), folder, name);
  // Links within the repository become what they lead to.
  await cp(sdk, join(folder, SDK_FOLDER), {
    recursive: true,
    dereference: true,
    filter: (from) => isNeeded(from.slice(sdk.length + 1), language),
  });
  await cp(LICENSE, join(folder, SDK_FOLDER, "LICENSE"));
  return own.toSorted();
}

/** Fills in the name, in texts and in names of files. */
async function copyTemplate(from: string, to: string, name: string): Promise<readonly string[]> {
  const written: string[] = [];
  for (const item of await readdir(from, { withFileTypes: true })) {
    if (item.isDirectory()) {
      await mkdir(join(to, item.name), { recursive: true });
      const inside = await copyTemplate(join(from, item.name), join(to, item.name), name);
      written.push(...inside.map((path) => join(item.name, path)));
      continue;
    }
    const [source, file] = [join(from, item.name), fileName(item.name, name)];
    await writeFile(
      join(to, file),
      (await readFile(source, "utf8")).replaceAll(NAME, () => name),
    );
    await chmod(join(to, file), (await stat(source)).mode);
    written.push(file);
  }
  return written;
}

function fileName(text: string, name: string): string {
  const plain = text.replaceAll(NAME, () => name);
  return plain.startsWith(DOT) ? `.${plain.slice(DOT.length)}` : plain;
}

function isNeeded(path: string, { leftOut }: TemplateLanguage): boolean {
  if (path === "") return true;
  const steps = path.split("/");
  const last = steps.at(-1) ?? "";
  if (steps.length === 1 && last.startsWith("template")) return false;
  if (leftOut.includes(path) || LEFT_OUT_FOLDERS.has(last)) return false;
  return !last.startsWith(".") && !last.startsWith(DOT) && !last.endsWith("_test.go");
}
