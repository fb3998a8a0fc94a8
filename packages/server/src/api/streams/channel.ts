import type { ServerResponse } from "node:http";

const HEARTBEAT_MS = 15_000;
/** A client that has taken nothing for so long is not there any more. */
const STUCK_MS = 120_000;

/** What the owner of a channel is told. */
export interface ChannelListener {
  /** Room again, after `isBlocked`. */
  drained(): void;
  closed(): void;
}

/** One server-sent event stream to one client. It never buffers by itself: its owner looks at `isBlocked` first. */
export class Channel {
  readonly lastEventId: string | null;
  readonly #response: ServerResponse;
  readonly #heartbeat: NodeJS.Timeout;
  #listener: ChannelListener | null = null;
  #isBlocked = false;
  #blockedAt = 0;
  #isOpen = true;

  constructor(response: ServerResponse, lastEventId: string | null) {
    this.#response = response;
    this.lastEventId = lastEventId;
    response.on("drain", () => {
      this.#isBlocked = false;
      this.#listener?.drained();
    });
    response.on("close", () => this.#closed());
    response.on("error", () => this.#closed());
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

  /** Sends whole frames (`frame`). */
  write(frames: string): void {
    if (!this.#isOpen || frames === "") return;
    if (this.#response.write(frames)) return;
    if (!this.#isBlocked) this.#blockedAt = performance.now();
    this.#isBlocked = true;
  }

  /** Ends the stream in good order: the client can tell it from a broken connection. */
  end(): void {
    if (!this.#isOpen) return;
    this.#response.end();
    this.#closed();
  }

  #beat(): void {
    if (!this.#isBlocked) this.write(": still here\n\n");
    else if (performance.now() - this.#blockedAt > STUCK_MS) this.#response.destroy();
  }

  #closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#heartbeat);
    this.#listener?.closed();
  }
}

/** One message. `id` null: coming back with the last id must not skip it. */
export function frame(event: string, data: unknown, id: string | null): string {
  const head = id === null ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
