import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, type Reply } from "../packages/server/src/api/testing/client.ts";
import { Gaia, workflow } from "./gaia.ts";

/** Runs that start when senders deliver. */

const SECRET = "known to the sender";
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
  await gaia.post("/api/v1/secrets", { name: "HOOK", value: SECRET });
});
afterAll(() => gaia.close());

async function keep(definition: string): Promise<void> {
  const reply = await gaia.post("/api/v1/workflows", { definition });
  if (reply.status !== 201) throw new Error(reply.text);
}

/** Over the network, without a token. */
function deliver(path: string, id: string, body: string, secret = SECRET): Promise<Reply> {
  const { host, port } = gaia.tcp();
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}`, "x-github-delivery": id };
  return ask({ host, port }, { method: "POST", path: `/api/v1/hooks/${path}`, headers, body });
}

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly inputs: { readonly number: number };
}

async function runsOf(pipeline: string): Promise<readonly Listed[]> {
  return (await gaia.ask(`/api/v1/runs?pipeline=${pipeline}&limit=500`)).json.items;
}

test("a value that was delivered reaches the command as a value, and the command line tells of it", async () => {
  await keep(`inputs: {ref: {}}
triggers:
  - webhook: {name: push, secret: HOOK}
    inputs: {ref: "\${body.ref}"}
${workflow("show", "{id: a, command: 'echo \"${ref}\"'}")}`);
  const reply = await deliver("show/push", "d-1", JSON.stringify({ ref: '$(id); `id` "x' }));
  const run = await gaia.ended(reply.json.run_id);
  expect((await gaia.log(run.id, "a")).toString()).toBe('$(id); `id` "x\n');
  expect((await gaia.gaia("triggers")).stdout).toMatch(
    /^show +\S.*, started #1 +webhook POST \/api\/v1\/hooks\/show\/push, signed with HOOK$/m,
  );
  expect((await deliver("show/push", "d-2", "{}", "wrong")).status).toBe(401);
  expect((await gaia.gaia("triggers")).stderr).toContain(
    "show: the last delivery was refused: its signature is missing or not made with the secret HOOK",
  );
  expect((await gaia.gaia("activity")).stdout).toContain(
    "took a delivery for show at its webhook push, from 127.0.0.1: d-1",
  );
  expect((await gaia.gaia("workflow", "show", "show")).stdout).toContain(
    "webhook POST /api/v1/hooks/show/push",
  );
});

test("the example announces a release, and nothing else", async () => {
  await gaia.post("/api/v1/secrets", { name: "RELEASE_HOOK", value: SECRET });
  await keep(readFileSync(new URL("../examples/webhook/webhook.yaml", import.meta.url), "utf8"));
  const { host, port } = gaia.tcp();
  const release = (action: string) => {
    const of = { tag_name: "v1.2", prerelease: false, author: { login: "ana" } };
    const body = JSON.stringify({ action, release: of });
    const signature = createHmac("sha256", SECRET).update(body).digest("hex");
    const headers = {
      "x-github-event": "release",
      "x-github-delivery": action,
      "x-hub-signature-256": `sha256=${signature}`,
    };
    return ask({ host, port }, { method: "POST", path: "/api/v1/hooks/webhook/released", headers, body });
  };
  expect((await release("edited")).json.status).toBe("ignored");
  const run = await gaia.ended((await release("published")).json.run_id);
  expect(run.status).toBe("completed");
  expect((await gaia.log(run.id, "announce")).toString()).toBe("ana has released 1.2\n");
});

test("exactly one run starts for each delivery, whenever the server is killed and however often it is sent", async () => {
  await keep(`inputs: {number: {type: number}}
triggers:
  - webhook: {name: push, secret: HOOK}
    inputs: {number: "\${body.number}"}
${workflow("often", "{id: a, command: 'true'}")}`);
  const started = new Map<number, string>();
  /** As forges do: what was not answered is sent again, under its id. */
  async function send(number: number): Promise<void> {
    const reply = await deliver("often/push", `d-${number}`, JSON.stringify({ number })).catch(() => null);
    if (reply?.status !== 200 && reply?.status !== 202) return;
    const run = String(reply.json.run_id);
    expect(started.get(number) ?? run).toBe(run);
    started.set(number, run);
  }
  for (let round = 1; round <= 4; round++) {
    const numbers = Array.from({ length: 10 }, (_, index) => round * 10 + index);
    const sent = numbers.map((number) => send(number));
    await gaia.until("some have arrived", async () => (await runsOf("often")).length > (round - 1) * 10);
    await gaia.killServer();
    await Promise.all(sent);
    await gaia.startServer();
    // All of them again, the ones that were answered, too.
    await Promise.all(numbers.map((number) => send(number)));
  }
  expect(started.size).toBe(40);
  await gaia.until("all have ended", async () => {
    const runs = await runsOf("often");
    return runs.length >= 40 && runs.every(({ status }) => status === "completed");
  });
  const runs = await runsOf("often");
  expect(new Map(runs.map(({ id, inputs }) => [inputs.number, id]))).toEqual(started);
  expect(runs).toHaveLength(40);
}, 120_000);
