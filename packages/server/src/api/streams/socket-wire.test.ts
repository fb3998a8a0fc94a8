import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "../testing/until.ts";
import { SocketWire } from "./socket-wire.ts";

let server: Server;
let clients: WebSocket[];

beforeEach(() => {
  server = createServer();
  clients = [];
});
afterEach(() => {
  for (const client of clients) client.terminate();
  server.close();
});

/** Both ends of a WebSocket. */
async function pair(autoPong: boolean): Promise<{ wire: SocketWire; client: WebSocket; connection: Duplex }> {
  const sockets = new WebSocketServer({ noServer: true, autoPong: false });
  const { promise, resolve } = Promise.withResolvers<{ wire: SocketWire; connection: Duplex }>();
  server.on("upgrade", (request, connection, head) => {
    sockets.handleUpgrade(request, connection, head, (socket) =>
      resolve({ wire: new SocketWire(socket, connection), connection }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong });
  clients.push(client);
  await new Promise<void>((open) => client.once("open", () => open()));
  return { ...(await promise), client };
}

test("a client that leaves two pings unanswered is taken for gone, one that answers is not", async () => {
  const silent = await pair(false);
  let pings = 0;
  let isClosed = false;
  silent.client.on("ping", () => (pings += 1));
  silent.client.on("close", () => (isClosed = true));
  silent.wire.beat();
  silent.wire.beat();
  await until(() => pings === 2, "both pings arrive");
  expect(isClosed).toBe(false);
  silent.wire.beat();
  await until(() => isClosed, "it is cut off");
});

test("a client that answers stays", async () => {
  const { wire, client } = await pair(true);
  let pongs = 0;
  for (let beat = 1; beat <= 5; beat++) {
    client.once("ping", () => (pongs += 1));
    wire.beat();
    await until(() => pongs === beat, "the ping arrives");
    // The answer is there when what was sent behind it is.
    const { promise, resolve } = Promise.withResolvers<void>();
    client.once("pong", () => resolve());
    client.ping();
    await promise;
  }
  expect(client.readyState).toBe(client.OPEN);
});

test("answers to a flood of pings do not pile up for a client that does not read", async () => {
  const { client, connection } = await pair(true);
  client.pause();
  const text = "x".repeat(125);
  for (let count = 0; count < 200_000; count++) client.ping(text);
  await until(() => client.bufferedAmount === 0, "the pings are sent");
  expect(connection.writableLength).toBeLessThan(connection.writableHighWaterMark + 1_000);
});
