import type { Batch } from "./batch.ts";
import type { LiveRuns } from "./live-runs.ts";
import type { HeldRun } from "./port.ts";

const SYSTEM = { kind: "system", id: "gaia", via: "engine" } as const;

/** Runs of one concurrency group go one after the other, in the order of their creation. */
export class Groups {
  readonly #members = new Map<string, string[]>();

  /** Adds a run; `ahead` are those that go before it. */
  join(held: HeldRun): { readonly ahead: readonly string[] } {
    const key = keyOf(held);
    if (key === null) return { ahead: [] };
    const members = this.#members.get(key) ?? [];
    const ahead = [...members];
    // After a restart runs are taken up oldest first, but one that runs already is always the first.
    if (held.run.header.status === "pending") members.push(held.id);
    else members.unshift(held.id);
    this.#members.set(key, members);
    return { ahead };
  }

  isFirst(held: HeldRun): boolean {
    const key = keyOf(held);
    return key === null || this.#members.get(key)?.[0] === held.id;
  }

  /** Those directly before and behind a run. */
  neighbours(held: HeldRun): { readonly before: string | null; readonly behind: string | null } {
    const key = keyOf(held);
    const members = key === null ? [] : (this.#members.get(key) ?? []);
    const at = members.indexOf(held.id);
    if (at < 0) return { before: null, behind: null };
    return { before: members[at - 1] ?? null, behind: members[at + 1] ?? null };
  }

  /** Removes a run; the one that is first now may start. */
  leave(held: HeldRun): string | null {
    const key = keyOf(held);
    if (key === null) return null;
    const left = (this.#members.get(key) ?? []).filter((id) => id !== held.id);
    if (left.length === 0) this.#members.delete(key);
    else this.#members.set(key, left);
    return left[0] ?? null;
  }
}

/** Stops the runs ahead of a new one that takes their place. */
export function replaceRuns(batch: Batch, live: LiveRuns, ahead: readonly string[], by: HeldRun): void {
  const comment = `replaced by ${by.facts.pipeline} #${by.facts.number}`;
  const cause = { kind: "run_stopped" } as const;
  for (const id of ahead) {
    const other = live.get(id);
    if (other === undefined || other.run.header.stop !== null) continue;
    batch.input(other, { kind: "stop", at: batch.now, cause, by: "gaia", comment, force: false }, SYSTEM);
  }
}

/** Says for which run of its group a run waits. */
export function waitFor(held: HeldRun, before: HeldRun | undefined): void {
  const ahead = before === undefined ? {} : { ahead: `${before.facts.pipeline} #${before.facts.number}` };
  const reason = { kind: "waits_for_group", group: held.facts.group ?? "", ...ahead } as const;
  held.run.header = { ...held.run.header, reason };
}

/** A run that ends while it waits in the middle: the one behind it waits for another now. */
export function closeRanks(batch: Batch, groups: Groups, live: LiveRuns, held: HeldRun): void {
  const { before, behind } = groups.neighbours(held);
  const next = behind === null ? undefined : live.get(behind);
  if (before === null || next === undefined) return;
  batch.touch(next);
  waitFor(next, live.get(before));
}

function keyOf(held: HeldRun): string | null {
  return held.facts.group === null ? null : `${held.namespace}/${held.facts.group}`;
}
