import { session, ticket, ticketPage } from "@gaia/contracts";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Browser } from "./testing/browser.ts";
import { ask, Listening, open, type Reply } from "./testing/client.ts";
import { startTestServer, type TestServer, type TestServerOptions } from "./testing/test-server.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let server: TestServer;
let token: string;
let port: number;
let browser: Browser;

async function start(options: TestServerOptions = {}): Promise<void> {
  server = await startTestServer(options);
  const tcp = await server.tcp();
  ({ token, port } = tcp);
  browser = new Browser(tcp.target, `127.0.0.1:${port}`);
}

beforeEach(() => start());
afterEach(() => server.close());

/** The address that a ticket is in, from its path on. */
async function address(path?: string): Promise<string> {
  const reply = await server.post("/api/v1/session/tickets", path === undefined ? {} : { path });
  expect(reply.status).toBe(201);
  const url = new URL(ticket.parse(reply.json).url);
  expect(url.host).toBe(`127.0.0.1:${port}`);
  return url.pathname + url.search;
}

async function signedIn(): Promise<void> {
  expect((await browser.visit(await address())).status).toBe(303);
}

function refusal(reply: Reply): [number, string] {
  return [reply.status, reply.json?.error?.code ?? ""];
}

const RUNS = { path: "/api/v1/runs" };

describe("a ticket", () => {
  test("signs a browser in, and leaves the address", async () => {
    const reply = await browser.visit(await address("/runs/run_1"));
    expect([reply.status, reply.headers.location]).toEqual([303, "/runs/run_1"]);
    const [cookie = ""] = reply.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(
      new RegExp(`^gaia-session-${port}=[\\w-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$`),
    );
    expect(reply.headers["cache-control"]).toBe("no-store");
    const { json, status } = await browser.fetch({ path: "/api/v1/session" });
    expect(status).toBe(200);
    expect(session.parse(json)).toMatchObject({ actor: { kind: "user", id: "session", via: "web" } });
    expect((await browser.fetch(RUNS)).status).toBe(200);
  });

  test("keeps the rest of the address, and leads to no other server", async () => {
    const text = new URL(`http://x${await address()}`).searchParams.get("ticket") ?? "";
    expect((await browser.visit(`/runs?status=failed&ticket=${text}`)).headers.location).toBe(
      "/runs?status=failed",
    );
    for (const path of ["//evil.example/", "/\\evil.example/", "///evil.example"]) {
      const again = (await address()).slice(1);
      expect([path, (await browser.visit(path + again)).headers.location]).toEqual([path, "/"]);
    }
    for (const path of ["//evil.example", "/\\evil", "runs", "/a?b", "/a#b", "http://evil.example", "/ a"])
      expect([path, (await server.post("/api/v1/session/tickets", { path })).status]).toEqual([path, 400]);
  });

  test("works once: a replay is sent to the sign-in page, which says so", async () => {
    const path = await address("/runs");
    await browser.visit(path);
    const other = new Browser(browser.target, browser.host);
    const replay = await other.visit(path);
    expect([replay.status, replay.headers.location]).toEqual([303, "/sign-in?problem=used&to=%2Fruns"]);
    expect(other.cookies.size).toBe(0);
    const page = await other.visit(replay.headers.location ?? "");
    expect(page.text).toContain("This address has been used already.");
    expect(page.text).toContain('name="to" type="hidden" value="/runs"');
    // In the history of a browser that is signed in it just leads on.
    const back = await browser.visit(path);
    expect([back.status, back.headers.location]).toEqual([303, "/runs"]);
  });

  test("is good for two minutes, and for this server only", async () => {
    const path = await address();
    server.pass(2 * MINUTE_MS);
    expect((await browser.visit(path)).headers.location).toBe("/sign-in?problem=expired&to=%2F");
    expect((await browser.visit(`/?ticket=${"x".repeat(43)}`)).headers.location).toBe(
      "/sign-in?problem=unknown&to=%2F",
    );
    expect(browser.cookies.size).toBe(0);
  });

  test("is not used up by what nobody opened", async () => {
    const path = await address();
    await browser.visit(path, { "sec-purpose": "prefetch;prerender" });
    await browser.visit(path, { "sec-fetch-dest": "image" });
    await browser.ask({ method: "HEAD", path });
    expect(browser.cookies.size).toBe(0);
    await browser.visit(path);
    expect(browser.cookies.size).toBe(1);
  });

  test("is made over the socket or with the token, and with nothing else", async () => {
    const question = { method: "POST", path: "/api/v1/session/tickets", json: {} };
    expect(refusal(await ask(browser.target, question))).toEqual([401, "unauthenticated"]);
    await signedIn();
    expect(refusal(await browser.fetch(question))).toEqual([403, "forbidden"]);
    const headers = { authorization: `Bearer ${token}`, host: `localhost:${port}` };
    const made = await ask(browser.target, { ...question, headers });
    expect(made.json.url).toMatch(new RegExp(`^http://localhost:${port}/\\?ticket=[\\w-]{43}$`));
  });

  test("never comes into the log", async () => {
    const path = await address();
    await browser.visit(path);
    await browser.visit(path);
    await browser.visit("/assets/x.js?ticket=");
    const text = new URL(`http://x${path}`).searchParams.get("ticket") ?? "";
    expect(server.logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(server.logged)).not.toContain(text);
    for (const value of browser.cookies.values()) expect(JSON.stringify(server.logged)).not.toContain(value);
  });
});

