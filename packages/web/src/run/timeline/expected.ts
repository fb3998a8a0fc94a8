import type { JobView } from "../../api/client.ts";
import type { Lane } from "./lanes.ts";

/** When a job is expected to work, if what is asked were answered now. */
export interface Expected {
  readonly from: number;
  readonly to: number;
}

/**
 * What is still to come, from how long each task typically takes in this pipeline. A task that the statistics do not
 * know, and all behind it, is left out: it is never a guess.
 *
 * @param typicalMs by the task's key
 */
export function expectedOf(
  lanes: ReadonlyMap<string, Lane>,
  typicalMs: ReadonlyMap<string, number>,
  now: number,
): ReadonlyMap<string, Expected> {
  const expected = new Map<string, Expected>();
  if (typicalMs.size === 0) return expected;
  const finish = new Finish(lanes, typicalMs, now, expected);
  for (const { job } of lanes.values()) finish.of(job.key);
  return expected;
}

class Finish {
  readonly #lanes: ReadonlyMap<string, Lane>;
  readonly #typicalMs: ReadonlyMap<string, number>;
  readonly #now: number;
  readonly #expected: Map<string, Expected>;
  readonly #members = new Map<string, JobView[]>();
  readonly #ends = new Map<string, number | null>();

  constructor(
    lanes: ReadonlyMap<string, Lane>,
    typicalMs: ReadonlyMap<string, number>,
    now: number,
    expected: Map<string, Expected>,
  ) {
    this.#lanes = lanes;
    this.#typicalMs = typicalMs;
    this.#now = now;
    this.#expected = expected;
    for (const { job } of lanes.values())
      if (job.group !== null) this.#members.set(job.group, [...(this.#members.get(job.group) ?? []), job]);
  }

  /** When the job is expected to have ended; null: nobody knows. */
  of(key: string): number | null {
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    // A long chain is worked off with a stack of its own: 10,000 calls deep would be too deep.
    const stack = [key];
    const seen = new Set(stack);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const open = this.#ends.has(top) ? [] : this.#needs(top).filter((need) => !this.#ends.has(need));
      const next = open.find((need) => !seen.has(need));
      if (next !== undefined) {
        seen.add(next);
        stack.push(next);
        continue;
      }
      stack.pop();
      if (!this.#ends.has(top)) this.#ends.set(top, this.#end(top));
    }
    return this.#ends.get(key) ?? null;
  }

  #needs(key: string): readonly string[] {
    const job = this.#lanes.get(key)?.job;
    if (job === undefined) return [];
    if (job.status === "pending") return job.dependencies;
    return job.kind === "group" ? (this.#members.get(key) ?? []).map((member) => member.key) : [];
  }

  #end(key: string): number | null {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return null;
    const { job, endedAt } = lane;
    switch (job.status) {
      case "completed":
      case "failed":
      case "skipped":
      case "cancelled":
        return endedAt ?? this.#now;
      case "stopping":
        return this.#now;
      case "queued":
        return this.#works(key, this.#now, 0);
      case "running":
        return job.kind === "group"
          ? this.#latest(this.#needs(key))
          : this.#works(key, this.#now, this.#workingMs(lane));
      case "waiting":
        if (job.kind === "approval") return this.#now;
        return job.kind === "child" || job.due_at === null
          ? null
          : this.#works(key, Math.max(this.#now, Date.parse(job.due_at)), 0);
      case "pending":
        return this.#pending(job);
    }
  }

  /** What a person will take, and when a place in its group becomes free, nobody knows; nor when all others have ended. */
  #pending(job: JobView): number | null {
    if (job.kind === "approval" || job.group !== null || job.final) return null;
    const from = this.#latest(job.dependencies);
    return from === null ? null : this.#works(job.key, Math.max(from, this.#now), 0);
  }

  #works(key: string, from: number, doneMs: number): number | null {
    const typical = this.#typicalMs.get(key);
    if (typical === undefined) return null;
    const to = from + Math.max(0, typical - doneMs);
    if (to > from) this.#expected.set(key, { from, to });
    return to;
  }

  /** Of the attempt that runs now. */
  #workingMs({ phases }: Lane): number {
    const last = phases.at(-1);
    return last?.doing === "working" ? this.#now - last.from : 0;
  }

  #latest(keys: readonly string[]): number | null {
    let latest = 0;
    for (const key of keys) {
      const end = this.#ends.get(key) ?? null;
      if (end === null) return null;
      latest = Math.max(latest, end);
    }
    return latest;
  }
}
