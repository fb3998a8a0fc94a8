import type { JobView, Schemas } from "../api/client.ts";
import { listWords } from "../design/number.ts";

/** What follows from yes, from no, and from silence: sentences over what the run knows. */

export interface Asked {
  readonly key: string;
  readonly unblocks: readonly string[];
  readonly dueAt: string | null;
  readonly onTimeout: string;
}

type Known = Pick<JobView, "key" | "status" | "dependencies" | "tolerated">;
type Node = Pick<Schemas["Graph"]["nodes"][number], "key" | "condition">;

const ENDED: ReadonlySet<string> = new Set(["completed", "failed", "skipped", "cancelled"]);
/** More names than this are a number. */
const NAMED = 4;

/** "A yes lets deploy start when soak and e2e are through." */
export function yesText(asked: Asked, jobs: readonly Known[]): string {
  if (asked.unblocks.length === 0) return "A yes completes this task. Nothing waits for it.";
  const status = new Map(jobs.map((job) => [job.key, job.status]));
  const behind = jobs.filter((job) => asked.unblocks.includes(job.key));
  const others = new Set(
    behind.flatMap(({ dependencies }) =>
      dependencies.filter((key) => key !== asked.key && !ENDED.has(status.get(key) ?? "completed")),
    ),
  );
  const when =
    others.size === 0 ? "" : ` when ${namesText([...others])} ${others.size === 1 ? "is" : "are"} through`;
  return `A yes lets ${namesText(asked.unblocks)} start${when}.`;
}

/** "A no fails approve: deploy does not run, and the run ends as failed." */
export function noText(asked: Asked, jobs: readonly Known[], nodes: readonly Node[]): string {
  const own = jobs.find(({ key }) => key === asked.key);
  if (own?.tolerated === true)
    return "A no is kept with the run; the workflow goes on all the same (`on_error: continue`).";
  const conditions = new Map(nodes.map(({ key, condition }) => [key, condition]));
  const strict = asked.unblocks.filter((key) => (conditions.get(key) ?? null) === null);
  const conditional = asked.unblocks.filter((key) => (conditions.get(key) ?? null) !== null);
  const parts = [
    strict.length === 0 ? "" : `${namesText(strict)} ${strict.length === 1 ? "does" : "do"} not run`,
    conditional.length === 0
      ? ""
      : `${namesText(conditional)} ${conditional.length === 1 ? "goes by its" : "go by their"} own condition`,
    "the run ends as failed",
  ].filter((part) => part !== "");
  return `A no fails ${asked.key}: ${listWords(parts)}.`;
}

/** What happens when nobody answers; empty: the question waits for as long as it takes. */
export function silenceText({ dueAt, onTimeout }: Pick<Asked, "dueAt" | "onTimeout">): string {
  if (dueAt === null) return "It waits for as long as it takes.";
  if (onTimeout === "reject") return "Without an answer by then it counts as a no.";
  if (onTimeout === "approve") return "Without an answer by then it counts as a yes.";
  return onTimeout === "" ? "" : `Without an answer by then: ${onTimeout}.`;
}

/** All tasks before the question, those that ask for a look first. */
export function groundsOf<Job extends Known>(key: string, jobs: readonly Job[]): readonly Job[] {
  const byKey = new Map(jobs.map((job) => [job.key, job]));
  const found = new Set<string>();
  const open = [...(byKey.get(key)?.dependencies ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(byKey.get(next)?.dependencies ?? []));
  }
  return jobs
    .filter((job) => found.has(job.key))
    .toSorted((one, other) => weight(one.status) - weight(other.status));
}

function weight(status: string): number {
  if (status === "failed" || status === "cancelled") return 0;
  return ENDED.has(status) ? 2 : 1;
}

function namesText(keys: readonly string[]): string {
  if (keys.length <= NAMED) return listWords(keys);
  return `${keys.slice(0, NAMED - 1).join(", ")} and ${keys.length - NAMED + 1} more`;
}
