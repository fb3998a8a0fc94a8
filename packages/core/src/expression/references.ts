import type { Expression } from "./ast.ts";
import { childrenOf } from "./children.ts";
import { isStatusFunction } from "./vocabulary.ts";

/** A name, then the keys that lead on from it: `tasks.build.outputs["url"]` is ["tasks", "build", "outputs", "url"]. */
export type Path = readonly string[];

/**
 * All paths that an expression reads, each once, in the order of their first mention: what has to exist for the
 * expression to make sense. A path ends where it stops being known beforehand: `tasks[name].status` is ["tasks"] and
 * ["name"]. `has(a.b)` only mentions `a`, as it is there to ask whether `a.b` exists; names that macros bring in are
 * no paths.
 */
export function references(expression: Expression): readonly Path[] {
  const found = new Map<string, Path>();
  visit(expression, new Set(), "value", ({ root, keys }) => {
    const unknown = keys.indexOf(null);
    const known = keys.slice(0, unknown < 0 ? keys.length : unknown).map(String);
    const path = [root, ...known];
    found.set(JSON.stringify(path), path);
  });
  return [...found.values()];
}

/**
 * Whether an expression looks at how other jobs ended: it calls `success()`, `failure()`, `cancelled()` or `always()`,
 * or reads a task's `status`. Where a task is used as a whole (`[tasks.a].exists(t, t.status == "failed")`) the answer
 * is true as well, since its status is in there. A condition for which this is false only counts when the jobs before
 * succeeded.
 */
export function usesStatus(expression: Expression): boolean {
  let found = callsStatus(expression);
  visit(expression, new Set(), "value", ({ root, keys }, use) => {
    const [, property] = keys;
    // Looking whether a task exists, or going through the tasks' names, says nothing about how they ended.
    if (root !== "tasks" || (use !== "value" && keys.length < 2)) return;
    if (property === undefined || property === null || property === "status") found = true;
  });
  return found;
}

function callsStatus(expression: Expression): boolean {
  const isCall = expression.kind === "call" && isStatusFunction(expression.name);
  return isCall || childrenOf(expression).some(callsStatus);
}

/** A name and the keys behind it; null stands for a key that is only known when the expression is evaluated. */
interface Chain {
  readonly root: string;
  readonly keys: readonly (string | null)[];
  /** The expressions that work out those keys. */
  readonly indexes: readonly Expression[];
}

/** What becomes of the value at the end of a chain: its keys alone are looked at, or all of it. */
type Use = "value" | "keys";

type Report = (chain: Chain, use: Use) => void;

function visit(expression: Expression, bound: ReadonlySet<string>, use: Use, report: Report): void {
  const chain = chainOf(expression);
  if (chain !== null) {
    if (!bound.has(chain.root)) report(chain, use);
    for (const index of chain.indexes) visit(index, bound, "value", report);
  } else if (expression.kind === "macro") {
    visit(expression.target, bound, "keys", report);
    visit(expression.body, new Set([...bound, expression.variable]), "value", report);
  } else if (expression.kind === "has") {
    visit(expression.target, bound, "keys", report);
  } else {
    for (const child of childrenOf(expression)) visit(child, bound, "value", report);
  }
}

function chainOf(expression: Expression): Chain | null {
  const keys: (string | null)[] = [];
  const indexes: Expression[] = [];
  let at = expression;
  while (at.kind === "member" || at.kind === "index") {
    if (at.kind === "member") {
      keys.unshift(at.name);
    } else if (at.index.kind === "literal" && isKey(at.index.value)) {
      keys.unshift(String(at.index.value));
    } else {
      keys.unshift(null);
      indexes.unshift(at.index);
    }
    at = at.target;
  }
  return at.kind === "name" ? { root: at.name, keys, indexes } : null;
}

function isKey(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
