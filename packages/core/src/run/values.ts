import { type RenderedTemplate, renderTemplate, type Template } from "../expression/index.ts";
import { readable, type Readable, resolvePath, scopeOf } from "./scope.ts";
import type { RunState } from "./state.ts";

/** Texts by name, filled in; or why one of them cannot be. */
export type Rendered =
  | { readonly kind: "ok"; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: "error"; readonly message: string };

/** Fills in one text with what a job sees, or says why it cannot be. */
export function render(run: Readable, job: number, template: Template): RenderedTemplate {
  const scope = scopeOf(run, job);
  return renderTemplate(template, (path) => resolvePath(scope, path));
}

/** Fills in templates with what a job sees. All of them, or the first one's error. */
export function renderAll(
  run: Readable,
  job: number,
  templates: Readonly<Record<string, Template>>,
): Rendered {
  const values: [string, string][] = [];
  for (const [name, template] of Object.entries(templates)) {
    const result = render(run, job, template);
    if (result.kind === "error") return { kind: "error", message: result.message };
    values.push([name, result.text]);
  }
  return { kind: "ok", values: Object.fromEntries(values) };
}

/**
 * The values that a task's bindings have now. They were checked when it was queued, and what they read never changes:
 * one that cannot be filled in is a bug, and throws.
 */
export function taskValues(run: RunState, job: number): Readonly<Record<string, string>> {
  const read = readable(run);
  const { work } = read.job(job);
  if (work.kind !== "task") return {};
  const rendered = renderAll(read, job, work.task.bindings);
  if (rendered.kind === "error") throw new Error(`job ${job} of ${run.id}: ${rendered.message}`);
  return rendered.values;
}
