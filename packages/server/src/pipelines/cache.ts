import { LIMITS } from "@gaia/contracts";
import { CACHE_KEY_VALUE, cacheRestoreValue, type ProcessSpec } from "@gaia/contracts/process-spec.ts";
import { parseTemplate, type Template } from "@gaia/core/expression/index.ts";
import type { Path } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";
import type { TaskContext } from "./task-context.ts";
import { readTemplate } from "./templates.ts";

/** `cache` of a task: what the worker is told of it, and the values that come rendered. */
export interface TaskCache {
  readonly spec: NonNullable<ProcessSpec["cache"]>;
  readonly bindings: Readonly<Record<string, Template>>;
}

/** Reads `cache`; null for a task that has none. */
export function readCache(context: TaskContext): TaskCache | null {
  const { cache } = context.task;
  if (cache === undefined) return null;
  const { problems } = context;
  const path = [...context.path, "cache"];
  const paths = readPaths(cache.paths, [...path, "paths"], problems);
  for (const [index, glob] of (cache.files ?? []).entries()) {
    const problem = globProblem(glob, "a file of `files`");
    if (problem !== null) problems.add([...path, "files", index], problem);
  }
  const bindings: Record<string, Template> = {
    [CACHE_KEY_VALUE]: readText(cache.key, [...path, "key"], context),
  };
  const restore = cache.restore ?? [];
  for (const [index, text] of restore.entries())
    bindings[cacheRestoreValue(index)] = readText(text, [...path, "restore", index], context);
  const files = [...new Set(cache.files)].toSorted();
  return { spec: { paths, files, restore: restore.length }, bindings };
}

function readText(text: string, path: Path, context: TaskContext): Template {
  if (text.trim() === "")
    context.problems.add(path, "this text is empty; say what is kept, such as `modules`");
  if (Buffer.byteLength(text) > LIMITS.messageCharacters)
    context.problems.add(
      path,
      `this text has more than ${LIMITS.messageCharacters} bytes; use a shorter one`,
    );
  return readTemplate(text, path, context.scope, context.problems);
}

/** Paths as they are compared: without `./` and a slash at the end, sorted. None lies inside of another. */
function readPaths(given: readonly string[], path: Path, problems: ProblemList): string[] {
  const found = new Map<string, number>();
  for (const [index, text] of given.entries()) {
    const problem = pathProblem(text);
    if (problem !== null) {
      problems.add([...path, index], problem);
      continue;
    }
    const clean = cleanPath(text);
    if (found.has(clean)) problems.add([...path, index], `\`${clean}\` stands here twice`);
    found.set(clean, index);
  }
  const sorted = [...found.keys()].toSorted();
  for (const inner of sorted) {
    const outer = sorted.find((other) => inner.startsWith(`${other}/`));
    if (outer !== undefined)
      problems.add(
        [...path, found.get(inner) ?? 0],
        `\`${inner}\` lies inside of \`${outer}\`, which is kept as a whole; remove it`,
      );
  }
  return sorted;
}

function cleanPath(text: string): string {
  return text
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/** What is wrong with a path of `cache`. */
function pathProblem(text: string): string | null {
  const problem = globProblem(text, "a path of `cache`");
  if (problem !== null) return problem;
  if (/[*?[\]{}]/.test(text)) return "a path of `cache` is no pattern: name the file or the folder itself";
  if (cleanPath(text) === "")
    return "the whole of `work_dir` cannot be kept: restoring would replace what the task works on; name a folder in it";
  return null;
}

/** What is wrong with a glob that must stay inside of `work_dir`. `what`: how a message starts. */
function globProblem(glob: string, what: string): string | null {
  if (glob.trim() === "") return `${what} is empty; name a file or a folder`;
  if (glob.length > LIMITS.messageCharacters)
    return `${what} has more than ${LIMITS.messageCharacters} characters`;
  if (glob.includes("\0") || glob.includes("\n"))
    return `${what} cannot hold a line break or a NUL character`;
  if (parseTemplate(glob).some((piece) => typeof piece !== "string"))
    return `\`\${…}\` cannot stand in ${what}; put what varies into \`key\``;
  if (/^([/\\~]|[A-Za-z]:)/.test(glob))
    return `${what} must lie inside of \`work_dir\`: write it relative to it`;
  if (glob.split(/[/\\]/).includes(".."))
    return `${what} must lie inside of \`work_dir\`: \`..\` leads out of it`;
  return null;
}
