import { inboxList, overview, pipelineList, settings, triggerList } from "@gaia/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { runIdFor } from "../triggers/firing.ts";
import { endedRun, startRun } from "./testing/runs.ts";
import { startTestServer, type TestServer } from "./testing/test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.worker({ act: (assignment, by) => by.succeed(assignment, { version: "1.2" }) });
});
afterAll(() => server.close());

const GATED = `name: release
tasks:
  - id: build
    command: make
  - id: gate
    name: Ship it?
    description: Look at staging first
    type: approval
    prompt: "Ship \${tasks.build.outputs.version}?"
    timeout: 1h
    dependencies: [build]
  - id: deploy
    command: make deploy
    dependencies: [gate]
  - id: tell
    command: make tell
    dependencies: [gate]
`;

const ASK = "name: ask\ntasks:\n  - id: gate\n    type: approval\n    prompt: Go on?\n";

describe("the inbox", () => {
  test("has what waits for a person, longest first, until it is decided", async () => {
    const release = await startRun(server, GATED);
    const items = async (query = "") => inboxList.parse((await server.ask(`/api/v1/inbox${query}`)).json);
    await expect.poll(async () => (await items()).items.length).toBe(1);
    const ask = await startRun(server, ASK);
    await expect.poll(async () => (await items()).items.length).toBe(2);
    const [first, second] = (await items()).items;
    expect(first).toEqual({
      id: expect.stringContaining(release),
      kind: "approval",
      run: { id: release, number: 1, pipeline: "release" },
      task: { key: "gate", name: "Ship it?" },
      question: "Ship 1.2?",
      description: "Look at staging first",
      asked_at: expect.any(String),
      due_at: expect.any(String),
      on_timeout: "reject",
      unblocks: ["deploy", "tell"],
      started_by: { kind: "user", id: "local", via: "socket" },
    });
    expect(Date.parse(first?.due_at ?? "") - Date.parse(first?.asked_at ?? "")).toBe(3_600_000);
    expect(second).toMatchObject({ run: { id: ask }, due_at: null, on_timeout: "", unblocks: [] });
    const page = await items("?limit=1");
    const rest = await items(`?limit=1&cursor=${page.next_cursor}`);
    expect([page.items[0]?.id, rest.items[0]?.id, rest.next_cursor]).toEqual([first?.id, second?.id, null]);
    expect((await server.ask("/api/v1/inbox?cursor=x")).json.error.code).toBe("invalid_cursor");
    const seen = overview.parse((await server.ask("/api/v1/overview")).json);
    expect([seen.waiting_for_person, seen.live.running]).toEqual([2, 2]);
    await server.post(`/api/v1/runs/${release}/jobs/gate/approve`, { comment: "seen" });
    await server.post(`/api/v1/runs/${ask}/jobs/gate/reject`, { comment: "not now" });
    await endedRun(server, release);
    await endedRun(server, ask);
    expect((await items()).items).toEqual([]);
  });
});

describe("the activity", () => {
  test("says who did what to runs, newest first", async () => {
    const id = await startRun(server, ASK);
    await server.post(`/api/v1/runs/${id}/stop`, { comment: "wrong one" });
    await server.post(`/api/v1/runs/${id}/stop`);
    await endedRun(server, id);
    const retried = (await server.post(`/api/v1/runs/${id}/retry`)).json.run_id;
    await server.post(`/api/v1/runs/${retried}/jobs/gate/reject`, { comment: "no" });
    await endedRun(server, retried);
    await server.post("/api/v1/system/db/check");
    await server.store.upkeep.pack(Number.MAX_SAFE_INTEGER, 100);
    const { items } = (await server.ask("/api/v1/activity?limit=5")).json;
    expect(items.map((one: { kind: string; subject: string }) => [one.kind, one.subject])).toEqual([
      ["database.checked", ""],
      ["job.rejected", "ask"],
      ["run.retried", "ask"],
      ["run.stopped", "ask"],
      ["run.started", "ask"],
    ]);
    expect(items[1].body).toEqual({ run: retried, number: 3, task: "gate", comment: "no" });
    expect(items[2].body).toMatchObject({ run: retried, trigger: "retry", retry_of: id });
    expect(items[3]).toMatchObject({
      actor: { kind: "user", id: "local", via: "socket" },
      body: { run: id, number: 2, comment: "wrong one", force: false },
    });
    const ofAsk = (await server.ask("/api/v1/activity?pipeline=ask&actor=local&limit=2")).json;
    expect(ofAsk.items.map((one: { kind: string }) => one.kind)).toEqual(["job.rejected", "run.retried"]);
    const next = await server.ask(
      `/api/v1/activity?pipeline=ask&actor=local&limit=1&cursor=${ofAsk.next_cursor}`,
    );
    expect(next.json.items[0].kind).toBe("run.stopped");
    expect((await server.ask("/api/v1/activity?actor=nobody")).json.items).toEqual([]);
    expect((await server.ask("/api/v1/activity?cursor=x")).json.error.code).toBe("invalid_cursor");
  });
});

