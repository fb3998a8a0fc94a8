import { GaiaError, LIMITS } from "@gaia/contracts";
import type { Channel } from "./channel.ts";

/** All streams that are open, of either kind: counted, limited, and ended together. */
export class OpenStreams {
  /** With the session of the browser that opened them; null: another caller did. */
  readonly #channels = new Map<Channel, string | null>();

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

  add(channel: Channel, session: string | null): void {
    this.#channels.set(channel, session);
  }

  remove(channel: Channel): void {
    this.#channels.delete(channel);
  }

  /** Who has signed out sees nothing more. */
  endSession(session: string): void {
    for (const [channel, owner] of this.#channels) if (owner === session) channel.end("signed_out");
  }

  endAll(): void {
    for (const channel of this.#channels.keys()) channel.end("stopping");
    this.#channels.clear();
  }
}
