import { errorBody } from "@gaia/contracts";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openToken } from "../access/index.ts";
import { ask, type Question, type Reply, type Target } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";
import { until } from "./testing/until.ts";

let server: TestServer;
let target: Target;
let port: number;
let bearer: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await startTestServer();
  const tcp = await server.tcp();
  ({ target, port } = tcp);
  bearer = { authorization: `Bearer ${tcp.token}` };
});
afterAll(() => server.close());

async function code(question: Question): Promise<[number, string]> {
  const reply = await ask(target, question);
  return [reply.status, reply.status < 400 ? "" : errorBody.parse(reply.json).error.code];
}

describe("over TCP", () => {
  test("a token is wanted, for everything but health", async () => {
    const paths = [
      "/api/v1/runs",
      "/api/orchestration/workflows",
      "/metrics",
      "/api/v1/nothing",
      "/api/v1/events",
      "/api/v1/session",
      "/api",
    ];
    for (const path of paths)
      expect([path, ...(await code({ path }))]).toEqual([path, 401, "unauthenticated"]);
    for (const path of ["/health", "/ready", "/api/v1/health"])
      expect([path, ...(await code({ path }))]).toEqual([path, 200, ""]);
    expect(await code({ path: "/api/v1/runs", headers: bearer })).toEqual([200, ""]);
    expect((await ask(target, { path: "/api/v1/runs" })).headers["www-authenticate"]).toBe("Bearer");
  });

  test("a wrong token is refused, also where none is wanted", async () => {
    for (const value of [
      "Bearer wrong",
      "Bearer ",
      "Basic Z2FpYTpnYWlh",
      bearer["authorization"]?.slice(0, -1) ?? "",
    ]) {
      expect(await code({ path: "/api/v1/runs", headers: { authorization: value } })).toEqual([
        401,
        "unauthenticated",
      ]);
      expect(await code({ path: "/health", headers: { authorization: value } })).toEqual([
        401,
        "unauthenticated",
      ]);
    }
  });

  test("a form that a foreign page posts needs the token like everything else", async () => {
    for (const type of [
      "application/x-www-form-urlencoded",
      "text/plain",
      "multipart/form-data; boundary=x",
    ]) {
      const question = {
        method: "POST",
        path: "/api/v1/runs",
        headers: { "content-type": type },
        body: "name: evil\ntasks: []",
      };
      expect(await code(question)).toEqual([401, "unauthenticated"]);
    }
  });

  test("a name that was rebound to this machine is refused", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "0.0.0.0",
      "user@localhost",
    ]) {
      expect([host, ...(await code({ path: "/health", headers: { ...bearer, host } }))]).toEqual([
        host,
        403,
        "forbidden",
      ]);
    }
    for (const host of [
      `127.0.0.1:${port}`,
      "localhost",
      `LOCALHOST:${port}`,
      "[::1]:4242",
      "gaia.example",
      "gaia.example:443",
    ]) {
      expect([host, ...(await code({ path: "/health", headers: { host } }))]).toEqual([host, 200, ""]);
    }
  });

  test("a request of a foreign page is refused, one of our own is not", async () => {
    const own = `http://127.0.0.1:${port}`;
    const from = (origin: string) =>
      code({ path: "/api/v1/runs", headers: { ...bearer, host: `127.0.0.1:${port}`, origin } });
    for (const origin of [
      "http://evil.example",
      "null",
      "https://127.0.0.1",
      `http://127.0.0.1:${port + 1}`,
      `http://localhost:${port}`,
      `${own}/path`,
      "file://",
    ]) {
      expect([origin, ...(await from(origin))]).toEqual([origin, 403, "forbidden"]);
    }
    expect(await from(own)).toEqual([200, ""]);
  });

  test("no header lets another origin read an answer, also not a preflight's", async () => {
    const headers = { ...bearer, origin: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}` };
    const preflight = await ask(target, {
      method: "OPTIONS",
      path: "/api/v1/runs",
      headers: { ...headers, "access-control-request-method": "POST" },
    });
    expect([preflight.status, preflight.headers.allow]).toEqual([405, "POST, GET, HEAD"]);
    for (const reply of [preflight, await ask(target, { path: "/api/v1/runs", headers })]) {
      expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });

  test("folders, environments and paths are not taken", async () => {
    const definition = "name: x\ntasks:\n  - id: a\n    command: x\n";
    const post = (path: string, body: unknown) =>
      code({
        method: "POST",
        path,
        headers: { ...bearer, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect(await post("/api/v1/runs", { definition, work_dir: "/etc" })).toEqual([403, "forbidden"]);
    expect(await post("/api/v1/runs", { definition, environment: { PATH: "/tmp" } })).toEqual([
      403,
      "forbidden",
    ]);
    expect(await code({ path: "/api/v1/runs/@/jobs/a/environment", headers: bearer })).toEqual([
      403,
      "forbidden",
    ]);
    expect(await post("/api/v1/system/db/backup", { path: "/tmp/stolen.db" })).toEqual([403, "forbidden"]);
  });
});

describe("every answer", () => {
  test("says how it may be used, and which request it answers", async () => {
    const replies: Reply[] = [
      await server.ask("/health"),
      await server.ask("/api/v1/runs"),
      await server.ask("/api/nothing"),
      await server.ask("/%"),
      await server.ask({ method: "PUT", path: "/api/v1/runs" }),
      await ask(target, { path: "/api/v1/runs" }),
      await server.ask({
        method: "POST",
        path: "/api/v1/runs",
        body: "{",
        headers: { "content-type": "application/json" },
      }),
    ];
    for (const reply of replies) {
      expect(reply.headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "content-security-policy":
          "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
      });
      expect(reply.headers["x-request-id"]).toMatch(/^[\w-]{36}$/);
      if (reply.status >= 400)
        expect(errorBody.parse(reply.json).error.request_id).toBe(reply.headers["x-request-id"]);
    }
  });

  test("takes a sane request id from the client, and no other", async () => {
    const idOf = async (id: string) =>
      (await server.ask({ path: "/health", headers: { "x-request-id": id } })).headers["x-request-id"];
    expect(await idOf("trace-1:a.b")).toBe("trace-1:a.b");
    for (const bad of ["a b", "x".repeat(129), "<script>"])
      expect(await idOf(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("never shows a stack trace; the log does, under the request's id", async () => {
    const { upkeep } = server.store;
    const check = upkeep.check.bind(upkeep);
    Object.assign(upkeep, { check: () => Promise.reject(new Error("secret detail")) });
    const reply = await server.post("/api/v1/system/db/check");
    Object.assign(upkeep, { check });
    expect([reply.status, reply.json.error.code]).toEqual([500, "internal"]);
    expect(reply.text).not.toMatch(/secret detail|\.ts:|at /);
    const logged = server.logged.find(({ level }) => level === "error");
    expect(logged?.fields).toMatchObject({
      request_id: reply.json.error.request_id,
      err: { message: "secret detail" },
    });
  });
});

describe("what is not a proper request", () => {
  test("is refused with its reason", async () => {
    const send = (body: string | Buffer, type = "application/json") =>
      server.ask({
        method: "POST",
        path: "/api/v1/workflows/x/start",
        body,
        headers: { "content-type": type },
      });
    const message = async (reply: Promise<Reply>) => (await reply).json.error.message;
    expect(await message(send("{"))).toMatch(/^The body is not valid JSON: /);
    expect(await message(send("[1]"))).toBe("the body: wants an object, not a list.");
    expect(await message(send('{"input": {}}'))).toBe("unknown key `input`; did you mean `inputs`?");
    expect(await message(send('{"priority": "high"}'))).toBe("`priority`: wants a number, not text.");
    expect(await message(send(Buffer.from([0xff, 0xfe])))).toBe("The body is not UTF-8 text.");
    expect(await message(send("a: [b", "text/yaml"))).toMatch(/^The body is neither JSON nor YAML: /);
    expect(await message(server.ask("/api/v1/runs?limt=3"))).toBe(
      "unknown parameter `limt`; did you mean `limit`?",
    );
    expect(await message(server.ask("/api/v1/runs?limit=0"))).toBe("`limit`: is at least 1.");
    expect(await message(server.ask("/api/v1/runs?limit=501"))).toBe("`limit`: is at most 500.");
    expect(await message(server.ask("/api/v1/runs?status=done"))).toMatch(
      /^`status`: `done` is no status; there are pending, /,
    );
    expect(await message(server.ask("/api/v1/runs?cursor=nonsense"))).toMatch(/cursor/);
    expect(await message(server.post("/api/v1/workflows/x/start", {}, { "idempotency-key": "a b" }))).toMatch(
      /^`Idempotency-Key` must be/,
    );
  });

  test("is refused when it is too large", async () => {
    const reply = await server.ask({
      method: "POST",
      path: "/api/v1/workflows",
      body: Buffer.alloc(2_000_001, "a"),
      headers: { "content-type": "text/yaml" },
    });
    expect([reply.status, reply.json.error.code]).toEqual([413, "too_large"]);
    expect(reply.json.error.message).toContain("bodyBytes");
    const definition = await server.ask({
      method: "POST",
      path: "/api/v1/workflows",
      body: Buffer.alloc(1_000_001, "a"),
      headers: { "content-type": "text/yaml" },
    });
    expect([definition.status, definition.json.error.message]).toEqual([
      413,
      "A definition may have 1000000 bytes (definitionBytes).",
    ]);
  });

  test("that is not HTTP is answered like everything else", async () => {
    const socket = connect({ host: "127.0.0.1", port });
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.write("NONSENSE\r\n\r\n");
    await until(() => text.endsWith("}}"), "an answer");
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(errorBody.parse(JSON.parse(text.slice(text.indexOf("{")))).error.code).toBe("invalid_request");
    socket.destroy();
  });

  test("with the wrong method says which ones there are", async () => {
    const reply = await server.ask({ method: "DELETE", path: "/api/v1/runs" });
    expect([reply.status, reply.json.error.code, reply.headers.allow]).toEqual([
      405,
      "method_not_allowed",
      "POST, GET, HEAD",
    ]);
  });
});

describe("files", () => {
  test("the socket may be used by its owner only", () => {
    expect(statSync(join(server.home, "gaia.sock")).mode & 0o777).toBe(0o600);
  });

  test("the token is made once, for its owner's eyes, and tightened when it is not", () => {
    const folder = mkdtempSync(join(tmpdir(), "gaia-token-"));
    const file = join(folder, "secrets", "token");
    openToken(file);
    const token = readFileSync(file, "utf8").trim();
    expect(token).toMatch(/^gaia_[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    const check = openToken(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect([check.matches(token), check.matches(`${token}x`), check.matches("")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(JSON.stringify(Object.values(check))).not.toContain(token);
    writeFileSync(file, "short\n");
    expect(() => openToken(file)).toThrow(/no usable token/);
    rmSync(folder, { recursive: true });
  });
});

describe("phases", () => {
  test("nothing but health is answered while the server starts; while it stops nothing new is taken", async () => {
    server.phase = "starting";
    expect([
      (await server.ask("/health")).status,
      (await server.ask("/ready")).status,
      (await server.ask("/api/v1/runs")).status,
    ]).toEqual([200, 503, 503]);
    server.phase = "stopping";
    expect([
      (await server.ask("/api/v1/runs")).status,
      (await server.post("/api/v1/runs", {})).json.error.code,
    ]).toEqual([200, "unavailable"]);
    server.phase = "serving";
    expect((await server.ask("/ready")).json).toMatchObject({ status: "ready" });
  });
});
