import { event, LIMITS } from "@gaia/contracts";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser } from "./testing/browser.ts";
import { ask, Listening, type Target } from "./testing/client.ts";
import { endedRun, startRun } from "./testing/runs.ts";
import type { ScriptedWorker } from "./testing/scripted-worker.ts";
import { Dialled, Refused } from "./testing/socket.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

const ONE = "name: one\ntasks:\n  - id: say\n    command: echo\n";

let server: TestServer;
let worker: ScriptedWorker;
let target: Target;
let port: number;
let bearer: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await startTestServer();
  worker = await server.worker();
  const tcp = await server.tcp();
  ({ target, port } = tcp);
  bearer = { authorization: `Bearer ${tcp.token}` };
});
afterAll(() => server.close());

async function refusal(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<[number, string]> {
  const outcome = await Dialled.to(target, path, headers).catch((caught: unknown) => caught);
  if (outcome instanceof Refused) return [outcome.status, outcome.json.error.code];
  if (outcome instanceof Dialled) outcome.stop();
  throw new Error("it was not refused", { cause: outcome });
}

async function signedIn(): Promise<Browser> {
  const browser = new Browser(target, `127.0.0.1:${port}`);
  const { json } = await server.post("/api/v1/session/tickets");
  await browser.visit(new URL(json.url).search.replace("?", "/?"));
  return browser;
}

describe("a run over a WebSocket", () => {
  test("is told with the same messages and cursors as over SSE, under both prefixes", async () => {
    worker.act = (assignment, by) => by.start(assignment);
    const id = await startRun(server, ONE);
    const assignment = await until(
      () => worker.assignments.find(({ name }) => name.run === id),
      "it is assigned",
    );
    const events = await server.listen(`/api/v1/runs/${id}/stream`);
    const sockets = [
      await Dialled.to(target, `/api/v1/runs/${id}/stream`, bearer),
      await Dialled.to(server.socket, `/api/orchestration/runs/${id}/stream`),
    ];
    for (const stream of [events, ...sockets]) await stream.first("snapshot");
    worker.succeed(assignment);
    expect(await events.end()).toBe("closed");
    for (const socket of sockets) {
      expect(await socket.end()).toEqual({ code: 1000, reason: "the stream has ended" });
      expect(socket.of("event")).toEqual(events.of("event"));
      for (const { data } of socket.of("event")) event.parse(data);
      expect(socket.messages.at(-1)).toEqual(events.messages.at(-1));
      expect(Object.keys(socket.messages.at(-1) ?? {})).toEqual(["event", "data", "id"]);
    }
    // Behind a cursor only what followed it.
    const cursor = events.of("event").at(0)?.id ?? "";
    const resumed = await Dialled.to(target, `/api/v1/runs/${id}/stream?after=${cursor}`, bearer);
    await resumed.end();
    expect(resumed.of("snapshot")).toEqual([]);
    expect(resumed.of("event")).toEqual(events.of("event").slice(1));
  });

  test("that there is not is refused as it is over HTTP", async () => {
    expect(await refusal("/api/v1/runs/nosuch/stream", bearer)).toEqual([404, "not_found"]);
    expect(await refusal("/api/v1/runs", bearer)).toEqual([400, "invalid_request"]);
    expect(await refusal("/api/v1/events?afte=x", bearer)).toEqual([400, "invalid_request"]);
    expect(await refusal("/", bearer)).toEqual([404, "not_found"]);
    expect(await refusal("/api/v1/nothing", bearer)).toEqual([404, "not_found"]);
    expect(server.api.streams).toBe(0);
  });
});

test("all runs are told, and what was missed when the client comes back", async () => {
  worker.act = (assignment, by) => by.succeed(assignment);
  const first = await Dialled.to(target, "/api/v1/events", bearer);
  const ready = await first.first("ready");
  first.stop();
  const id = await startRun(server, ONE);
  await endedRun(server, id);
  const second = await Dialled.to(target, `/api/v1/events?after=${ready.id}`, bearer);
  await second.first("run", ({ data }) => data.id === id && data.status === "completed");
  second.stop();
  await until(() => server.api.streams === 0, "it is forgotten");
});

test("a log is followed, and resumed behind a message", async () => {
  worker.act = (assignment, by) => by.start(assignment);
  const id = await startRun(server, ONE);
  const assignment = await until(
    () => worker.assignments.find(({ name }) => name.run === id),
    "it is assigned",
  );
  const path = `/api/v1/runs/${id}/jobs/say/log?follow=1`;
  worker.print(assignment, "one\n");
  const first = await Dialled.to(target, path, bearer);
  const said = await first.first("log");
  expect(said.data).toMatchObject({ text: "one\n", offset: 0 });
  first.stop();
  worker.print(assignment, "two\n");
  worker.succeed(assignment);
  const second = await Dialled.to(target, `${path}&tail=100&after=${said.id}`, bearer);
  expect((await second.end()).code).toBe(1000);
  expect(second.of("log").map(({ data }) => data.text)).toEqual(["two\n"]);
  // Over SSE the parameter means the same.
  const events = await Listening.to(target, `${path}&after=${said.id}`, bearer);
  await events.end();
  expect(events.of("log").map(({ data }) => data.text)).toEqual(["two\n"]);
});

describe("who may", () => {
  test("has the token, or comes over the socket of the same user", async () => {
    expect(await refusal("/api/v1/events")).toEqual([401, "unauthenticated"]);
    expect(await refusal("/api/v1/events", { authorization: "Bearer wrong" })).toEqual([
      401,
      "unauthenticated",
    ]);
    for (const [where, headers] of [
      [target, bearer],
      [server.socket, {}],
    ] as const) {
      const socket = await Dialled.to(where, "/api/v1/events", headers);
      await socket.first("ready");
      socket.stop();
    }
  });

  test("is a page of ours in a signed-in browser, and no other: without Origin there is none", async () => {
    const browser = await signedIn();
    const own = { host: browser.host, cookie: browser.cookie };
    const socket = await Dialled.to(target, "/api/v1/events", { ...own, origin: browser.origin });
    await socket.first("ready");
    const foreign: readonly Readonly<Record<string, string>>[] = [
      {},
      { "sec-fetch-site": "same-origin" },
      { "x-gaia-client": "web" },
      { origin: "http://evil.example" },
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: `http://localhost:${port}` },
      { origin: "null" },
      { origin: browser.origin, "sec-fetch-site": "same-site" },
      { origin: browser.origin, host: "evil.example" },
    ];
    for (const headers of foreign)
      expect([headers, ...(await refusal("/api/v1/events", { ...own, ...headers }))]).toEqual([
        headers,
        403,
        "forbidden",
      ]);
    // A foreign page gets nowhere with a token either.
    expect(await refusal("/api/v1/events", { ...bearer, origin: "http://evil.example" })).toEqual([
      403,
      "forbidden",
    ]);
    await browser.fetch({ method: "DELETE", path: "/api/v1/session" });
    expect(await socket.end()).toEqual({ code: 4401, reason: "signed out" });
  });
});

