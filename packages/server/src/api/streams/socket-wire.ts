import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { ChannelListener, Frame, StreamEnd, Wire } from "./channel.ts";

/** RFC 6455, 7.4.1; 4000 and up are ours. */
const CLOSE: Readonly<Record<StreamEnd, readonly [number, string]>> = {
  over: [1000, "the stream has ended"],
  stopping: [1001, "the server is stopping"],
  signed_out: [4401, "signed out"],
  failed: [1011, "the stream was ended by an error; come back with the last id"],
};
const UNEXPECTED: readonly [number, string] = [1003, "this stream takes no messages"];
/** Beats without any answer, after which the client is taken for gone. */
const MISSED_BEATS = 2;

/** A WebSocket: each message is a JSON object `{event, data, id}`. The client says nothing, but answers pings. */
export class SocketWire implements Wire {
  readonly #socket: WebSocket;
  /** The connection below: `ws` writes straight to it, so its buffer is what piles up. */
  readonly #connection: Duplex;
  #missed = 0;

  constructor(socket: WebSocket, connection: Duplex) {
    this.#socket = socket;
    this.#connection = connection;
    socket.on("message", () => this.#close(UNEXPECTED));
    socket.on("pong", () => (this.#missed = 0));
    // Answers to a flood of pings would pile up for a client that does not read them.
    socket.on("ping", (data) => {
      if (!connection.writableNeedDrain && socket.readyState === socket.OPEN) socket.pong(data);
    });
  }

  listen(listener: ChannelListener): void {
    this.#connection.on("drain", () => listener.drained());
    this.#socket.on("close", () => listener.closed());
    // A message that is too large or broken: `ws` closes with the fitting code by itself.
    this.#socket.on("error", () => listener.closed());
  }

  send(frames: readonly Frame[]): boolean {
    this.#connection.cork();
    for (const { event, data, id } of frames) this.#socket.send(JSON.stringify({ event, data, id }));
    this.#connection.uncork();
    return !this.#connection.writableNeedDrain;
  }

  beat(): void {
    if (this.#missed >= MISSED_BEATS) return this.cut();
    this.#missed += 1;
    this.#socket.ping();
  }

  end(why: StreamEnd): void {
    this.#close(CLOSE[why]);
  }

  cut(): void {
    this.#socket.terminate();
  }

  #close([code, reason]: readonly [number, string]): void {
    this.#socket.close(code, reason);
  }
}