describe("runs by what they were", () => {
  test("are found by trigger, actor and duration, and sorted", async () => {
    const ids = async (query: string): Promise<readonly string[]> => {
      const reply = await server.ask(`/api/v1/runs?${query}`);
      expect(reply.status, reply.text).toBe(200);
      return reply.json.items.map((run: { id: string }) => run.id);
    };
    const all = await ids("");
    expect(await ids("sort=oldest")).toEqual(all.toReversed());
    expect(await ids("started_by=local")).toEqual(all);
    expect(await ids("started_by=nobody")).toEqual([]);
    expect(await ids("trigger=retry")).toHaveLength(1);
    expect(await ids("took_min=9h")).toEqual([]);
    expect((await ids("took_max=1h&sort=longest")).toSorted()).toEqual(all.toSorted());
    const longest = (await server.ask("/api/v1/runs?sort=longest")).json.items;
    const took = longest.map((run: { duration_ms: number }) => run.duration_ms);
    expect(took).toEqual(took.toSorted((one: number, other: number) => other - one));
    const refused = await server.ask("/api/v1/runs?sort=loudest");
    expect([refused.status, refused.json.error.message]).toEqual([400, expect.stringContaining("`sort`")]);
  });
});

describe("triggers", () => {
  const cron = (name: string, schedule: string): string =>
    `name: ${name}\ntriggers: { cron: "${schedule}", timezone: Europe/Berlin }\ntasks: [{ id: a, command: x }]\n`;

  beforeEach(async () => {
    await server.post("/api/v1/workflows", { definition: cron("yearly", "0 0 1 1 *") });
    await server.post("/api/v1/workflows", { definition: cron("hourly", "0 * * * *") });
    await server.post("/api/v1/workflows", { definition: cron("off", "* * * * *") });
    await server.post("/api/v1/pipelines/off/pause");
  });

  test("are listed soonest first, with the next times and the last run", async () => {
    const all = triggerList.parse((await server.ask("/api/v1/triggers")).json).items;
    expect(all.map(({ pipeline, paused }) => [pipeline, paused])).toEqual([
      ["hourly", false],
      ["yearly", false],
      ["off", true],
    ]);
    const [hourly, , off] = all;
    expect(hourly).toMatchObject({
      kind: "cron",
      text: "every hour, Europe/Berlin",
      schedule: "0 * * * *",
      timezone: "Europe/Berlin",
      missed: "once",
      last_at: null,
      last_run: null,
    });
    const times = hourly?.next.map((text) => Date.parse(text)) ?? [];
    expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 1, 2, 3, 4].map((hour) => hour * 3_600_000));
    expect(off?.next).toEqual([]);
    const instant = Date.parse("2026-11-27T05:00:00Z");
    const id = runIdFor(hourly?.id ?? "", instant);
    await server.runs.triggered("hourly", "default", {}, "cron", id, () => undefined);
    await endedRun(server, id);
    const [fired] = triggerList.parse((await server.ask("/api/v1/triggers?pipeline=hourly")).json).items;
    expect(fired).toMatchObject({
      last_at: "2026-11-27T05:00:00.000Z",
      last_run: { id, number: 1, status: "completed" },
    });
    const page = triggerList.parse((await server.ask("/api/v1/triggers?limit=2")).json);
    const rest = triggerList.parse(
      (await server.ask(`/api/v1/triggers?limit=2&cursor=${page.next_cursor}`)).json,
    );
    expect(rest.items.map(({ pipeline }) => pipeline)).toEqual(["off"]);
  });

  test("that do not go by the clock are told in words, those that do not fire yet as such", async () => {
    const definition = `name: later
triggers: [{ pipeline: hourly, on: always }, { webhook: push }, { git: { branches: [main] } }]
tasks: [{ id: a, command: x }]
`;
    expect((await server.post("/api/v1/workflows", { definition })).status).toBe(201);
    const started = (await server.post("/api/v1/workflows/hourly/start")).json.run_id;
    await endedRun(server, started);
    const listed = async () =>
      triggerList.parse((await server.ask("/api/v1/triggers?pipeline=later")).json).items;
    const latest = async () => (await listed()).find(({ kind }) => kind === "pipeline")?.last_run ?? null;
    await vi.waitFor(async () => expect((await latest())?.status).toBe("completed"));
    const unscheduled = { pipeline: "later", schedule: null, timezone: null, missed: null, next: [] };
    const never = { armed: false, last_at: null, last_run: null };
    const all = (await listed()).toSorted((one, other) => (one.kind < other.kind ? -1 : 1));
    expect(all).toMatchObject([
      { ...unscheduled, ...never, kind: "git", text: expect.stringContaining("not armed") },
      { ...unscheduled, kind: "pipeline", text: "when a run of hourly has ended", armed: true },
      { ...unscheduled, ...never, kind: "webhook", text: expect.stringContaining("not armed") },
    ]);
    const { ended_at } = (await server.ask(`/api/v1/runs/${started}`)).json;
    expect(all[1]?.last_at).toBe(ended_at);
    const { items } = pipelineList.parse((await server.ask("/api/v1/pipelines?search=later")).json);
    expect(items[0]?.triggers.map(({ kind, armed }) => [kind, armed]).toSorted()).toEqual([
      ["git", false],
      ["pipeline", true],
      ["webhook", false],
    ]);
  });

  test("are not told of a firing that is on its way, nor planned", async () => {
    const [row] = (await server.store.triggers.all()).filter(({ pipeline }) => pipeline === "hourly");
    if (row === undefined) throw new Error("the trigger was kept");
    const spec = { trigger: { kind: "pipeline" }, run: "run_x", endedAt: 1 };
    await server.engine.submit((batch) =>
      batch.saveTrigger({ ...row, id: "fir_1", kind: "firing", spec, nextAt: null }),
    );
    const { items } = triggerList.parse((await server.ask("/api/v1/triggers?pipeline=hourly")).json);
    expect(items.map(({ id }) => id)).toEqual([row.id]);
    const { items: pipelines } = pipelineList.parse(
      (await server.ask("/api/v1/pipelines?search=hourly")).json,
    );
    expect(pipelines[0]?.triggers).toHaveLength(1);
    const seen = await server.ask("/api/v1/overview?back=1h&ahead=1h&bucket=1h");
    expect(seen.status).toBe(200);
  });

  test("are gone with a version that does not have them", async () => {
    const definition = (triggers: string): string =>
      `name: changing
triggers: ${triggers}
tasks: [{ id: a, command: x }]
`;
    const kinds = async () =>
      triggerList
        .parse((await server.ask("/api/v1/triggers?pipeline=changing")).json)
        .items.map(({ kind }) => kind);
    await server.post("/api/v1/workflows", { definition: definition("[{ webhook: push }]") });
    expect(await kinds()).toEqual(["webhook"]);
    await server.post("/api/v1/workflows", { definition: definition("[{ git: { branches: [main] } }]") });
    expect(await kinds()).toEqual(["git"]);
    await server.ask({ method: "DELETE", path: "/api/v1/workflows/changing" });
    expect(await kinds()).toEqual([]);
  });

  test("are planned in the overview, beside what has ended", async () => {
    const seen = overview.parse((await server.ask("/api/v1/overview?back=2h&ahead=3h&bucket=1h")).json);
    expect(seen.bucket_ms).toBe(3_600_000);
    expect([seen.past.length, seen.planned.length]).toEqual([3, 4]);
    expect(seen.past.at(-1)?.at).toBe(seen.planned[0]?.at);
    // Each full hour to come; the one of now began already.
    expect(seen.planned.slice(1).map(({ count }) => count)).toEqual([1, 1, 1]);
    const { past, totals } = seen;
    const sum = (key: keyof typeof totals) => past.reduce((all, bucket) => all + bucket[key], 0);
    expect(totals).toEqual({
      completed: sum("completed"),
      failed: sum("failed"),
      cancelled: sum("cancelled"),
    });
    const ended = (await server.ask("/api/v1/runs?status=completed,failed,cancelled")).json.items.length;
    expect(totals.completed + totals.failed + totals.cancelled).toBe(ended);
    const again = overview.parse((await server.ask("/api/v1/overview?back=2h&ahead=3h&bucket=1h")).json);
    expect(again.planned).toEqual(seen.planned);
    const broken = await server.ask("/api/v1/overview?back=30d&bucket=1m");
    expect([broken.status, broken.json.error.message]).toEqual([
      400,
      expect.stringContaining("1000 buckets"),
    ]);
    expect((await server.ask("/api/v1/overview?back=31d")).json.error.message).toBe(
      "`back`: is at most 30d.",
    );
    expect((await server.ask("/api/v1/overview?bucket=1s")).json.error.message).toBe(
      "`bucket`: is at most 1d and at least 1m.",
    );
  });
});

