import type { FromWorker, ToWorker } from "../packages/contracts/src/index.ts";
import type { Workers } from "../packages/server/src/workers/workers.ts";
import type { Host } from "./host.ts";
import type { World } from "./world.ts";

/** A server of one moment, as streams lead to it. */
export interface Listening {
  readonly alive: boolean;
  readonly workers: Workers;
}

/** The streams between hosts and the server: in order, with delays, until they break. */
export class Network {
  readonly #world: World;
  readonly #partitioned = new Set<string>();
  readonly #streams = new Map<string, (reason: string) => void>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A stream to the server; null: nobody listens there, or the host is cut off. */
  dial(
    server: Listening | null,
    host: Host,
    receive: (message: ToWorker) => void,
    closed: () => void,
  ): ((message: FromWorker) => void) | null {
    if (server === null || this.#partitioned.has(host.id)) return null;
    const world = this.#world;
    let open = true;
    const toWorker = channel(world, (message: ToWorker) => open && receive(message));
    const handlers = server.workers.accept({
      write: (message) => {
        if (open && server.alive) toWorker(message);
        return true;
      },
      end: () => {
        if (!open) return;
        world.after(1, () => {
          open = false;
          closed();
        });
      },
    });
    const toServer = channel(world, (message: FromWorker) => {
      if (open && server.alive) handlers.receive(message);
    });
    this.#streams.set(host.id, (reason) => {
      if (!open) return;
      open = false;
      closed();
      world.after(world.random.between(0, 2_000), () => {
        if (server.alive) handlers.closed(reason);
      });
    });
    return toServer;
  }

  /** The connection of a host breaks; it may dial again at once. */
  cut(host: Host, reason: string): void {
    this.#streams.get(host.id)?.(reason);
  }

  /** The server is gone, and all streams with it. */
  cutAll(reason: string): void {
    for (const [host, breakIt] of [...this.#streams]) {
      this.#streams.delete(host);
      breakIt(reason);
    }
  }

  /** A host that nobody can reach for longer than its lease: its attempts may be started elsewhere. */
  partition(host: Host): void {
    this.#world.note(`${host.id}: cut off`);
    this.#partitioned.add(host.id);
    this.cut(host, "the network broke");
    this.#world.after(this.#world.random.between(2_000, 25_000), () => {
      this.#partitioned.delete(host.id);
      this.#world.note(`${host.id}: can be reached again`);
    });
  }

  heal(): void {
    this.#partitioned.clear();
  }
}

/** In order, each message a little later than it was sent, never before the one in front of it. */
function channel<T>(world: World, deliver: (message: T) => void): (message: T) => void {
  let last = 0;
  return (message) => {
    last = Math.max(last, world.elapsed + world.random.between(0, world.random.chance(0.02) ? 500 : 4));
    world.after(last - world.elapsed, () => deliver(message));
  };
}
