import { GaiaError, LIMITS } from "@gaia/contracts";
import type { Channel } from "./channel.ts";

/** All event streams that are open: counted, limited, and ended together. */
export class OpenStreams {
  readonly #channels = new Set<Channel>();

  get size(): number {
    return this.#channels.size;
  }

  /** @throws GaiaError `queue_full` */
  refuseIfFull(): void {
    if (this.#channels.size < LIMITS.eventStreams) return;
    throw new GaiaError(
      "queue_full",
      `${LIMITS.eventStreams} event streams are open (eventStreams). Close some, then try again.`,
    );
  }

  add(channel: Channel): void {
    this.#channels.add(channel);
  }

  remove(channel: Channel): void {
    this.#channels.delete(channel);
  }

  endAll(): void {
    for (const channel of this.#channels) channel.end();
    this.#channels.clear();
  }
}
