import type { ServerResponse } from "node:http";
import type { ChannelListener, Frame, Wire } from "./channel.ts";

/** Server-sent events. */
export class EventWire implements Wire {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  listen(listener: ChannelListener): void {
    this.#response.on("drain", () => listener.drained());
    this.#response.on("close", () => listener.closed());
    this.#response.on("error", () => listener.closed());
  }

  send(frames: readonly Frame[]): boolean {
    return this.#response.write(frames.map(textOf).join(""));
  }

  beat(): void {
    this.#response.write(": still here\n\n");
  }

  end(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }
}

function textOf({ event, data, id }: Frame): string {
  const head = id === null ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