describe("a server without an address", () => {
  test("takes its page in the home away when it is used, and all that are left when the server starts", async () => {
    const secrets = join(server.home, "secrets");
    const path = await address();
    const text = new URL(`http://x${path}`).searchParams.get("ticket") ?? "";
    const page = ticketPage(createHash("sha256").update(text).digest("hex"));
    const other = ticketPage("0".repeat(64));
    for (const name of [page, other, "open-mine.html"]) writeFileSync(join(secrets, name), "");
    const pages = (): string[] => readdirSync(secrets).filter((name) => name.startsWith("open-"));
    expect((await browser.visit(path)).status).toBe(303);
    expect(pages()).toEqual([other, "open-mine.html"]);
    await server.close(true);
    await start({ home: server.home });
    expect(pages()).toEqual(["open-mine.html"]);
  });

  test("makes no tickets, and says what is missing", async () => {
    const lonely = await startTestServer();
    try {
      const reply = await lonely.post("/api/v1/session/tickets");
      expect(refusal(reply)).toEqual([409, "conflict"]);
      expect(reply.json.error.message).toContain("[server] listen");
    } finally {
      await lonely.close();
    }
  });
});

describe("the token", () => {
  test("signs in by a page of ours, and by the form that needs no script", async () => {
    const json = await browser.fetch({ method: "POST", path: "/api/v1/session", json: { token } });
    expect(json.status).toBe(201);
    expect(session.parse(json.json).expires_at).not.toBeNull();
    const other = new Browser(browser.target, browser.host);
    const form = (value: string): Promise<Reply> =>
      other.fetch({
        method: "POST",
        path: "/sign-in",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ token: value, to: "/runs" }).toString(),
      });
    const wrong = await form("gaia_wrong");
    expect([wrong.status, other.cookies.size]).toEqual([401, 0]);
    expect(wrong.text).toContain("This is not the token of this server.");
    const right = await form(` ${token}\n`);
    expect([right.status, right.headers.location]).toEqual([303, "/runs"]);
    expect((await other.fetch(RUNS)).status).toBe(200);
  });

  test("is not taken from a page of another origin", async () => {
    const foreign: readonly Readonly<Record<string, string>>[] = [
      { origin: "http://evil.example", "sec-fetch-site": "cross-site" },
      { origin: "null" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      const question = { method: "POST", path: "/api/v1/session", json: { token }, headers };
      expect(refusal(await browser.ask(question))).toEqual([403, "forbidden"]);
      const form = { method: "POST", path: "/sign-in", body: `token=${token}`, headers };
      expect(refusal(await browser.ask(form))).toEqual([403, "forbidden"]);
    }
    expect(browser.cookies.size).toBe(0);
  });

  test("cannot be guessed fast, and who guesses holds nobody else up", async () => {
    await signedIn();
    server.holdTime();
    const guess = (value: string): Promise<Reply> =>
      ask(browser.target, { ...RUNS, headers: { authorization: `Bearer ${value}` } });
    const replies: Reply[] = [];
    for (let number = 0; number < 22; number++) replies.push(await guess(`wrong-${number}`));
    expect(replies.slice(0, 20).map(({ status }) => status)).toEqual(Array<number>(20).fill(401));
    const limited = replies.at(-1);
    expect(limited?.json.error.code).toBe("rate_limited");
    expect([limited?.status, limited?.headers["retry-after"]]).toEqual([429, "1"]);
    expect((await browser.visit(`/?ticket=${"y".repeat(43)}`)).headers.location).toBe("/");
    // Signed-in browsers and the socket are not held up; who has the token is, for a second.
    expect((await browser.fetch(RUNS)).status).toBe(200);
    expect((await server.ask("/api/v1/runs")).status).toBe(200);
    expect((await guess(token)).status).toBe(429);
    server.pass(1_000);
    expect((await guess(token)).status).toBe(200);
  });

  test("that is outdated and sent again and again counts once", async () => {
    const stale = { authorization: "Bearer of-yesterday" };
    for (let number = 0; number < 60; number++)
      expect((await ask(browser.target, { ...RUNS, headers: stale })).status).toBe(401);
    expect(
      (await ask(browser.target, { ...RUNS, headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(200);
  });
});

describe("a session", () => {
  test("survives a restart of the server; what lies on the disk lets nobody in", async () => {
    await signedIn();
    const { cookies } = browser;
    const file = join(server.home, "secrets", "sessions.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = readFileSync(file, "utf8");
    for (const value of cookies.values()) expect(kept).not.toContain(value);
    expect(kept).not.toContain(token);
    await server.close(true);
    await start({ home: server.home });
    const [value = ""] = cookies.values();
    browser.cookies.set(`gaia-session-${port}`, value);
    expect((await browser.fetch(RUNS)).status).toBe(200);
    browser.cookies.set(`gaia-session-${port}`, JSON.parse(kept).sessions[0].id);
    expect(refusal(await browser.fetch(RUNS))).toEqual([401, "unauthenticated"]);
  });

  test("ends when the token is another one, and when its file is damaged", async () => {
    await signedIn();
    const [value = ""] = browser.cookies.values();
    for (const spoil of [
      () => writeFileSync(join(server.home, "secrets", "token"), `${"another-token".repeat(3)}\n`),
      () => writeFileSync(join(server.home, "secrets", "sessions.json"), '{"version":1,'),
    ]) {
      await server.close(true);
      spoil();
      await start({ home: server.home });
      browser.cookies.set(`gaia-session-${port}`, value);
      expect(refusal(await browser.fetch(RUNS))).toEqual([401, "unauthenticated"]);
    }
  });

  test("cannot be made up, changed or set by somebody else", async () => {
    const name = `gaia-session-${port}`;
    const fixed = "A".repeat(43);
    browser.cookies.set(name, fixed);
    await signedIn();
    const given = browser.cookies.get(name) ?? "";
    expect(given).not.toBe(fixed);
    browser.cookies.set(name, fixed);
    expect((await browser.fetch(RUNS)).status).toBe(401);
    const tampered = given.startsWith("A") ? `B${given.slice(1)}` : `A${given.slice(1)}`;
    for (const value of [tampered, given.slice(1), `${given}A`, "", `${given}.${given}`, "%00"]) {
      browser.cookies.set(name, value);
      expect([value, (await browser.fetch(RUNS)).status]).toEqual([value, 401]);
    }
    // One that a page of another host of the domain has put beside it does not hide it.
    browser.cookies.clear();
    const headers = { cookie: `${name}=${fixed}; other=1; ${name}=${given}` };
    expect((await browser.fetch({ ...RUNS, headers })).status).toBe(200);
  });

  test("is another one after each sign-in, and the former has ended", async () => {
    await signedIn();
    const former = browser.cookie;
    await signedIn();
    expect(browser.cookie).not.toBe(former);
    expect((await ask(browser.target, { ...RUNS, headers: { cookie: former } })).status).toBe(401);
  });

  test("is known at its port only, though browsers send cookies to every port of a host", async () => {
    await signedIn();
    const second = await server.tcp();
    const there = { ...RUNS, headers: { cookie: browser.cookie } };
    expect((await ask(second.target, there)).status).toBe(401);
    const other = await startTestServer();
    try {
      const { target, port: otherPort } = await other.tcp();
      const [value = ""] = browser.cookies.values();
      const cookie = `${browser.cookie}; gaia-session-${otherPort}=${value}`;
      expect((await ask(target, { ...RUNS, headers: { cookie } })).status).toBe(401);
    } finally {
      await other.close();
    }
  });

  test("lasts thirty days after its last use", async () => {
    await signedIn();
    server.pass(DAY_MS / 2);
    expect((await browser.fetch(RUNS)).headers["set-cookie"]).toBeUndefined();
    server.pass(20 * DAY_MS);
    const renewed = await browser.fetch(RUNS);
    expect(renewed.headers["set-cookie"]?.[0]).toContain("Max-Age=2592000");
    server.pass(29 * DAY_MS);
    expect((await browser.fetch(RUNS)).status).toBe(200);
    server.pass(30 * DAY_MS);
    expect((await browser.fetch(RUNS)).status).toBe(401);
  });

  test("ends when the browser signs out, with the streams that it holds open", async () => {
    await signedIn();
    const { cookie } = browser;
    const headers = { cookie, host: browser.host, "sec-fetch-site": "same-origin" };
    const stream = await Listening.to(browser.target, "/api/v1/events", headers);
    await stream.first("ready");
    const out = await browser.fetch({ method: "DELETE", path: "/api/v1/session" });
    expect([out.status, browser.cookies.size]).toEqual([204, 0]);
    expect(await stream.end()).toBe("closed");
    expect((await ask(browser.target, { ...RUNS, headers: { cookie } })).status).toBe(401);
    // With the token or over the socket there is none to end, but all of them.
    expect(refusal(await server.ask({ method: "DELETE", path: "/api/v1/session" }))).toEqual([
      409,
      "conflict",
    ]);
  });

  test("ends with all others when that is asked for, also after a restart", async () => {
    await signedIn();
    const [value = ""] = browser.cookies.values();
    const everywhere = { method: "DELETE", path: "/api/v1/session?everywhere=1" };
    expect((await server.ask(everywhere)).status).toBe(204);
    expect((await browser.fetch(RUNS)).status).toBe(401);
    await server.close(true);
    await start({ home: server.home });
    browser.cookies.set(`gaia-session-${port}`, value);
    expect((await browser.fetch(RUNS)).status).toBe(401);
  });

  test("begins also when it cannot be kept, and who signs out then is told", async () => {
    const folder = join(server.home, "secrets", "sessions.json.new");
    mkdirSync(join(folder, "in-the-way"), { recursive: true });
    await signedIn();
    expect((await browser.fetch(RUNS)).status).toBe(200);
    expect(server.logged.some(({ level, message }) => level === "warn" && message === "sessions")).toBe(true);
    expect(
      (await browser.fetch({ method: "DELETE", path: "/api/v1/session" })).status,
    ).toBeGreaterThanOrEqual(500);
    expect((await browser.fetch(RUNS)).status).toBe(401);
    rmSync(folder, { recursive: true });
  });
});

describe("what a foreign page makes a browser send", () => {
  beforeEach(signedIn);

  test("changes nothing", async () => {
    const unsafe = [
      { method: "POST", path: "/api/v1/workflows/validate", body: "name: x\ntasks: []\n" },
      { method: "DELETE", path: "/api/v1/workflows/x" },
      { method: "DELETE", path: "/api/v1/session" },
      { method: "POST", path: "/api/v1/system/shutdown", json: {} },
    ];
    const foreign: readonly Readonly<Record<string, string>>[] = [
      {},
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
      { "sec-fetch-site": "none" },
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: `http://127.0.0.1:${port + 1}`, "sec-fetch-site": "same-origin" },
      { origin: `http://localhost:${port}` },
      { origin: "null" },
      { "x-gaia-client": "web" },
    ];
    for (const question of unsafe)
      for (const headers of foreign)
        expect([question.path, headers, ...refusal(await browser.ask({ ...question, headers }))]).toEqual([
          question.path,
          headers,
          403,
          "forbidden",
        ]);
    expect(server.shutdowns).toEqual([]);
    const [first] = unsafe;
    if (first !== undefined) expect((await browser.fetch(first)).status).toBe(200);
    expect(
      (await browser.ask({ ...first, path: first?.path ?? "", headers: { origin: browser.origin } })).status,
    ).toBe(200);
  });

  test("reads nothing, and holds no stream open", async () => {
    for (const site of ["same-site", "cross-site"]) {
      const headers = { "sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" };
      expect(refusal(await browser.ask({ ...RUNS, headers }))).toEqual([403, "forbidden"]);
    }
    expect(refusal(await browser.ask({ path: "/api/v1/events" }))).toEqual([403, "forbidden"]);
    // A page of ours that did not come over TLS names itself, which no foreign page may do.
    const response = await open(browser.target, {
      path: "/api/v1/events",
      headers: { host: browser.host, cookie: browser.cookie, "x-gaia-client": "web" },
    });
    expect(response.statusCode).toBe(200);
    response.destroy();
  });

  test("but a link that a person follows leads to the page", async () => {
    const reply = await browser.visit("/", { "sec-fetch-site": "same-site" });
    expect(reply.status).not.toBe(403);
  });
});

describe("behind a proxy", () => {
  const https = { "x-forwarded-proto": "https", host: "gaia.example" };

  test("that is trusted, TLS is taken for what it is", async () => {
    await server.close();
    await start({ trustedProxies: ["127.0.0.0/8"] });
    browser = new Browser(browser.target, "gaia.example");
    const reply = await browser.visit(await address(), https);
    expect(reply.headers["set-cookie"]?.[0]).toMatch(
      /^__Host-gaia-session-443=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await browser.fetch({ ...RUNS, headers: https })).status).toBe(200);
    const headers = { ...https, authorization: `Bearer ${token}` };
    const question = { method: "POST", path: "/api/v1/session/tickets", json: {}, headers };
    expect((await browser.ask(question)).json.url).toMatch(/^https:\/\/gaia\.example\/\?ticket=/);
    server.holdTime();
    // Who guesses is the client that the proxy names, not all who come through it.
    const guess = (client: string, value: string): Promise<Reply> =>
      ask(browser.target, {
        ...RUNS,
        headers: { ...https, authorization: `Bearer ${value}`, "x-forwarded-for": `9.9.9.9, ${client}` },
      });
    for (let number = 0; number < 21; number++) await guess("10.0.0.7", `wrong-${number}`);
    expect((await guess("10.0.0.7", token)).status).toBe(429);
    expect((await guess("10.0.0.8", token)).status).toBe(200);
  });

  test("that is not, its headers mean nothing", async () => {
    const reply = await browser.visit(await address(), { "x-forwarded-proto": "https" });
    expect(reply.headers["set-cookie"]?.[0]).not.toContain("Secure");
  });
});
