import { deliveryAnswer, LIMITS, trigger } from "@gaia/contracts";
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type Reply, type Target } from "./testing/client.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

const SECRET = "a secret of the sender";
let server: TestServer;
let tcp: Target;

beforeAll(async () => {
  server = await startTestServer();
  ({ target: tcp } = await server.tcp());
  await server.post("/api/v1/secrets", { name: "HOOK", value: SECRET });
});
afterAll(() => server.close());

async function keep(name: string, webhook: string, more = ""): Promise<void> {
  const definition = `name: ${name}\n${more}triggers:\n  - webhook: ${webhook}\ntasks: [{id: a, command: x}]\n`;
  const reply = await server.post("/api/v1/workflows", { definition });
  if (reply.status !== 201) throw new Error(reply.text);
}

interface Sent {
  readonly body?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly to?: Target;
}

/** Delivers as GitHub does: over the network, without a token. */
function deliver(
  path: string,
  { body = "{}", secret = SECRET, headers = {}, to = tcp }: Sent = {},
): Promise<Reply> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const signed = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
  return ask(to, { method: "POST", path: `/api/v1/hooks/${path}`, body, headers: { ...signed, ...headers } });
}

function deliverStandard(path: string, id: string, atMs: number, body = "{}"): Promise<Reply> {
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = createHmac("sha256", SECRET).update(`${id}.${timestamp}.${body}`).digest("base64");
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
  return ask(tcp, { method: "POST", path: `/api/v1/hooks/${path}`, body, headers });
}

async function runsOf(
  pipeline: string,
): Promise<readonly { readonly id: string; readonly inputs: object }[]> {
  return (await server.ask(`/api/v1/runs?pipeline=${pipeline}`)).json.items;
}

async function triggerOf(pipeline: string) {
  const { items } = (await server.ask(`/api/v1/triggers?pipeline=${pipeline}`)).json;
  return trigger.parse(items[0]);
}

