import {
  LIMITS,
  removedVersion,
  rotation,
  secret,
  secretList,
  secretValue,
  secretVersionList,
  vault,
} from "@gaia/contracts";
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

  test("lose an old version, never the newest alone", async () => {
    for (let number = 1; number <= 3; number += 1) await set("OLD");
    const remove = (version: string) =>
      server.ask({ method: "DELETE", path: `/api/v1/secrets/OLD/versions/${version}` });
    const gone = await remove("2");
    expect(removedVersion.parse(gone.json)).toEqual({ removed: "OLD", version: 2 });
    const kept = secretVersionList.parse((await server.ask("/api/v1/secrets/OLD/versions")).json);
    expect(kept.items.map((item) => item.version)).toEqual([3, 1]);
    const newest = await remove("3");
    expect([newest.status, newest.json.error.code]).toEqual([409, "conflict"]);
    expect(newest.json.error.message).toContain("the newest of OLD, which tasks get");
    expect((await remove("2")).status).toBe(404);
    expect((await remove("x")).status).toBe(400);
  });

  test("tell which pipelines and tasks name them, and whether those may read them", async () => {
    await set("USED", { scopes: ["ship-*"] });
    const task = (id: string, more: object) => ({ id, command: "x", ...more });
    const create = async (definition: object) => {
      const made = await server.post("/api/v1/workflows", { definition: JSON.stringify(definition) });
      expect([made.status, made.json.error?.message]).toEqual([201, undefined]);
    };
    await create({
      name: "ship-eu",
      inputs: { key: { type: "secret" } },
      tasks: [
        task("a", { secrets: ["USED"] }),
        task("b", { secrets: { OTHER_NAME: "USED" }, matrix: { os: ["x", "y"] } }),
        task("c", { command: "x ${inputs.key}" }),
        task("d", { secrets: ["ANOTHER"] }),
      ],
      finally: [task("e", { command: "x ${secrets.USED}" })],
    });
    await create({ name: "other", tasks: [task("a", { secrets: ["USED"] })] });
    await create({ name: "removed", tasks: [task("a", { secrets: ["USED"] })] });
    await server.ask({ method: "DELETE", path: "/api/v1/workflows/removed" });
    const uses = [
      { pipeline: "other", tasks: ["a"], allowed: false },
      { pipeline: "ship-eu", tasks: ["a", "b", "e"], allowed: true },
    ];
    expect((await server.ask("/api/v1/secrets/USED")).json.used_by).toEqual(uses);
    const list = secretList.parse((await server.ask("/api/v1/secrets")).json);
    expect(list.items.find((item) => item.name === "USED")?.used_by).toEqual(uses);
    expect((await set("USED", { scopes: [] })).json.used_by).toEqual(
      uses.map((use) => ({ ...use, allowed: true })),
    );
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

  test.each([
    ["broken JSON", `{"name": "TOKEN", "value": ${VALUE}}`],
    ["JSON that is cut off", `{"name": "TOKEN", "value": "${VALUE}`],
    ["YAML", `name: TOKEN\nvalue: ${VALUE}\n`],
    ["broken YAML", `name: TOKEN\nvalue: "${VALUE}\n`],
    ["YAML with an unknown alias", `name: TOKEN\nvalue: *${VALUE}\n`],
    ["the value alone", VALUE],
    ["a text of JSON", JSON.stringify(VALUE)],
    ["a list", JSON.stringify([VALUE])],
    ["nothing", ""],
    ["a key", JSON.stringify({ name: "TOKEN", value: VALUE, [VALUE]: "" })],
    ["a name", JSON.stringify({ name: VALUE, value: VALUE })],
    ["bytes that are no text", Buffer.from(`{"value": "${VALUE}\xff"}`, "latin1")],
  ])("that are sent as %s are not repeated by the refusal", async (_, body) => {
    for (const type of ["application/json", "application/yaml", "application/x-www-form-urlencoded"]) {
      const headers = { "content-type": type };
      const reply = await server.ask({ method: "POST", path: "/api/v1/secrets", body, headers });
      expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_request"]);
      expect(reply.text).not.toContain("s3cr");
    }
    expect(JSON.stringify(server.logged)).not.toContain("s3cr");
  });

  test("are shown only over the socket, and that is noted before", async () => {
    await set("SHOWN");
    const reply = await server.post("/api/v1/secrets/SHOWN/reveal");
    expect(secretValue.parse(reply.json)).toEqual({ name: "SHOWN", version: 1, value: VALUE });
    const { json } = await server.ask("/api/v1/activity?limit=1");
    expect(json.items[0]).toMatchObject({
      kind: "secret.revealed",
      subject: "",
      body: { secret: "SHOWN", version: 1 },
    });
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
    expect(server.engine.dispatch.assignmentOf(held, 0, ref)).toMatchObject({
      secrets: { DEPLOY_TOKEN: VALUE },
    });
    await server.ask({ method: "DELETE", path: "/api/v1/secrets/DEPLOY_TOKEN" });
    expect(server.engine.dispatch.assignmentOf(held, 0, ref)).toMatchObject({
      secrets: { DEPLOY_TOKEN: "a-secret-value" },
    });
  });
});

describe("a secret that goes while a run is under way", () => {
  const remove = (name: string) => server.ask({ method: "DELETE", path: `/api/v1/secrets/${name}` });
  const job = async (run: string) => (await server.ask(`/api/v1/runs/${run}/jobs/a`)).json;

  test("ends the task before a worker hears of it, and says which one and why", async () => {
    await set("GONE");
    await set("MOVED");
    const gone = (await using("GONE", "gone")).json.run_id;
    const moved = (await using("MOVED", "moved")).json.run_id;
    await remove("GONE");
    await set("MOVED", { scopes: ["deploy"] });
    const worker = await server.worker({ act: () => undefined });
    try {
      for (const run of [gone, moved])
        expect((await server.ask(`/api/v1/runs/${run}?wait=20s`)).json.status).toBe("failed");
      const why =
        /it needs the secret GONE, which the server does not have\. Store it with `gaia secret set GONE`/;
      expect(await job(gone)).toMatchObject({ status: "failed", reason: expect.stringMatching(why) });
      expect((await job(gone)).attempts).toMatchObject([{ number: 1, outcome: "rejected" }]);
      expect((await job(moved)).reason).toMatch(
        /it needs the secret MOVED, which `moved` may not read: its scopes are deploy\. To allow it:/,
      );
      expect(worker.assignments.filter(({ pipeline }) => ["gone", "moved"].includes(pipeline))).toEqual([]);
    } finally {
      worker.disconnect();
    }
  });

  test("and whose worker came back without the attempt: lost, for it may have been started; then refused", async () => {
    await set("LATE");
    const first = await server.worker({ id: "wrk_late", act: () => undefined });
    const run = (await using("LATE", "late")).json.run_id;
    await first.taken("a");
    first.disconnect();
    await remove("LATE");
    const second = await server.worker({ id: "wrk_late", act: () => undefined });
    try {
      expect((await server.ask(`/api/v1/runs/${run}?wait=20s`)).json.status).toBe("failed");
      const { attempts } = await job(run);
      expect(attempts).toMatchObject([{ outcome: "lost" }, { outcome: "rejected" }]);
      expect(attempts[0].message).toContain("came back without it, and it needs the secret LATE, which");
      expect(second.assignments).toEqual([]);
    } finally {
      second.disconnect();
    }
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
