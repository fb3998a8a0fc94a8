import { GaiaError, LIMITS } from "@gaia/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { WebSocketServer } from "ws";
import { checkStreamUse } from "../../access/index.ts";
import { failureFrom } from "../failures.ts";
import type { Upgrade } from "../listeners.ts";
import type { ApiDeps } from "../port.ts";
import type { Answer } from "../route.ts";
import { Channel, type Wire } from "./channel.ts";
import { EventWire } from "./event-wire.ts";
import type { OpenStreams } from "./open-streams.ts";
import { SocketWire } from "./socket-wire.ts";

type StreamAnswer = Extract<Answer, { kind: "stream" }>;

/** So long a client may take to answer a close. */
const CLOSE_MS = { closeTimeout: 1_500 };

export interface StreamOpenerOptions {
  readonly deps: ApiDeps;
  readonly streams: OpenStreams;
  readonly upgradeOf: (request: IncomingMessage) => Upgrade | null;
}

/** Opens streams for requests that may have them: as server-sent events, or as a WebSocket when that was asked for. */
export class StreamOpener {
  readonly #options: StreamOpenerOptions;
  readonly #sockets = new WebSocketServer({
    ...CLOSE_MS,
    noServer: true,
    clientTracking: false,
    // Clients have nothing to say, and memory for compression (0.3 MB a socket) would be theirs to choose.
    maxPayload: LIMITS.streamMessageBytes,
    perMessageDeflate: false,
    autoPong: false,
  });

  constructor(options: StreamOpenerOptions) {
    this.#options = options;
  }

  /** @throws GaiaError `queue_full`, or `forbidden` for a page of another origin */
  open(answer: StreamAnswer, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (request.identity?.kind === "session") checkStreamUse(request.arrival);
    this.#options.streams.refuseIfFull();
    const upgrade = this.#options.upgradeOf(request.raw);
    if (upgrade === null) this.#openEvents(answer, request, reply);
    else this.#openSocket(upgrade, answer, request, reply);
    return reply;
  }

  /** @throws GaiaError always: a WebSocket was asked for where nothing streams */
  refuse(answer: Answer): never {
    if (answer.kind === "data" && answer.body instanceof Readable) answer.body.destroy();
    throw new GaiaError(
      "invalid_request",
      "Nothing streams here: `/events`, `/runs/{ref}/stream` and logs with `follow=1` do, as a WebSocket as well.",
    );
  }

  #openEvents(answer: StreamAnswer, request: FastifyRequest, reply: FastifyReply): void {
    void reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...textHeaders(reply),
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    response.flushHeaders();
    request.raw.socket.setNoDelay(true);
    const channel = this.#start(answer, request, new EventWire(response));
    response.once("close", () => this.#options.streams.remove(channel));
  }

  #openSocket(
    { connection, head }: Upgrade,
    answer: StreamAnswer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { deps, streams } = this.#options;
    void reply.hijack();
    reply.raw.detachSocket(request.raw.socket);
    request.raw.socket.setNoDelay(true);
    const began = performance.now();
    // A handshake that is not well-formed is answered with 400 by `ws`.
    this.#sockets.handleUpgrade(request.raw, connection, head, (socket) => {
      const channel = this.#start(answer, request, new SocketWire(socket, connection));
      socket.once("close", () => {
        streams.remove(channel);
        const route = request.routeOptions.config.template ?? "other";
        deps.metrics.request(route, request.method, 101, (performance.now() - began) / 1_000);
      });
    });
  }

  #start(answer: StreamAnswer, request: FastifyRequest, wire: Wire): Channel {
    const { deps, streams } = this.#options;
    const id = request.headers["last-event-id"];
    const channel = new Channel(wire, typeof id === "string" && id !== "" ? id : null);
    streams.add(channel, request.identity?.kind === "session" ? request.identity.id : null);
    Promise.resolve(answer.open(channel)).catch((caught: unknown) => {
      const error = failureFrom(caught);
      deps.log.warn(
        { err: error.cause ?? error, request_id: request.id },
        "an event stream was ended by an error",
      );
      channel.end("failed");
    });
    return channel;
  }
}

function textHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
