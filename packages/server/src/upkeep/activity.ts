import type { Published } from "../engine/port.ts";

/** So many facts between two looks are little: a few tasks of seconds, however many more wait for a place. */
const FEW_FACTS = 50;

/** How much is going on: by the facts that became durable since somebody last looked. */
export class Activity {
  #facts = 0;

  hear(published: readonly Published[]): void {
    for (const entry of published) this.#facts += entry.kind === "run" ? entry.events.length : 1;
  }

  /** Counts anew from here. */
  wasHigh(): boolean {
    const facts = this.#facts;
    this.#facts = 0;
    return facts > FEW_FACTS;
  }
}
