import { renderTemplate } from "../expression/index.ts";
import { readable, resolvePath, scopeOf } from "./scope.ts";
import type { RunState } from "./state.ts";

/** The values that a task's bindings have now. They were checked when it was queued, and what they read never changes. */
export function taskValues(run: RunState, job: number): Readonly<Record<string, string>> {
  const work = run.graph.jobs[job]?.work;
  if (work?.kind !== "task") return {};
  const scope = scopeOf(readable(run), job);
  return Object.fromEntries(
    Object.entries(work.task.bindings).map(([name, template]) => {
      const text = renderTemplate(template, (path) => resolvePath(scope, path));
      return [name, text.kind === "ok" ? text.text : ""];
    }),
  );
}
