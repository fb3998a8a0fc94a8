const HEARTBEAT_MS = 15_000;
/** A client that has taken nothing for so long is not there any more. */
const STUCK_MS = 120_000;

/** One message. `id` null: coming back with the last id must not skip it. */
export interface Frame {
  readonly event: string;
  readonly data: unknown;
  readonly id: string | null;
}

export function frame(event: string, data: unknown, id: string | null): Frame {
  return { event, data, id };
}

/** Why a stream ends. `over`: there is nothing more to say; `failed`: the client comes back with its cursor. */
export type StreamEnd = "over" | "stopping" | "signed_out" | "failed";

/** What the owner of a channel is told. */
export interface ChannelListener {
  /** Room again, after `isBlocked`. */
  drained(): void;
  closed(): void;
}

/** How messages reach a client: as server-sent events, or over a WebSocket. */
export interface Wire {
  listen(listener: ChannelListener): void;
  /** False: the client does not take it; `drained` says when it does. */
  send(frames: readonly Frame[]): boolean;
  /** A sign of life. */
  beat(): void;
  /** Ends in good order: the client can tell it from a broken connection. */
  end(why: StreamEnd): void;
  cut(): void;
}

/** One stream of messages to one client. It never buffers by itself: its owner looks at `isBlocked` first. */
export class Channel {
  readonly lastEventId: string | null;
  readonly #wire: Wire;
  readonly #heartbeat: NodeJS.Timeout;
  #listener: ChannelListener | null = null;
  #isBlocked = false;
  #blockedAt = 0;
  #isOpen = true;

  constructor(wire: Wire, lastEventId: string | null) {
    this.#wire = wire;
    this.lastEventId = lastEventId;
    wire.listen({
      drained: () => {
        this.#isBlocked = false;
        this.#listener?.drained();
      },
      closed: () => this.#closed(),
    });
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The client does not take what was written: what is written now would pile up in memory. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener;
    if (!this.#isOpen) listener.closed();
  }

  write(frames: readonly Frame[]): void {
    if (!this.#isOpen || frames.length === 0) return;
    if (this.#wire.send(frames)) return;
    if (!this.#isBlocked) this.#blockedAt = performance.now();
    this.#isBlocked = true;
  }

  end(why: StreamEnd = "over"): void {
    if (!this.#isOpen) return;
    this.#wire.end(why);
    this.#closed();
  }

  #beat(): void {
    if (!this.#isBlocked) this.#wire.beat();
    else if (performance.now() - this.#blockedAt > STUCK_MS) this.#wire.cut();
  }

  #closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#heartbeat);
    this.#listener?.closed();
  }
}
