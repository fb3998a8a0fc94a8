import type { TaskDefaults, TaskFile } from "@gaia/contracts/workflow-file.ts";
import { type Path, type Place, textAt } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";
import type { ReferenceScope } from "./references.ts";

/** One environment variable as a file says it. */
export interface EnvironmentEntry {
  readonly name: string;
  readonly text: string;
  readonly path: Path;
}

/** What all tasks of a file share. */
export interface FileContext {
  readonly problems: ProblemList;
  readonly root: Place;
  readonly defaults: TaskDefaults;
  /** Of the file and of its defaults; a task's own come on top. */
  readonly environment: readonly EnvironmentEntry[];
}

/** A task that is being read. */
export interface TaskContext extends FileContext {
  readonly task: TaskFile;
  readonly path: Path;
  readonly scope: ReferenceScope;
}

/** The value of a key: the task's own, else that of the defaults; with the path to where it stands. */
export function settingOf<K extends keyof TaskDefaults>(
  context: TaskContext,
  key: K,
): { readonly value: NonNullable<TaskDefaults[K]>; readonly path: Path } | null {
  const own = context.task[key];
  if (own !== undefined && own !== null) return { value: own, path: [...context.path, key] };
  const shared = context.defaults[key];
  return shared === undefined || shared === null ? null : { value: shared, path: ["defaults", key] };
}

/** The variables of `env` and `environment` under a path. A number or a boolean is taken as it is written: `1.10`. */
export function environmentEntries(
  owner: { readonly env?: Environment | undefined; readonly environment?: Environment | undefined },
  path: Path,
  context: { readonly problems: ProblemList; readonly root: Place },
): readonly EnvironmentEntry[] {
  const entries = new Map<string, EnvironmentEntry>();
  for (const key of ["environment", "env"] as const) {
    for (const [name, value] of Object.entries(owner[key] ?? {})) {
      const at = [...path, key, name];
      if (entries.has(name))
        context.problems.add(at, `\`${name}\` stands in \`env\` and in \`environment\`; keep one`, "key");
      const text = typeof value === "string" ? value : (textAt(context.root, at) ?? String(value));
      entries.set(name, { name, text, path: at });
    }
  }
  return [...entries.values()];
}

type Environment = Readonly<Record<string, string | number | boolean>>;
