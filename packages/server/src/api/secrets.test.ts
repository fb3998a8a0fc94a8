import { LIMITS, rotation, secret, secretList, secretValue, secretVersionList, vault } from "@gaia/contracts";
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Reply } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

const VALUE = "s3cr3t-Value/with+signs=";
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

function set(name: string, more: Readonly<Record<string, unknown>> = {}) {
  return server.post("/api/v1/secrets", { name, value: VALUE, ...more });
}

function using(name: string, pipeline = "uses"): Promise<Reply> {
  const definition = `name: ${pipeline}\ntasks: [{ id: a, command: x, secrets: [${name}] }]\n`;
  return server.post("/api/v1/runs", { definition });
}

describe("secrets", () => {
  test("are stored, described, versioned and removed; no answer has a value", async () => {
    const made = await set("TOKEN", { description: "for deployments", scopes: ["deploy-*"] });
    expect(made.status).toBe(201);
    expect(secret.parse(made.json)).toMatchObject({
      name: "TOKEN",
      version: 1,
      description: "for deployments",
      scopes: ["deploy-*"],
      actor: { kind: "user" },
    });
    const again = await set("TOKEN");
    expect([again.status, again.json.version, again.json.scopes]).toEqual([200, 2, ["deploy-*"]]);
    const changed = await server.post("/api/v1/secrets", { name: "TOKEN", scopes: ["*"] });
    expect(changed.json).toMatchObject({ version: 2, scopes: [], description: "for deployments" });
    const list = await server.ask("/api/v1/secrets");
    expect(secretList.parse(list.json).items.map((item) => item.name)).toEqual(["TOKEN"]);
    const one = await server.ask("/api/v1/secrets/TOKEN");
    const versions = await server.ask("/api/v1/secrets/TOKEN/versions");
    expect(secretVersionList.parse(versions.json).items.map((item) => item.version)).toEqual([2, 1]);
    const activity = await server.ask("/api/v1/activity");
    for (const reply of [made, again, changed, list, one, versions, activity])
      expect(reply.text).not.toContain(VALUE);
    const gone = await server.ask({ method: "DELETE", path: "/api/v1/secrets/TOKEN" });
    expect(gone.json).toEqual({ removed: "TOKEN" });
    const missing = await server.ask("/api/v1/secrets/TOKEN");
    expect([missing.status, missing.json.error.code]).toEqual([404, "not_found"]);
  });

  test("are listed in pages", async () => {
    for (const name of ["P1", "P2", "P3"]) await set(name);
    const first = await server.ask("/api/v1/secrets?limit=2");
    expect(first.json.items.map((item: { name: string }) => item.name)).toEqual(["P1", "P2"]);
    const next = await server.ask(`/api/v1/secrets?limit=2&cursor=${first.json.next_cursor}`);
    expect(next.json).toMatchObject({ items: [{ name: "P3" }], next_cursor: null });
    const wrong = await server.ask("/api/v1/secrets?cursor=v1");
    expect(wrong.json.error.code).toBe("invalid_cursor");
  });

  test.each([
    ["a bad name", { name: "1A" }, 400, "invalid_request", /named as a variable/],
    ["a short value", { value: "1234" }, 400, "invalid_request", /secretBytesMin/],
    ["a number", { value: 12345 }, 400, "invalid_request", /value/],
    [
      "a long value",
      { value: "x".repeat(LIMITS.secretValueBytes + 1) },
      413,
      "too_large",
      /secretValueBytes/,
    ],
    ["a long description", { description: "x".repeat(501) }, 413, "too_large", /secretDescriptionCharacters/],
    ["a bad scope", { scopes: ["a\nb"] }, 400, "invalid_request", /scope/],
    ["an unknown key", { scope: "a" }, 400, "invalid_request", /scope/],
    ["no value of a new one", { name: "NEW", value: undefined }, 404, "not_found", /give it a value/],
  ])("%s is refused", async (_, body, status, code, says) => {
    const reply = await set("REFUSED", body);
    expect([reply.status, reply.json.error.code]).toEqual([status, code]);
    expect(reply.json.error.message).toMatch(says);
    expect(reply.text).not.toContain(VALUE);
  });

  test("that are sent as broken JSON are not quoted", async () => {
    const body = `{"name": "TOKEN", "value": ${VALUE}}`;
    const headers = { "content-type": "application/json" };
    const reply = await server.ask({ method: "POST", path: "/api/v1/secrets", body, headers });
    expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_request"]);
    expect(reply.text).not.toContain("s3cr");
  });

  test("are shown only over the socket, and that is noted before", async () => {
    await set("SHOWN");
    const reply = await server.post("/api/v1/secrets/SHOWN/reveal");
    expect(secretValue.parse(reply.json)).toEqual({ name: "SHOWN", version: 1, value: VALUE });
    const { json } = await server.ask("/api/v1/activity?limit=1");
    expect(json.items[0]).toMatchObject({ kind: "secret.revealed", subject: "SHOWN", body: { version: 1 } });
    const { target, token } = await server.tcp();
    const far = await ask(target, {
      method: "POST",
      path: "/api/v1/secrets/SHOWN/reveal",
      json: {},
      headers: { authorization: `Bearer ${token}` },
    });
    expect([far.status, far.json.error.code]).toEqual([403, "forbidden"]);
    expect(far.text).not.toContain(VALUE);
    const missing = await server.post("/api/v1/secrets/SHOWN/reveal", { version: 7 });
    expect(missing.json.error.message).toContain("no version 7");
  });
});

