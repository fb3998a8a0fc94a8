import type { TaskFile } from "@gaia/contracts/workflow-file.ts";
import type { Expression, Value } from "@gaia/core/expression/index.ts";
import type { JobPolicy, JobWork } from "@gaia/core/graph/index.ts";
import { readGroup } from "./group.ts";
import type { Path } from "./place.ts";
import type { ProblemList } from "./problem-list.ts";
import type { ItemScope, ReferenceScope, TaskDirectory } from "./references.ts";
import type { FileContext, TaskContext } from "./task-context.ts";
import { Ancestors, checkOrder, type OrderedTask } from "./task-order.ts";
import { readPolicy } from "./task-policy.ts";
import { readWork } from "./task-work.ts";
import { readExpression } from "./templates.ts";
import type { InputDefinition } from "./workflow.ts";

/** A task that was read; dependencies are still names. */
export interface ReadTask {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly path: Path;
  readonly final: boolean;
  readonly dependencies: readonly string[];
  readonly work: JobWork;
  readonly policy: JobPolicy;
  readonly condition: Expression | null;
  readonly conditionText: string | null;
  readonly unsupported: string | null;
}

/** What the tasks of a list can refer to beside each other. */
export interface ListScope {
  readonly variables: Readonly<Record<string, Value>>;
  readonly inputs: ReadonlyMap<string, InputDefinition>;
  readonly isUnread: ReferenceScope["isUnread"];
  /** The list is a fragment of a running graph: names that it does not have may be tasks of the run. */
  readonly fragment: boolean;
}

/** What the shape of the file has problems with: `tasks.3` for the fourth task, `tasks` for the list as a whole. */
export type Broken = ReadonlySet<string>;

/** Reads `tasks` and `finally`: order first, then each task with what it can refer to. */
export function readTasks(
  lists: readonly { readonly key: "tasks" | "finally"; readonly tasks: readonly TaskFile[] }[],
  scope: ListScope,
  context: FileContext,
  broken: Broken = new Set(),
): readonly ReadTask[] {
  const files = lists.flatMap(({ key, tasks }) =>
    tasks.map((task, index) => ({ task, path: [key, index], final: key === "finally" })),
  );
  const ordered = files.map(({ task, path, final }) => ({
    id: task.id,
    path,
    final,
    dependencies: task.dependencies ?? [],
  }));
  const isSound = checkOrder(ordered, context.problems, scope.fragment);
  const directory = new Directory(
    files.map(({ task }) => task),
    ordered,
    // A task that lost its `dependencies` to a typing error would make every reference below it look wrong.
    isSound && broken.size === 0,
    scope.fragment,
  );
  return files.flatMap(({ task, path, final }, index) => {
    if (broken.has(path.join("."))) return [];
    const references = {
      ...scope,
      tasks: directory.from(index),
      item: NO_ITEM,
      meant: meantBy(context.problems),
    };
    return readTask({ ...context, task, path, scope: references }, final);
  });
}

const NO_ITEM: ItemScope = { kind: "none", why: "only tasks with `matrix` or `for_each` have it" };
const NO_ITEM_YET: ItemScope = {
  kind: "none",
  why: "`when` is decided once for all members, before there are any",
};

function readTask(context: TaskContext, final: boolean): ReadTask {
  const { task, path, problems } = context;
  const group = readGroup(task, path, context.scope, context);
  const inner: TaskContext =
    group === null ? context : { ...context, scope: { ...context.scope, item: group.item } };
  const { work, unsupported } = readWork(inner);
  const policy = readPolicy(context);
  const outer = group === null ? context.scope : { ...context.scope, item: NO_ITEM_YET };
  const conditionText = task.when === undefined ? null : String(task.when);
  const condition =
    conditionText === null ? null : readExpression(conditionText, [...path, "when"], outer, problems);
  return {
    id: task.id,
    name: task.name ?? task.id,
    description: task.description ?? "",
    path,
    final,
    dependencies: task.dependencies ?? [],
    work:
      group === null
        ? work
        : { kind: "group", group: { ...groupOf(task), items: group.items, template: { work, policy } } },
    policy,
    condition,
    conditionText,
    unsupported,
  };
}

function groupOf(task: TaskFile): { readonly failFast: boolean; readonly maxParallel: number | null } {
  return { failFast: task.fail_fast ?? true, maxParallel: task.max_parallel ?? null };
}

/** The tasks of a list, as each of them sees the others. */
class Directory {
  readonly #tasks: ReadonlyMap<string, TaskFile>;
  readonly #ordered: readonly OrderedTask[];
  readonly #finals: ReadonlyMap<string, boolean>;
  readonly #isSound: boolean;
  readonly #fragment: boolean;
  #ancestors: Ancestors | null = null;

  constructor(
    tasks: readonly TaskFile[],
    ordered: readonly OrderedTask[],
    isSound: boolean,
    fragment: boolean,
  ) {
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    this.#ordered = ordered;
    this.#finals = new Map(ordered.map((task) => [task.id, task.final]));
    this.#isSound = isSound;
    this.#fragment = fragment;
  }

  from(index: number): TaskDirectory {
    return {
      find: (id) => this.#find(id),
      ids: () => this.#tasks.keys(),
      refusal: (id) => this.#refusal(index, id),
    };
  }

  #find(id: string): ReturnType<TaskDirectory["find"]> {
    const task = this.#tasks.get(id);
    if (task === undefined) return this.#fragment ? { outputs: [], kind: "other" } : null;
    return { outputs: task.outputs ?? [], kind: task.type === "approval" ? "approval" : "task" };
  }

  #refusal(index: number, id: string): string | null {
    const from = this.#ordered[index];
    const final = this.#finals.get(id);
    // With problems in the order itself nobody knows what comes before what; with a cycle there is no order at all.
    if (from === undefined || final === undefined || !this.#isSound) return null;
    if (from.id === id) return `task \`${id}\` cannot look at itself`;
    if (from.final && !final) return null;
    if (final && !from.final) return `\`${id}\` is one of \`finally\`, which starts after all \`tasks\``;
    this.#ancestors ??= new Ancestors(this.#ordered);
    if (this.#ancestors.has(index, id)) return null;
    return `task \`${id}\` does not have to end before \`${from.id}\`; add it to the \`dependencies\` of \`${from.id}\``;
  }
}

/** What the outputs of a run can refer to: every task, as all have ended. */
export function afterAllTasks(
  tasks: readonly TaskFile[],
  scope: ListScope,
  problems: ProblemList,
): ReferenceScope {
  const known = new Map(tasks.map((task) => [task.id, task]));
  return {
    ...scope,
    meant: meantBy(problems),
    item: { kind: "none", why: "it belongs to the members of a matrix or for_each" },
    tasks: {
      find: (id) => {
        const task = known.get(id);
        if (task === undefined) return null;
        return { outputs: task.outputs ?? [], kind: task.type === "approval" ? "approval" : "task" };
      },
      ids: () => known.keys(),
      refusal: () => null,
    },
  };
}

/** Before a run has any task: for its concurrency group. */
export function beforeAllTasks(scope: ListScope, problems: ProblemList): ReferenceScope {
  return {
    ...scope,
    meant: meantBy(problems),
    item: { kind: "none", why: "it belongs to the members of a matrix or for_each" },
    tasks: { find: () => null, ids: () => [], refusal: () => null },
  };
}

function meantBy(problems: ProblemList): ReferenceScope["meant"] {
  return (name, names) => problems.meant(name, names);
}
