import { createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { PipelineDetail } from "../packages/contracts/src/index.ts";
import { ask, type Reply } from "../packages/server/src/api/testing/client.ts";
import { Gaia, workflow } from "./gaia.ts";
import { titled, WITH_NODE } from "./titled-programs.ts";

/** Programs that start by themselves: by what their `gaia.yaml` says. */

// Each build starts several Nodes, one behind the other; a machine with other work takes its time.
vi.setConfig({ testTimeout: 300_000 });

const SECRET = "known to the shop";
let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start({ environment: WITH_NODE });
  await gaia.post("/api/v1/secrets", { name: "SHOP_HOOK", value: SECRET });
});
afterAll(() => gaia.close());

interface Listed {
  readonly id: string;
  readonly trigger: string;
  readonly pipeline_version: number;
}

async function runsOf(pipeline: string): Promise<readonly Listed[]> {
  return (await gaia.ask(`/api/v1/runs?pipeline=${pipeline}&limit=500`)).json.items;
}

async function shown(name: string): Promise<PipelineDetail> {
  return (await gaia.ask(`/api/v1/pipelines/${name}`)).json as PipelineDetail;
}

/** Over the network, without a token. */
function deliver(
  path: string,
  body: string,
  secret = SECRET,
  more: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const { host, port } = gaia.tcp();
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}`, "x-github-delivery": signature, ...more };
  return ask({ host, port }, { method: "POST", path: `/api/v1/hooks/${path}`, headers, body });
}

const PROGRAM = fileURLToPath(new URL("../packages/program/src/testing/titled-program.ts", import.meta.url));

test("a program of a known language starts by the clock; its gaia.yaml says nothing else", async () => {
  gaia.write("tick/package.json", '{ "name": "tick", "version": "1.0.0" }');
  gaia.write("tick/index.js", `process.argv.push("Tick");\nimport(${JSON.stringify(PROGRAM)});\n`);
  gaia.write("tick/gaia.yaml", 'triggers:\n  - cron: "* * * * * *"\n    inputs: { who: the clock }\n');
  const made = await gaia.gaia("pipeline", "create", "tick");
  expect(made.status, made.stdout + made.stderr).toBe(0);
  expect(made.stdout).toContain("✓ tick version 1: 1 job");
  await gaia.until("it has started twice", async () => (await runsOf("tick")).length >= 2);
  await gaia.post("/api/v1/pipelines/tick/pause");
  const [first] = (await runsOf("tick")).toReversed();
  expect(first?.trigger).toBe("cron");
  await gaia.ended(first?.id ?? "");
  expect((await gaia.log(first?.id ?? "", "Tick")).toString()).toContain("Tick for the clock");
  const show = await gaia.gaia("pipeline", "show", "tick");
  expect(show.stdout).toMatch(/trigger +cron \* \* \* \* \* \*, UTC/);
});

test("a program starts when its sender delivers, with what was delivered, in the version that is pinned", async () => {
  const hook = (who: string): string =>
    `triggers:\n  - webhook: { name: ordered, secret: SHOP_HOOK }\n    inputs: { who: ${JSON.stringify(who)} }\n`;
  gaia.write("orders/gaia.yaml", titled("Greet") + hook("${body.customer}"));
  const made = await gaia.gaia("pipeline", "create", "orders");
  expect(made.status, made.stdout + made.stderr).toBe(0);
  const reply = await deliver("orders/ordered", JSON.stringify({ customer: "Ada" }));
  expect(reply.status, reply.text).toBe(202);
  expect(await gaia.ended(reply.json.run_id)).toMatchObject({ status: "completed", trigger: "webhook" });
  expect((await gaia.log(reply.json.run_id, "Greet")).toString()).toContain("Greet for Ada");
  expect((await deliver("orders/ordered", "{}", "wrong")).status).toBe(401);
  expect((await gaia.gaia("triggers")).stdout).toMatch(
    /^orders .*webhook POST \/api\/v1\/hooks\/orders\/ordered, signed with SHOP_HOOK$/m,
  );
  gaia.write("orders/gaia.yaml", titled("Greet") + hook("the customer ${body.customer}"));
  expect((await gaia.gaia("pipeline", "build", "orders")).status).toBe(0);
  const second = await deliver("orders/ordered", JSON.stringify({ customer: "Grace" }));
  await gaia.ended(second.json.run_id);
  expect((await gaia.log(second.json.run_id, "Greet")).toString()).toContain("for the customer Grace");
  expect((await gaia.gaia("pipeline", "rollback", "orders")).status).toBe(0);
  const third = await deliver("orders/ordered", JSON.stringify({ customer: "Edsger" }));
  expect(await gaia.ended(third.json.run_id)).toMatchObject({ pipeline_version: 1 });
  expect((await gaia.log(third.json.run_id, "Greet")).toString()).toContain("Greet for Edsger");
});

test("a program starts behind another pipeline, once; a circle makes no version", async () => {
  gaia.write("after/gaia.yaml", `${titled("After")}triggers: [{ pipeline: before }]\n`);
  expect((await gaia.gaia("pipeline", "create", "after")).status).toBe(0);
  const before = await gaia.post("/api/v1/workflows", {
    definition: workflow("before", "{id: a, command: 'true'}"),
  });
  expect(before.status, before.text).toBe(201);
  await gaia.post("/api/v1/workflows/before/start");
  await gaia.until("it was started", async () => (await runsOf("after")).length === 1);
  gaia.write("before-too/gaia.yaml", `${titled("Before")}triggers: [{ pipeline: after }]\n`);
  const circle = await gaia.post("/api/v1/workflows", {
    definition: `triggers: [{ pipeline: last }]\n${workflow("before", "{id: a, command: 'true'}")}`,
  });
  expect(circle.status, circle.text).toBe(201);
  const made = await gaia.gaia("pipeline", "create", "before-too", "--name", "last");
  expect(made.status).toBe(1);
  expect(made.stdout + made.stderr).toContain("go round in a circle: last → before → after → last");
  expect(await shown("last")).toMatchObject({ version: 0, program: { last_build: { status: "failed" } } });
});

test("a program is told of a commit, and nothing is checked out", async () => {
  const git =
    "git: { repository: https://git.example.org/team/stock.git, branches: [main], secret: SHOP_HOOK }";
  gaia.write(
    "stock/gaia.yaml",
    `${titled("Count")}triggers:\n  - ${git}\n    inputs: { who: "\${git.branch} at \${git.commit}" }\n`,
  );
  expect((await gaia.gaia("pipeline", "create", "stock")).status).toBe(0);
  const [before, after] = ["1".repeat(40), "2".repeat(40)];
  const repository = { full_name: "team/stock", clone_url: "https://git.example.org/team/stock.git" };
  const body = JSON.stringify({ ref: "refs/heads/main", before, after, repository, commits: [] });
  const reply = await deliver("stock/git", body, SECRET, { "x-github-event": "push" });
  expect(reply.status, reply.text).toBe(202);
  expect(await gaia.ended(reply.json.run_id)).toMatchObject({ status: "completed", trigger: "git" });
  expect((await gaia.log(reply.json.run_id, "Count")).toString()).toContain(`Count for main at ${after}`);
});

test("what a trigger gives and no job wants fails the build, with its line", async () => {
  const text = `${titled("Greet")}triggers:\n  - cron: "0 6 * * *"\n    inputs: { whom: Ada }\n`;
  gaia.write("wrong/gaia.yaml", text);
  const made = await gaia.gaia("pipeline", "create", "wrong");
  expect(made.status).toBe(1);
  const line = text.trimEnd().split("\n").length;
  expect(made.stdout + made.stderr).toContain(
    `gaia.yaml, line ${line}: unknown input \`whom\`; did you mean \`who\`?`,
  );
  expect((await gaia.ask("/api/v1/triggers?pipeline=wrong")).json.items).toEqual([]);
});
