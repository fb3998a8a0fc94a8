import { type Forge, LIMITS } from "@gaia/contracts";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CommitStatus } from "./forges/index.ts";
import { type Sent, sendStatus } from "./send-status.ts";

/** How a forge answers, and what becomes of it; the forge is a server of this machine. */

const TOKEN = "s3cret-t0ken";
let server: Server;
let asked: IncomingMessage[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  answer = (response) => void response.writeHead(201, { "content-type": "application/json" }).end("{}");
  server = createServer((request, response) => {
    asked.push(request);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function api(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function send(
  given: Partial<CommitStatus["target"]> = {},
  token = TOKEN,
  url: string | null = null,
): Promise<Sent> {
  const target = {
    forge: "gitea",
    api: given.api ?? api(),
    repository: "team/app",
    context: "gaia/ci",
    token: "T",
  } as const;
  const status = { commit: "ab", state: "success", description: "Completed", url } as const;
  return sendStatus({ ...status, target: { ...target, ...given } }, token, new AbortController().signal);
}

const failure = (problem: string, retryAfterMs: number | null = null): Sent => ({
  kind: "failed",
  problem,
  retryAfterMs,
});

describe("a status that is sent", () => {
  test("is told when the forge says so", async () => {
    expect(await send()).toEqual({ kind: "told" });
    expect(asked[0]).toMatchObject({ method: "POST", url: "/repos/team/app/statuses/ab" });
    expect(asked[0]?.headers).toMatchObject({
      authorization: `token ${TOKEN}`,
      "content-type": "application/json",
      "user-agent": expect.stringMatching(/^gaia\//),
    });
  });

  test("and refused says why in the forge's words, without the token", async () => {
    answer = (response) =>
      void response.writeHead(401).end(JSON.stringify({ message: `no such\n token: ${TOKEN}!` }));
    expect(await send()).toEqual(
      failure("Gitea answered 401: no such token: ***! (is the token right, and still valid?)"),
    );
    answer = (response) =>
      void response.writeHead(403).end(JSON.stringify({ error: { message: "no scope" } }));
    expect(await send({ forge: "bitbucket" }, "t0")).toMatchObject({
      problem: expect.stringContaining("public_url"),
    });
    expect(await send({ forge: "gitlab" })).toEqual(
      failure("GitLab answered 403: no scope (may the token write commit statuses?)"),
    );
  });

  test("and refused at length is cut, and never in the middle of a token", async () => {
    answer = (response) => void response.writeHead(500).end(`${"x".repeat(295)}${TOKEN}${"y".repeat(1_000)}`);
    expect(await send()).toEqual(failure(`Gitea answered 500: ${"x".repeat(295)}***y…`));
    // An answer without an end is not waited for.
    answer = (response) => {
      response.writeHead(500);
      response.write("z".repeat(LIMITS.statusAnswerBytes));
    };
    expect(await send()).toEqual(failure(`Gitea answered 500: ${"z".repeat(299)}…`));
  });

  test("does not follow to another place, which would get the token", async () => {
    answer = (response) => void response.writeHead(307, { location: "https://elsewhere.example/" }).end();
    expect(await send()).toEqual(
      failure("Gitea answered 307, which leads to https://elsewhere.example/: name that place as `api`"),
    );
    expect(asked).toHaveLength(1);
  });

  test("waits as long as the forge wants: seconds, or until a date", async () => {
    answer = (response) => void response.writeHead(429, { "retry-after": "120" }).end("slowly");
    expect(await send()).toEqual(failure("Gitea answered 429: slowly", 120_000));
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    answer = (response) => void response.writeHead(503, { "retry-after": date }).end();
    const sent = await send();
    expect(sent.kind === "failed" && Math.round((sent.retryAfterMs ?? 0) / 600_000)).toBe(6);
    answer = (response) => void response.writeHead(503, { "retry-after": "soon" }).end();
    expect(await send()).toEqual(failure("Gitea answered 503"));
  });

  test.each<[Forge, number, string, boolean]>([
    ["github", 201, "application/json; charset=utf-8", true],
    ["github", 200, "application/json; charset=utf-8", false],
    ["gitea", 201, "application/json;charset=utf-8", true],
    ["gitea", 200, "text/html", false],
    ["gitea", 201, "text/html", false],
    ["gitlab", 201, "application/json", true],
    ["gitlab", 202, "application/json", false],
    ["bitbucket", 200, "application/json", true],
    ["bitbucket", 201, "application/vnd.atlassian.status+json", true],
    ["bitbucket", 204, "application/json", false],
  ])("is told to %s only by an answer of its API: %i of %s", async (forge, status, type, isTold) => {
    answer = (response) => void response.writeHead(status, { "content-type": type }).end();
    const url = "https://gaia.example.org/runs/run_1";
    const why = `answered ${status} with ${type}, which is not how its API takes a status: is \`api\``;
    expect(await send({ forge }, TOKEN, url)).toEqual(
      isTold ? { kind: "told" } : failure(expect.stringContaining(why)),
    );
  });

  test("to nobody says that nobody is there", async () => {
    const away = api();
    await new Promise((resolve) => server.close(resolve));
    expect(await send({ api: away })).toMatchObject({
      problem: expect.stringMatching(/^Gitea cannot be reached at http:\S+: connect ECONNREFUSED/),
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  test("with what cannot be a token is not sent, nor said", async () => {
    const sent = await send({}, `${TOKEN}\nx`);
    expect(sent).toMatchObject({
      kind: "failed",
      problem: expect.stringContaining("the secret T is no token"),
    });
    expect(JSON.stringify(sent)).not.toContain(TOKEN);
    expect(asked).toEqual([]);
  });

  test("to Bitbucket needs an address of the run", async () => {
    expect(await send({ forge: "bitbucket" })).toEqual(
      failure(
        "Bitbucket takes no status without an address of the run: set `public_url` under [server] of config.toml",
      ),
    );
    expect(asked).toEqual([]);
  });

  test("to GitLab that has the state already is told", async () => {
    answer = (response) =>
      void response.writeHead(400).end('{"message":"Cannot transition status via :succeed from :success"}');
    expect(await send({ forge: "gitlab" })).toEqual({ kind: "told" });
  });
});