describe("a client that", () => {
  test("says something is closed: there is nothing to say", async () => {
    const socket = await Dialled.to(target, "/api/v1/events", bearer);
    socket.socket.send("hello");
    expect(await socket.end()).toEqual({ code: 1003, reason: "this stream takes no messages" });
    const large = await Dialled.to(target, "/api/v1/events", bearer);
    large.socket.send("x".repeat(LIMITS.streamMessageBytes + 1));
    expect((await large.end()).code).toBe(1009);
    await until(() => server.api.streams === 0, "both are forgotten");
  });

  test("floods the server with messages or pings is closed, and others do not feel it", async () => {
    const other = await Dialled.to(target, "/api/v1/events", bearer);
    const flood = await Dialled.to(target, "/api/v1/events", bearer);
    for (let count = 0; count < 20_000; count++) flood.socket.send("x".repeat(100));
    expect((await flood.end()).code).toBe(1003);
    const pinging = await Dialled.to(target, "/api/v1/events", bearer);
    // It reads nothing: the answers must not pile up.
    pinging.socket.pause();
    for (let count = 0; count < 50_000; count++) pinging.socket.ping("x".repeat(100));
    await until(() => pinging.socket.bufferedAmount === 0, "the pings were sent");
    expect((await ask(target, { path: "/api/v1/runs", headers: bearer })).status).toBe(200);
    expect(other.ended).toBeNull();
    other.stop();
    pinging.stop();
    await until(() => server.api.streams === 0, "all are forgotten");
  });

  test("takes nothing is reset, and goes on when it does", async () => {
    const tasks = Array.from({ length: 2_000 }, (_, index) => `  - { id: t${index}, command: "x" }\n`).join(
      "",
    );
    worker.act = (assignment, by) => by.start(assignment);
    const id = await startRun(server, `name: wide\ntasks:\n${tasks}`);
    const socket = await Dialled.to(server.socket, `/api/v1/runs/${id}/stream`);
    await socket.first("snapshot");
    // Over TCP the kernel would take megabytes.
    socket.socket.pause();
    worker.act = (assignment, by) => by.succeed(assignment);
    for (const assignment of worker.assignments.filter(({ name }) => name.run === id))
      worker.succeed(assignment);
    await endedRun(server, id);
    socket.socket.resume();
    await socket.end();
    const kinds = socket.messages.map((message) => message.event);
    expect(kinds.indexOf("reset")).toBeGreaterThan(0);
    expect(kinds.slice(kinds.indexOf("reset"))).toEqual(["reset", "snapshot", "run", "end"]);
  });

  test("is refused and does not end its side is cut off", async () => {
    const handshake = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const head = [`GET /api/v1/events HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...handshake].join("\r\n");
    // Without `end`: only the server can close this connection.
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.write(`${head}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    let said = "";
    let isCut = false;
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => (said += part));
    socket.on("error", () => (isCut = true));
    await until(() => said.endsWith("}}"), "the refusal");
    expect(said).toMatch(/^HTTP\/1\.1 401 [\s\S]*\r\nconnection: close\r\n/i);
    // What is sent into a connection that is gone comes back as an error.
    await until(() => {
      if (!isCut) socket.write("x");
      return isCut;
    }, "the connection is cut");
    socket.destroy();
  });

  test("shakes hands badly, or wants another protocol, is answered", async () => {
    const head = (lines: readonly string[]): string =>
      [
        `GET /api/v1/events HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        `Authorization: ${bearer["authorization"]}`,
        ...lines,
      ].join("\r\n") + "\r\n\r\n";
    const bad = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    expect(await raw(head(bad))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(head([...bad, "Sec-WebSocket-Key: short"]))).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await raw(
        head([
          ...bad.slice(0, 2),
          "Sec-WebSocket-Version: 99",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]),
      ),
    ).toMatch(/^HTTP\/1\.1 4\d\d /);
    // `curl --http2` is content with HTTP/1.1.
    const h2c = ["Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"];
    expect(await raw(head(h2c).replace("/api/v1/events", "/api/v1/runs"))).toMatch(/^HTTP\/1\.1 200 /);
    expect(server.api.streams).toBe(0);
  });
});

test("sockets count among the open streams, and the next is refused", async () => {
  const own = await startTestServer();
  const sockets: Dialled[] = [];
  for (let count = 0; count < LIMITS.eventStreams; count++)
    sockets.push(await Dialled.to(own.socket, "/api/v1/events"));
  await expect(Dialled.to(own.socket, "/api/v1/events")).rejects.toMatchObject({ status: 429 });
  const [first] = sockets;
  const closing = own.close();
  expect(await first?.end()).toEqual({ code: 1001, reason: "the server is stopping" });
  await closing;
});

/** Sends bytes as they are; answers with all that comes back. */
async function raw(text: string): Promise<string> {
  if (!("port" in target)) throw new Error("over TCP only");
  const socket: Socket = connect(target.port, target.host);
  socket.setEncoding("utf8");
  socket.write(text);
  let said = "";
  for await (const part of socket) said += String(part);
  return said;
}