describe("a webhook", () => {
  test("starts a run for each delivery, with inputs out of it", async () => {
    await keep(
      "ship",
      "{name: push, secret: HOOK}\n    inputs: {ref: '${body.ref}', who: '${headers.x-who}', n: '${body.n}', what: '${event}/${delivery}'}",
      "inputs: {ref: {}, who: {}, n: {type: number}, what: {}}\n",
    );
    expect(await triggerOf("ship")).toMatchObject({
      kind: "webhook",
      armed: true,
      address: "/api/v1/hooks/ship/push",
      text: "webhook POST /api/v1/hooks/ship/push, signed with HOOK",
      last_delivery: null,
    });
    const { used_by: uses } = (await server.ask("/api/v1/secrets/HOOK")).json;
    expect(uses).toEqual([{ pipeline: "ship", tasks: [], allowed: true }]);
    const body = JSON.stringify({ ref: "main; rm -rf /", n: 7 });
    const headers = { "x-who": "marta", "x-github-delivery": "d-1", "x-github-event": "push" };
    const reply = await deliver("ship/push", { body, headers });
    expect([reply.status, deliveryAnswer.parse(reply.json).status]).toEqual([202, "started"]);
    const [run] = await runsOf("ship");
    expect(run).toMatchObject({
      id: reply.json.run_id,
      trigger: "webhook",
      actor: { kind: "system", id: "webhook", via: "trigger" },
      inputs: { ref: "main; rm -rf /", who: "marta", n: 7, what: "push/d-1" },
    });
    const told = await triggerOf("ship");
    expect(told.last_run).toMatchObject({ id: reply.json.run_id });
    expect(told.last_delivery).toMatchObject({ status: "started", event: "push", message: "" });
    const { items } = (await server.ask("/api/v1/activity?pipeline=ship")).json;
    expect(items.find(({ kind }: { kind: string }) => kind === "trigger.fired")).toMatchObject({
      body: { delivery: "d-1", webhook: "push", event: "push", from: "127.0.0.1", run: reply.json.run_id },
    });
  });

  test("starts one run for a delivery, however often and how close it comes", async () => {
    await keep("once", "{name: push, secret: HOOK}");
    const headers = { "x-github-delivery": "same" };
    const replies = await Promise.all(Array.from({ length: 8 }, () => deliver("once/push", { headers })));
    expect(replies.map(({ status }) => status).filter((status) => status === 202)).toHaveLength(1);
    expect(new Set(replies.map(({ json }) => json.run_id)).size).toBe(1);
    const again = await deliver("once/push", { headers });
    expect(again.json).toMatchObject({ status: "repeated", run_id: replies[0]?.json.run_id });
    // A new version of the workflow knows what came before.
    await keep("once", "{name: push, secret: HOOK, events: [push]}");
    await keep("once", "{name: push, secret: HOOK}", "description: newer\n");
    expect((await deliver("once/push", { headers })).json.status).toBe("repeated");
    expect(await runsOf("once")).toHaveLength(1);
    expect((await deliver("once/push", { headers: { "x-github-delivery": "other" } })).status).toBe(202);
    // Without an id the body is what it is told apart by.
    expect((await deliver("once/push", { body: '{"a":1}' })).status).toBe(202);
    expect((await deliver("once/push", { body: '{"a":1}' })).json.status).toBe("repeated");
    expect((await deliver("once/push", { body: '{"a":2}' })).status).toBe(202);
  });

  test("takes Standard Webhooks, whose time has to be near", async () => {
    await keep("standard", "{name: push, secret: HOOK, events: [invoice.paid]}");
    const body = '{"type":"invoice.paid"}';
    const now = Date.now();
    expect((await deliverStandard("standard/push", "msg_1", now, body)).status).toBe(202);
    expect((await deliverStandard("standard/push", "msg_1", now, body)).json.status).toBe("repeated");
    expect((await deliverStandard("standard/push", "msg_2", now, '{"type":"x"}')).json.status).toBe(
      "ignored",
    );
    for (const at of [now - LIMITS.deliveryAgeMs - 60_000, now + LIMITS.deliveryAgeMs + 60_000]) {
      const stale = await deliverStandard("standard/push", "msg_3", at, body);
      expect([stale.status, stale.json.error.code]).toEqual([400, "invalid_request"]);
      expect(stale.json.error.message).toContain("300 s are allowed");
    }
    expect((await triggerOf("standard")).last_delivery?.status).toBe("refused");
    expect(await runsOf("standard")).toHaveLength(1);
  });

  test("passes over what does not count, and says why", async () => {
    await keep("choosy", `{name: push, secret: HOOK, events: [push], when: 'body.ref == "refs/heads/main"'}`);
    const of = (event: string, ref: string, id: string) =>
      deliver("choosy/push", {
        body: JSON.stringify({ ref }),
        headers: { "x-github-event": event, "x-github-delivery": id },
      });
    expect((await of("issues", "refs/heads/main", "1")).json).toEqual({
      status: "ignored",
      run_id: null,
      message: "its event is issues; the trigger wants push",
    });
    expect((await of("push", "refs/heads/next", "2")).json.message).toContain("does not meet the condition");
    expect((await triggerOf("choosy")).last_delivery).toMatchObject({ status: "ignored", event: "push" });
    expect((await of("push", "refs/heads/main", "3")).status).toBe(202);
    await keep("all", "{name: push, secret: HOOK}");
    const ping = await deliver("all/push", { headers: { "x-github-event": "ping" } });
    expect(ping.json).toMatchObject({ status: "ignored", message: "a ping starts nothing" });
    await server.post("/api/v1/workflows/all/pause");
    const paused = await deliver("all/push", { headers: { "x-github-delivery": "4" } });
    expect(paused.json).toMatchObject({ status: "ignored", message: "the pipeline is paused" });
    await server.post("/api/v1/workflows/all/resume");
    // What started nothing may come again.
    expect((await deliver("all/push", { headers: { "x-github-delivery": "4" } })).status).toBe(202);
  });

  test("says to its sender, and to its owner, why no run can be started", async () => {
    await keep(
      "needy",
      "{name: push, secret: HOOK, when: 'body.go'}\n    inputs: {ref: '${body.ref}'}",
      "inputs: {ref: {type: number}}\n",
    );
    const cases: readonly (readonly [string, RegExp])[] = [
      ["{}", /`when` of the webhook cannot be evaluated: `body` has no `go`/],
      ['{"go":1}', /its value is not true or false but 1/],
      ['{"go":true}', /input `ref`: \$\{body\.ref\} stands for nothing/],
      ['{"go":true,"ref":"x"}', /ref/],
    ];
    for (const [body, message] of cases) {
      const reply = await deliver("needy/push", { body });
      expect([reply.status, reply.json.error.message]).toEqual([400, expect.stringMatching(message)]);
    }
    expect((await triggerOf("needy")).last_delivery).toMatchObject({ status: "failed" });
    const form = await deliver("needy/push", { body: "payload=%7B%7D" });
    expect([form.status, form.json.error.message]).toEqual([400, expect.stringMatching(/body is not JSON/)]);
    expect((await triggerOf("needy")).last_delivery).toMatchObject({
      status: "refused",
      message: "The body is not JSON. Set the webhook's content type to `application/json`.",
    });
    const { items } = (await server.ask("/api/v1/activity?pipeline=needy")).json;
    expect(items.some(({ kind }: { kind: string }) => kind === "trigger.failed")).toBe(true);
    expect(await runsOf("needy")).toEqual([]);
    expect((await deliver("needy/push", { body: '{"go":true,"ref":5}' })).status).toBe(202);
  });

  test("shows nothing of a signature, a token or a cookie to a run", async () => {
    await keep(
      "curious",
      "{name: push, secret: HOOK}\n    inputs: {all: '${headers.x-gitlab-token}'}",
      "inputs: {all: {}}\n",
    );
    const reply = await ask(tcp, {
      method: "POST",
      path: "/api/v1/hooks/curious/push",
      body: "{}",
      headers: { "x-gitlab-token": SECRET, "x-gitlab-event": "Push Hook" },
    });
    expect([reply.status, reply.text.includes(SECRET)]).toEqual([400, false]);
    expect(reply.json.error.message).toContain("stands for nothing");
  });

  test("is not armed without a secret, goes with its pipeline, and has a name of its own", async () => {
    await keep("open", "push");
    expect(await triggerOf("open")).toMatchObject({ armed: false, address: null });
    expect((await deliver("open/push", { secret: "" })).status).toBe(401);
    await keep("short", "{name: push, secret: HOOK}");
    await server.ask({ method: "DELETE", path: "/api/v1/workflows/short" });
    expect((await deliver("short/push")).status).toBe(401);
    const twice = await server.post("/api/v1/workflows", {
      definition:
        "name: twice\ntriggers: [{webhook: {name: a, secret: HOOK}}, {webhook: {name: a, secret: B}}]\ntasks: [{id: a, command: x}]",
    });
    expect(twice.json.error.details.problems[0].message).toContain("there is a webhook `a` already");
  });
});

