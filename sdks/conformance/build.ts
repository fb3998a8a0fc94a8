import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../bench/cache-folder.ts";
import type { Language, Step } from "./languages.ts";
import { runToEnd } from "./run-to-end.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Not below node_modules, where Node runs no TypeScript. */
const CACHE = join(cacheFolder(), "sdks");
/** What a build or a run of tests leaves in a folder of sources, in any of the languages. */
const LEFT_BEHIND =
  /^(node_modules|target|build|dist|\.venv|__pycache__|.*\.egg-info|pipeline\.out|.*\.(o|d|pyc|gem))$/;
/** Cold, on a slow machine whose registry is slow as well. */
export const BUILD_MS = 900_000;
/** What hangs is killed before the test gives up, and leaves nothing running. */
const STEP_MS = 800_000;

/**
 * A copy of the SDK's folder in which the conformance program has been built, as its own users do. Kept by the content
 * of its sources; an older one of the language is removed.
 */
export function builtSdk(language: Language): Promise<string> {
  return built(language, "conformance", language.build);
}

/** A copy of the SDK's folder in which something else has been built, out of `files` by their paths in that folder. */
export async function built(
  language: Language,
  purpose: string,
  steps: readonly Step[],
  files: Readonly<Record<string, (folder: string) => string>> = {},
): Promise<string> {
  requireTools(language);
  const sources = [join("sdks", language.name), "proto"];
  const prefix = `${language.name}-${purpose}-`;
  const texts = Object.entries(files).map(
    ([path, text]) => [path, text(join(ROOT, "sdks", language.name))] as const,
  );
  const home = join(CACHE, `${prefix}${contentHash(sources, JSON.stringify([steps, texts]))}`);
  const folder = join(home, "sdks", language.name);
  const done = join(home, "built");
  if (existsSync(done)) return folder;
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE).filter((one) => one.startsWith(prefix)))
    rmSync(join(CACHE, name), { recursive: true, force: true });
  // In the same places: links and tests lead from the SDK to the proto files.
  for (const source of sources)
    cpSync(join(ROOT, source), join(home, source), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !isLeftBehind(path),
    });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const step of steps) await perform(step, folder);
  writeFileSync(done, "");
  return folder;
}

/** Performs a step in an SDK's folder. Rejects with what it printed. */
export async function perform(step: Step, sdk: string): Promise<void> {
  const folder = join(sdk, step.folder ?? "");
  const file = step.command.includes("/") ? join(folder, step.command) : step.command;
  const { status, stdout, stderr } = await runToEnd({ file, args: step.args, folder }, process.env, STEP_MS);
  if (status === 0) return;
  const printed = (stdout + stderr).slice(-20_000);
  const how = status === null ? "was killed" : `ended with ${status}`;
  throw new Error(`${step.command} ${step.args.join(" ")} ${how}:\n${printed}`);
}

function requireTools({ name, tools }: Language): void {
  const missing = tools.filter(
    ({ command, tries }) =>
      !onPath(command) ||
      (tries !== undefined && spawnSync(command, tries, { stdio: "ignore" }).status !== 0),
  );
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tool.packages).join(" ");
  const commands = missing.map((tool) => tool.command).join(", ");
  throw new Error(`The SDK for ${name} needs ${commands}: sudo apt-get install -y ${packages}`);
}

function onPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}

function isLeftBehind(path: string): boolean {
  return relative(ROOT, path)
    .split("/")
    .some((name) => LEFT_BEHIND.test(name));
}

function contentHash(sources: readonly string[], more: string): string {
  const hash = createHash("sha256").update(more);
  const paths = sources.flatMap((source) =>
    readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const path of paths.filter((one) => !isLeftBehind(one)).toSorted()) {
    hash.update(`${relative(ROOT, path)}\0`);
    hash.update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}
