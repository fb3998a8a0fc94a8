import { evaluate, renderTemplate, type Template, usesStatus, type Value } from "../expression/index.ts";
import type { GroupItem, Job, JobWork } from "../graph/index.ts";
import { type Draft, satisfies } from "./draft.ts";
import { endJob } from "./end.ts";
import { resolvePath, scopeOf } from "./scope.ts";
import type { EndReason, Past } from "./state.ts";
import { isEnded, statusOf } from "./status.ts";

/** Looks at a job whose dependencies have all ended: cancels, skips or begins it. */
export function activate(draft: Draft, number: number): void {
  if (draft.stateOf(number) !== undefined) return;
  const job = draft.job(number);
  if (job.final !== (draft.header.phase === "final")) return;
  const stop = draft.header.stop;
  if (stop !== null && (!job.final || stop.force)) {
    endJob(draft, number, { kind: "cancelled", startedAt: null, reason: { kind: "stopped", cause: stop.cause }, survivors: [] });
    return;
  }
  const refusal = refusalOf(draft, number, job);
  if (refusal === null) begin(draft, number);
  else if (refusal.kind === "condition_error") {
    endJob(draft, number, { kind: "failed", startedAt: null, outputs: {}, reason: refusal, survivors: [] });
  } else endJob(draft, number, { kind: "skipped", reason: refusal });
}

/** Begins a job, whatever its condition says: members of a group have none of their own. */
export function begin(draft: Draft, number: number): void {
  const job = draft.job(number);
  const reused = Object.hasOwn(draft.settings.reused, job.key) ? draft.settings.reused[job.key] : undefined;
  if (reused !== undefined) {
    endJob(draft, number, { kind: "completed", startedAt: draft.at, outputs: reused.outputs, reason: { kind: "reused", run: reused.run } });
    return;
  }
  beginWork(draft, number, job.work, draft.pastOf(number));
}

function beginWork(draft: Draft, number: number, work: JobWork, past: Past): void {
  switch (work.kind) {
    case "task": {
      const values = renderAll(draft, number, work.task.bindings);
      if (values.kind === "error") return invalid(draft, number, values.message);
      return enqueue(draft, number, past);
    }
    case "approval": {
      const prompt = render(draft, number, work.prompt);
      if (prompt.kind === "error") return invalid(draft, number, prompt.message);
      const timeoutMs = draft.job(number).policy.timeoutMs;
      const dueAt = timeoutMs === null ? null : draft.at + timeoutMs;
      draft.set(number, { kind: "approval", past, askedAt: draft.at, dueAt, prompt: prompt.text });
      draft.emit({ kind: "job.asked", job: number, prompt: prompt.text, dueAt });
      return;
    }
    case "child": {
      const inputs = renderAll(draft, number, work.inputs);
      if (inputs.kind === "error") return invalid(draft, number, inputs.message);
      const run = `${draft.id}_${number}`;
      draft.set(number, { kind: "child", past, at: draft.at, run, inputs: inputs.values });
      draft.emit({ kind: "job.child", job: number, run, inputs: inputs.values });
      return;
    }
    case "group":
      return expand(draft, number, work);
  }
}

/** Puts a job into the queue, for its first attempt or another one. */
export function enqueue(draft: Draft, number: number, past: Past): void {
  draft.set(number, { kind: "queued", past, readyAt: draft.at });
  draft.emit({ kind: "job.queued", job: number, attempt: past.attempts + 1 });
}

/** Begins members until the group has as many at once as it may. */
export function beginMembers(draft: Draft, group: number): void {
  const work = draft.job(group).work;
  if (work.kind !== "group") return;
  const width = work.group.maxParallel ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const state = draft.stateOf(group);
    if (state?.kind !== "group" || state.next >= state.members.total) return;
    const ended = state.members.total - state.open;
    if (state.next - ended >= width) return;
    draft.set(group, { ...state, next: state.next + 1 });
    const member = state.members.first + state.next;
    if (draft.stateOf(member) === undefined) begin(draft, member);
  }
}

