import { evaluate, type Value } from "../expression/index.ts";
import type { Group, GroupItem, Job } from "../graph/index.ts";
import { type Readable, scopeOf } from "./scope.ts";

/** What a job that is a matrix or for_each becomes. */
export function groupOf(job: Job): Group {
  if (job.work.kind !== "group") throw new Error(`the job ${job.key} is not a group`);
  return job.work.group;
}

/** The members of a group, with keys that no other member has. */
export function membersOf(job: Job, number: number, items: readonly GroupItem[]): readonly Job[] {
  const { template } = groupOf(job);
  const keys = new Keys(job.key);
  return items.map((item) => ({
    key: keys.next(item.label),
    name: `${job.name} [${item.label}]`,
    work: template.work,
    policy: template.policy,
    dependencies: [],
    joins: [],
    condition: null,
    final: job.final,
    grownBy: null,
    memberOf: number,
    item: item.value,
  }));
}

/** The items of a group, or why there are none. */
export type Items =
  | { readonly kind: "ok"; readonly items: readonly GroupItem[] }
  | { readonly kind: "error"; readonly message: string };

/** Works out what a group goes over. */
export function itemsOf(run: Readable, number: number, group: Group): Items {
  if (group.items.kind === "fixed") return { kind: "ok", items: group.items.items };
  const list = evaluate(group.items.list, scopeOf(run, number));
  if (list.kind === "error")
    return { kind: "error", message: `its for_each cannot be worked out: ${list.message}` };
  if (!isList(list.value)) return { kind: "error", message: "its for_each did not yield a list" };
  return { kind: "ok", items: list.value.map((value, index) => ({ label: labelOf(value, index), value })) };
}

/** Gives each member a key of its own: what comes a second time is numbered. */
class Keys {
  readonly #group: string;
  readonly #taken = new Set<string>();
  readonly #times = new Map<string, number>();

  constructor(group: string) {
    this.#group = group;
  }

  next(label: string): string {
    let times = (this.#times.get(label) ?? 0) + 1;
    let key = times === 1 ? `${this.#group}[${label}]` : `${this.#group}[${label}#${times}]`;
    for (; this.#taken.has(key); times++) key = `${this.#group}[${label}#${times + 1}]`;
    this.#taken.add(key);
    this.#times.set(label, times);
    return key;
  }
}

/** Short, and without what would make a key hard to type. */
function labelOf(value: Value, index: number): string {
  const text = typeof value === "object" ? "" : String(value);
  return text.length <= 60 && /^[\w.@/=:+,-]+$/.test(text) ? text : String(index);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
