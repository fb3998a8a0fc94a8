import type { Listener, Published } from "./port.ts";

/** Kept in memory for streams that reconnect; older ones read the store. */
const KEPT = 5_000;

/** Tells what has become durable, in commit order. Listeners must not block: they queue for themselves. */
export class Hub {
  readonly #listeners = new Set<Listener>();
  #kept: Published[] = [];

  publish(published: readonly Published[]): void {
    this.#kept.push(...published);
    if (this.#kept.length > KEPT * 2) this.#kept = this.#kept.slice(-KEPT);
    for (const listener of this.#listeners) listener(published);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}