function expand(draft: Draft, number: number, work: Extract<JobWork, { kind: "group" }>): void {
  const items = itemsOf(draft, number, work);
  if (items.kind === "error") return invalid(draft, number, items.message);
  const total = items.items.length;
  if (draft.size + total > draft.settings.maxJobs) {
    return invalid(draft, number, `its ${total} members would take the run past the limit of ${draft.settings.maxJobs} jobs`);
  }
  const job = draft.job(number);
  const keys = memberKeys(job.key, items.items);
  const taken = keys.find((key) => draft.hasKey(key));
  if (taken !== undefined) return invalid(draft, number, `a task with the id ${taken} exists already`);
  const members = items.items.map((item, index) => memberOf(job, number, keys[index] ?? "", item, work));
  const first = draft.grow(members);
  draft.set(number, { kind: "group", past: draft.pastOf(number), at: draft.at, members: { first, total }, open: total, next: 0, failed: 0, cancelled: 0 });
  draft.emit({ kind: "job.expanded", job: number, members: total });
  if (total > 0) draft.emit({ kind: "graph.grown", job: number, first, jobs: members });
  if (total === 0) {
    endJob(draft, number, {
      kind: "completed",
      startedAt: draft.at,
      outputs: {},
      reason: { kind: "members", failed: 0, cancelled: 0, total: 0 },
    });
  } else beginMembers(draft, number);
}

function memberOf(job: Job, group: number, key: string, item: GroupItem, work: Extract<JobWork, { kind: "group" }>): Job {
  return {
    key,
    name: `${job.name} [${item.label}]`,
    work: work.group.template.work,
    policy: work.group.template.policy,
    dependencies: [],
    joins: [],
    condition: null,
    final: job.final,
    grownBy: null,
    memberOf: group,
    item: item.value,
  };
}

function memberKeys(key: string, items: readonly GroupItem[]): readonly string[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const times = (seen.get(item.label) ?? 0) + 1;
    seen.set(item.label, times);
    return times === 1 ? `${key}[${item.label}]` : `${key}[${item.label}#${times}]`;
  });
}

type Items = { readonly kind: "ok"; readonly items: readonly GroupItem[] } | { readonly kind: "error"; readonly message: string };

function itemsOf(draft: Draft, number: number, work: Extract<JobWork, { kind: "group" }>): Items {
  const source = work.group.items;
  if (source.kind === "fixed") return { kind: "ok", items: source.items };
  const list = evaluate(source.list, scopeOf(draft, number));
  if (list.kind === "error") return { kind: "error", message: `its for_each cannot be worked out: ${list.message}` };
  if (!Array.isArray(list.value)) return { kind: "error", message: "its for_each did not yield a list" };
  return { kind: "ok", items: list.value.map((value: Value, index: number) => ({ label: labelOf(value, index), value })) };
}

/** Short, and without what would make a key hard to type. */
function labelOf(value: Value, index: number): string {
  const text = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  return text.length > 0 && text.length <= 60 && /^[\w.@/=:+,-]+$/.test(text) ? text : String(index);
}

function refusalOf(draft: Draft, number: number, job: Job): EndReason | null {
  const condition = job.condition;
  if (draft.brokenOf(number) > 0 && (condition === null || !usesStatus(condition))) return brokenReason(draft, job);
  if (condition === null) return null;
  const result = evaluate(condition, scopeOf(draft, number));
  if (result.kind === "error") return { kind: "condition_error", message: result.message };
  if (typeof result.value !== "boolean") return { kind: "condition_error", message: "`when` did not yield true or false" };
  return result.value ? null : { kind: "condition_false" };
}

function brokenReason(draft: Draft, job: Job): EndReason {
  for (const dependency of job.dependencies) {
    const state = draft.stateOf(dependency);
    if (isEnded(state) && !satisfies(draft.job(dependency), state)) {
      return { kind: "dependency", job: dependency, status: statusOf(state) };
    }
  }
  const joined = job.joins[0];
  return { kind: "dependency", job: joined ?? 0, status: "failed" };
}

function invalid(draft: Draft, number: number, message: string): void {
  endJob(draft, number, { kind: "failed", startedAt: null, outputs: {}, reason: { kind: "invalid", message }, survivors: [] });
}

type Rendered = { readonly kind: "ok"; readonly text: string } | { readonly kind: "error"; readonly message: string };

function render(draft: Draft, number: number, template: Template): Rendered {
  const scope = scopeOf(draft, number);
  const result = renderTemplate(template, (path) => resolvePath(scope, path));
  return result.kind === "ok" ? { kind: "ok", text: result.text } : { kind: "error", message: result.message };
}

function renderAll(
  draft: Draft,
  number: number,
  templates: Readonly<Record<string, Template>>,
): { readonly kind: "ok"; readonly values: Readonly<Record<string, string>> } | { readonly kind: "error"; readonly message: string } {
  const values: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    const result = render(draft, number, template);
    if (result.kind === "error") return result;
    values[name] = result.text;
  }
  return { kind: "ok", values };
}
