import { AGEING_MS, type QueueEntry } from "../lane.ts";
import type { Assignment, PlannedWorker } from "../planner.ts";

interface Turn {
  /** The number of the run's last turn, and of the last change of the lane's places. */
  number: number;
}

/** The planner's rules, word for word over plain lists: slow, and small enough to be believed. */
export class NaivePlanner {
  #waiting: QueueEntry[] = [];
  #held: Assignment[] = [];
  #workers: PlannedWorker[] = [];
  #lanes: { readonly name: string; turnAt: number; gaveBack: boolean }[] = [];
  readonly #turns = new Map<string, Turn>();
  #turn = 0;

  get size(): number {
    return this.#waiting.length;
  }

  setWorker(worker: PlannedWorker): void {
    const known = this.#workers.findIndex((one) => one.id === worker.id);
    if (known >= 0) this.#workers[known] = worker;
    else this.#workers.push(worker);
  }

  removeWorker(id: string): void {
    this.#workers = this.#workers.filter((worker) => worker.id !== id);
  }

  add(entry: QueueEntry): void {
    this.#waiting.push(entry);
    if (this.#laneOf(entry) === undefined) {
      this.#lanes.push({ name: laneName(entry), turnAt: Number.NEGATIVE_INFINITY, gaveBack: false });
    }
  }

  remove(entry: QueueEntry): void {
    this.#waiting = this.#waiting.filter((one) => one.job !== entry.job || laneName(one) !== laneName(entry));
    this.#dropLanes();
  }

  removeRun(run: string): void {
    this.#waiting = this.#waiting.filter((one) => one.run !== run);
    this.#turns.delete(run);
    this.#dropLanes();
  }

  release(run: string, job: number): void {
    const held = this.#held.find((one) => one.entry.run === run && one.entry.job === job);
    this.#held = this.#held.filter((one) => one !== held);
    const lane = held === undefined ? undefined : this.#laneOf(held.entry);
    if (lane !== undefined) lane.gaveBack = true;
  }

  plan(now: number, limit: number): readonly Assignment[] {
    for (const lane of this.#lanes) {
      if (lane.gaveBack) lane.turnAt = now;
      lane.gaveBack = false;
    }
    const given: Assignment[] = [];
    for (;;) {
      const possible = this.#heads().filter((entry) => this.#freest(entry.tags) !== undefined);
      const [first] = possible.toSorted((left, right) => this.#compare(left, right, now));
      const worker = first === undefined ? undefined : this.#freest(first.tags);
      if (first === undefined || worker === undefined || given.length >= limit) return given;
      const lane = this.#laneOf(first);
      if (lane !== undefined) lane.turnAt = now;
      this.#turn += 1;
      this.#turns.set(first.run, { number: this.#turn });
      this.#waiting = this.#waiting.filter((one) => one !== first);
      this.#dropLanes();
      const assignment = { entry: first, worker: worker.id };
      this.#held.push(assignment);
      given.push(assignment);
    }
  }

  /** The first of each lane. */
  #heads(): readonly QueueEntry[] {
    return this.#lanes.flatMap((lane) =>
      this.#waiting.filter((one) => laneName(one) === lane.name).slice(0, 1),
    );
  }

  #compare(left: QueueEntry, right: QueueEntry, now: number): number {
    const held = (same: (entry: QueueEntry) => boolean): number =>
      this.#held.filter((one) => same(one.entry)).length;
    const keys = (of: QueueEntry): readonly number[] => [
      -(
        of.priority +
        Math.floor(Math.max(0, now - Math.max(of.readyAt, this.#laneOf(of)?.turnAt ?? 0)) / AGEING_MS)
      ),
      held((entry) => entry.namespace === of.namespace),
      held((entry) => entry.namespace === of.namespace && entry.pipeline === of.pipeline),
      held((entry) => entry.run === of.run),
      this.#turns.get(of.run)?.number ?? 0,
      this.#lanes.findIndex((lane) => lane.name === laneName(of)),
    ];
    const rightKeys = keys(right);
    return (
      keys(left)
        .map((key, index) => key - (rightKeys[index] ?? 0))
        .find((difference) => difference !== 0) ?? 0
    );
  }

  #freest(tags: readonly string[]): PlannedWorker | undefined {
    const slots = (worker: PlannedWorker): number =>
      worker.slots - this.#held.filter((one) => one.worker === worker.id).length;
    return this.#workers
      .filter(
        (worker) =>
          worker.accepts && tags.every((tag) => worker.tags.has(tag)) && slots(worker) + worker.credits > 0,
      )
      .toSorted((left, right) => slots(right) - slots(left) || right.credits - left.credits)[0];
  }

  #laneOf(entry: QueueEntry): { readonly name: string; turnAt: number; gaveBack: boolean } | undefined {
    return this.#lanes.find((lane) => lane.name === laneName(entry));
  }

  #dropLanes(): void {
    this.#lanes = this.#lanes.filter((lane) => this.#waiting.some((one) => laneName(one) === lane.name));
  }
}

function laneName(entry: QueueEntry): string {
  return JSON.stringify([entry.run, entry.priority, entry.tags.toSorted()]);
}