test("a delivery that was refused is looked at again once its webhook is there, and once its secret is", async () => {
  const headers = { "x-github-delivery": "early" };
  const again = () => deliver("late/push", { headers, secret: "known later" });
  expect((await again()).status).toBe(401);
  await keep("late", "{name: push, secret: LATER}");
  expect((await again()).status).toBe(401);
  await server.post("/api/v1/secrets", { name: "LATER", value: "another value" });
  expect((await again()).status).toBe(401);
  await server.post("/api/v1/secrets", { name: "LATER", value: "known later" });
  expect((await again()).status).toBe(202);
});

test("each of several triggers tells what it started last, though the first is not armed", async () => {
  await keep("several", "unsigned\n  - webhook: {name: push, secret: HOOK}");
  const reply = await deliver("several/push");
  const { items } = (await server.ask("/api/v1/triggers?pipeline=several")).json;
  const told = new Map(
    items.map((item: unknown) => {
      const { armed, last_run } = trigger.parse(item);
      return [armed, last_run?.id ?? null];
    }),
  );
  expect(told).toEqual(
    new Map([
      [false, null],
      [true, reply.json.run_id],
    ]),
  );
});

test("a secret tells of those who read a repository with it", async () => {
  const git = "{repository: 'https://git.example.org/team/app.git', token: READER}";
  const definition = `name: reader\ntriggers: [{git: ${git}}]\ntasks: [{id: a, command: x}]\n`;
  expect((await server.post("/api/v1/workflows", { definition })).status).toBe(201);
  expect((await server.post("/api/v1/secrets", { name: "READER", value: "for reading" })).status).toBe(201);
  const { used_by: uses } = (await server.ask("/api/v1/secrets/READER")).json;
  expect(uses).toEqual([{ pipeline: "reader", tasks: ["checkout"], allowed: true }]);
});

describe("who does not know the secret", () => {
  test("learns nothing, is told the same of everything, and is slowed down", async () => {
    await keep("guarded", "{name: push, secret: HOOK}");
    await keep("keyless", "{name: push, secret: NOWHERE}");
    const other = await startTestServer();
    try {
      const { target } = await other.tcp();
      const refusals = [
        await deliver("guarded/push", { secret: "wrong" }),
        await deliver("guarded/nope", {}),
        await deliver("nobody/push", {}),
        await deliver("keyless/push", {}),
        await ask(tcp, { method: "POST", path: "/api/v1/hooks/guarded/push", body: "{}" }),
      ];
      for (const { status, json } of refusals)
        expect([status, json.error.message]).toEqual([401, refusals[0]?.json.error.message]);
      expect((await triggerOf("guarded")).last_delivery?.message).toContain("signature is missing");
      expect((await triggerOf("keyless")).last_delivery?.message).toContain("gaia secret set NOWHERE");
      const guess = (number: number) => deliver("guarded/push", { secret: `guess ${number}`, to: target });
      const statuses: number[] = [];
      for (let number = 0; number < 25; number++) statuses.push((await guess(number)).status);
      expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
      expect(statuses).toContain(429);
    } finally {
      await other.close();
    }
    expect(await runsOf("guarded")).toEqual([]);
  });

  test("cannot send more than a body may have", async () => {
    const reply = await deliver("guarded/push", { body: `"${"x".repeat(LIMITS.bodyBytes)}"` });
    expect([reply.status, reply.json.error.code]).toEqual([413, "too_large"]);
  });
});
