import { GaiaError } from "@gaia/contracts";
import type { FastifyInstance } from "fastify";
import { chmodSync, rmSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  ServerResponse,
} from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { failureBody } from "./failures.ts";
import type { TcpAddress } from "./port.ts";

/** How long a client may take. */
export interface Patience {
  readonly headersMs: number;
  /** Head and body together. */
  readonly requestMs: number;
  readonly checkEveryMs: number;
}

/** Against clients that send a byte now and then: head and body must be there in time. */
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 2_000 };
const KEEP_ALIVE_MS = 60_000;
const HEADER_BYTES = 16_384;
/** One user's server: past this, something leaks connections. */
const CONNECTIONS = 2_000;
/** Requests under way get so long before their connections are cut. */
const CLOSE_MS = 2_000;

const OTHER_HOST = "GAIA_LISTEN names an address of this machine, without a port.";
const LISTEN_FAILURES: Readonly<Record<string, { readonly why: string; readonly remedy: string }>> = {
  EADDRINUSE: { why: "another program uses it", remedy: "Choose another with GAIA_PORT." },
  EACCES: { why: "you may not use it", remedy: "Choose another with GAIA_PORT." },
  ENOTFOUND: { why: "there is no such host", remedy: OTHER_HOST },
  EADDRNOTAVAIL: { why: "this machine does not have it", remedy: OTHER_HOST },
};
/** The connection of a request that asks to become a WebSocket, and what has arrived on it since. */
export interface Upgrade {
  readonly connection: Duplex;
  readonly head: Buffer;
}

/** The servers that hand requests to the one router. */
export class Listeners {
  readonly #servers = new Set<Server>();
  readonly #local = new WeakSet<Socket>();
  readonly #upgrades = new WeakMap<IncomingMessage, Upgrade>();
  readonly #options: ServerOptions;

  constructor({ headersMs, requestMs, checkEveryMs } = PATIENCE) {
    this.#options = {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkEveryMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES,
      // `curl --http2` asks for another protocol and is content without.
      shouldUpgradeCallback: asksForWebSocket,
    };
  }

  isLocal(socket: Socket): boolean {
    return this.#local.has(socket);
  }

  upgradeOf(request: IncomingMessage): Upgrade | null {
    return this.#upgrades.get(request) ?? null;
  }

  /** @throws GaiaError `home_in_use` when another server answers on the socket. */
  async listenSocket(app: FastifyInstance, path: string): Promise<void> {
    if (await answers(path)) throw new GaiaError("home_in_use", `Another server answers on ${path}.`);
    rmSync(path, { force: true });
    const server = this.#server(app);
    server.on("connection", (socket) => this.#local.add(socket));
    await listening(server, () => {
      // The file must not be open to others for a moment: it is created with its rights.
      const umask = process.umask(0o177);
      try {
        server.listen({ path });
      } finally {
        process.umask(umask);
      }
    });
    chmodSync(path, 0o600);
  }

  /** @throws GaiaError `unavailable` when the address cannot be used. */
  async listenTcp(app: FastifyInstance, host: string, port: number): Promise<TcpAddress> {
    const server = this.#server(app);
    try {
      await listening(server, () => server.listen({ host, port }));
    } catch (caught) {
      this.#servers.delete(server);
      const code = caught instanceof Error && "code" in caught ? String(caught.code) : "";
      const { why, remedy } = LISTEN_FAILURES[code] ?? {
        why: code,
        remedy: "Choose another with GAIA_PORT.",
      };
      throw new GaiaError(
        "unavailable",
        `The address ${host}:${port} cannot be used: ${why}. ${remedy}`,
        {},
        { cause: caught },
      );
    }
    const address = server.address();
    const used = typeof address === "object" && address !== null ? address.port : port;
    const name = host.includes(":") ? `[${host}]` : host;
    return { host, port: used, url: `http://${name}:${used}` };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers].map(closed));
    this.#servers.clear();
  }

  #server(app: FastifyInstance): Server {
    const server = createServer(this.#options, (request, response) => app.routing(request, response));
    server.maxConnections = CONNECTIONS;
    server.on("clientError", (error: Error & { code?: string }, socket) => refuseMalformed(error, socket));
    server.on("upgrade", (request, connection, head) => this.#upgrade(app, request, { connection, head }));
    this.#servers.add(server);
    return server;
  }

  /** The router answers it like every request: who may not, or asks in vain, gets the same refusal as HTTP. */
  #upgrade(app: FastifyInstance, request: IncomingMessage, upgrade: Upgrade): void {
    const { connection } = upgrade;
    this.#upgrades.set(request, upgrade);
    connection.on("error", () => connection.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(request.socket);
    // A refused client must not hold the connection open by not ending its side.
    response.once("finish", () => request.socket.destroySoon());
    app.routing(request, response);
  }
}

function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket";
}

function listening(server: Server, listen: () => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.once("listening", () => {
    server.off("error", reject);
    resolve();
  });
  listen();
  return promise;
}

function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  server.close(() => {
    clearTimeout(cut);
    resolve();
  });
  server.closeIdleConnections();
  return promise;
}

/** A socket file that nobody answers on was left behind by a server that was killed. */
function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ path });
  socket.once("connect", () => {
    socket.destroy();
    resolve(true);
  });
  socket.once("error", () => resolve(false));
  return promise;
}

/** What is not HTTP at all never reaches the router; it is answered like everything else. */
function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const late = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const refusal = tooLarge
    ? new GaiaError("too_large", `The headers are larger than the limit of ${HEADER_BYTES} bytes.`)
    : late
      ? new GaiaError("timeout", "The request was not complete in time.")
      : new GaiaError("invalid_request", "The request is not valid HTTP.");
  const status = tooLarge
    ? "431 Request Header Fields Too Large"
    : late
      ? "408 Request Timeout"
      : "400 Bad Request";
  const body = JSON.stringify(failureBody(refusal, ""));
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\nx-content-type-options: nosniff`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
