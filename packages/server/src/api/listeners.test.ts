import Fastify, { type FastifyInstance } from "fastify";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Listeners } from "./listeners.ts";
import { ask } from "./testing/client.ts";
import { until } from "./testing/until.ts";

let app: FastifyInstance;
let listeners: Listeners;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gaia-listen-"));
  listeners = new Listeners({ headersMs: 60, requestMs: 120, checkEveryMs: 20 });
  app = Fastify({ logger: false });
  app.get("/", (request) => ({ local: listeners.isLocal(request.raw.socket) }));
  app.post("/", () => ({}));
  await app.ready();
});
afterEach(async () => {
  await listeners.close();
  await app.close();
  rmSync(folder, { recursive: true });
});

function talk(port: number): { readonly socket: Socket; readonly text: () => string } {
  let text = "";
  const socket = connect({ host: "127.0.0.1", port });
  socket
    .setEncoding("utf8")
    .on("data", (chunk: string) => (text += chunk))
    .on("error", () => undefined);
  return { socket, text: () => text };
}

describe("a client that sends slowly", () => {
  test.each([
    ["its head", "GET / HTTP/1.1\r\nhost: localhost\r\n"],
    [
      "its body",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ],
  ])("%s is cut off", async (_, start) => {
    const { port } = await listeners.listenTcp(app, "127.0.0.1", 0);
    const { socket, text } = talk(port);
    socket.write(start);
    await until(() => socket.destroyed || socket.readyState === "closed", "the connection is closed");
    expect(text()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test("too much of a head is refused", async () => {
    const { port } = await listeners.listenTcp(app, "127.0.0.1", 0);
    const { socket, text } = talk(port);
    socket.write(`GET / HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n\r\n`);
    await until(() => text().includes("}}"), "an answer");
    expect(text()).toMatch(/^HTTP\/1\.1 431 .*"code":"too_large"/s);
    socket.destroy();
  });
});

describe("the socket", () => {
  test("tells its connections from those over TCP", async () => {
    const path = join(folder, "gaia.sock");
    await listeners.listenSocket(app, path);
    const { port } = await listeners.listenTcp(app, "127.0.0.1", 0);
    expect((await ask({ socketPath: path }, { path: "/" })).json).toEqual({ local: true });
    expect((await ask({ host: "127.0.0.1", port }, { path: "/" })).json).toEqual({ local: false });
  });

  test("takes the place of one that a killed server left behind, and of no other", async () => {
    const path = join(folder, "gaia.sock");
    writeFileSync(path, "");
    await listeners.listenSocket(app, path);
    await expect(new Listeners().listenSocket(app, path)).rejects.toMatchObject({ code: "home_in_use" });
  });

  test("an address that is taken is named", async () => {
    const { port } = await listeners.listenTcp(app, "127.0.0.1", 0);
    await expect(listeners.listenTcp(app, "127.0.0.1", port)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`127.0.0.1:${port} cannot be used: another program uses it`),
    });
  });

  test("a host that is none of this machine is not taken for a port that is taken", async () => {
    await expect(listeners.listenTcp(app, "192.0.2.1", 0)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/this machine does not have it\. GAIA_LISTEN names an address/),
    });
  });
});