describe("a run that needs a secret", () => {
  test("is refused when there is none, and when its pipeline is out of scope, with the remedy", async () => {
    const none = await using("NONE");
    expect([none.status, none.json.error.code]).toEqual([400, "invalid_input"]);
    expect(none.json.error.message).toContain("Task `a` needs the secret NONE");
    expect(none.json.error.message).toContain("gaia secret set NONE");
    await set("SCOPED", { scopes: ["deploy"] });
    const out = await using("SCOPED");
    expect([out.status, out.json.error.code]).toEqual([400, "invalid_input"]);
    expect(out.json.error.message).toContain("which `uses` may not read: its scopes are deploy");
    expect((await using("SCOPED", "deploy")).status).toBe(201);
  });

  test("gets it with the attempt, from the store before the environment", async () => {
    await set("DEPLOY_TOKEN");
    const reply = await using("DEPLOY_TOKEN", "gets");
    const held = await server.engine.live.find(reply.json.run_id);
    const ref = { attempt: 1, token: 1, worker: "local" };
    if (held === null) throw new Error("the run is there");
    expect(server.engine.dispatch.assignmentOf(held, 0, ref)?.secrets).toEqual({
      DEPLOY_TOKEN: VALUE,
    });
    await server.ask({ method: "DELETE", path: "/api/v1/secrets/DEPLOY_TOKEN" });
    expect(server.engine.dispatch.assignmentOf(held, 0, ref)?.secrets).toEqual({
      DEPLOY_TOKEN: "a-secret-value",
    });
  });
});

describe("the vault", () => {
  test("tells where its key is, and gets another", async () => {
    await set("KEPT");
    const before = vault.parse((await server.ask("/api/v1/vault")).json);
    expect(before).toMatchObject({ ready: true, problem: "", key_from: "file" });
    const turned = await server.post("/api/v1/vault/rotate");
    const { key_id: key } = rotation.parse(turned.json);
    expect(key).not.toBe(before.key_id);
    expect(vault.parse((await server.ask("/api/v1/vault")).json).key_id).toBe(key);
    expect((await server.post("/api/v1/secrets/KEPT/reveal")).json.value).toBe(VALUE);
    const { json } = await server.ask("/api/v1/activity?limit=5");
    expect(json.items.map((item: { kind: string }) => item.kind)).toContain("secret.key_rotated");
    const file = join(server.home, "secrets", "vault-key");
    expect(turned.text).not.toContain(readFileSync(file, "utf8").trim());
  });

  test("without its key starts, says so, and refuses runs with the reason", async () => {
    await set("LOCKED");
    const file = join(server.home, "secrets", "vault-key");
    renameSync(file, `${file}.kept`);
    await server.close(true);
    server = await startTestServer({ home: server.home });
    const state = vault.parse((await server.ask("/api/v1/vault")).json);
    expect(state).toMatchObject({ ready: false, problem: expect.stringContaining("is missing") });
    const logged = server.logged.find((line) => line.message === "the secret store is locked");
    expect(logged).toMatchObject({ level: "error", fields: { problem: state.problem } });
    const refused = await using("LOCKED");
    expect(refused.json.error.message).toMatch(
      /`a` needs the secret LOCKED, which cannot be read.*vault-key/,
    );
    const locked = await set("MORE");
    expect([locked.status, locked.json.error.code]).toEqual([503, "vault_locked"]);
    renameSync(`${file}.kept`, file);
    expect((await using("LOCKED")).status).toBe(201);
  });
});