test("pipelines that fail one time after the other are in the overview", async () => {
  const worker = await server.worker({ id: "wrk_bad", tags: ["bad"] });
  worker.act = (assignment, by) => by.fail(assignment);
  const definition = "name: bad\ntasks:\n  - id: a\n    command: x\n    tags: [bad]\n";
  await server.post("/api/v1/workflows", { definition });
  const first = await startRun(server, definition);
  await endedRun(server, first);
  const failing = async () => overview.parse((await server.ask("/api/v1/overview")).json).failing;
  const isBad = ({ pipeline }: { pipeline: string }): boolean => pipeline === "bad";
  expect((await failing()).some(isBad)).toBe(false);
  await endedRun(server, await startRun(server, definition));
  const { created_at: since } = (await server.ask(`/api/v1/runs/${first}`)).json;
  expect((await failing()).find(isBad)).toEqual({ pipeline: "bad", in_a_row: 2, since });
});

test("settings are every key with what it is set to, and by what", async () => {
  const { file, items } = settings.parse((await server.ask("/api/v1/settings")).json);
  expect(file).toMatch(/config\.toml$/);
  expect(items.find(({ key }) => key === "server.port")).toMatchObject({
    value: "4242",
    from: "default",
    variable: "GAIA_PORT",
  });
});
