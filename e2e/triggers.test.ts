import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** Runs that start by themselves, files that are watched, and runs that stand in each other's way. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly trigger: string;
}

async function runsOf(pipeline: string): Promise<readonly Listed[]> {
  return (await gaia.ask(`/api/v1/runs?pipeline=${pipeline}&limit=500`)).json.items;
}

describe("a cron trigger", () => {
  const EACH_SECOND = `triggers: ["* * * * * *"]\n${workflow("tick", "{id: a, command: echo tick}")}`;

  test("fires by its seconds, does not while it is paused, and fires again", async () => {
    expect((await gaia.post("/api/v1/workflows", { definition: EACH_SECOND })).status).toBe(201);
    await gaia.until("two runs are completed", async () => {
      const runs = await runsOf("tick");
      return runs.filter(({ status }) => status === "completed").length >= 2;
    });
    expect((await runsOf("tick")).every(({ trigger }) => trigger === "cron")).toBe(true);
    const paused = await gaia.post("/api/v1/workflows/tick/pause");
    expect(paused.json).toMatchObject({ paused: true, triggers: [{ next_at: null }] });
    const before = (await runsOf("tick")).length;
    // Another one that fires each second tells that seconds have passed.
    await gaia.post("/api/v1/workflows", { definition: EACH_SECOND.replace("name: tick", "name: clock") });
    await gaia.until("two seconds have passed", async () => (await runsOf("clock")).length >= 3);
    expect(await runsOf("tick")).toHaveLength(before);
    const resumed = await gaia.post("/api/v1/workflows/tick/resume");
    expect(resumed.json.triggers[0].next_at).not.toBeNull();
    await gaia.until("it fires again", async () => (await runsOf("tick")).length > before);
    const seconds = (await runsOf("clock")).map(({ id }) => id);
    expect(new Set(seconds).size).toBe(seconds.length);
    for (const name of ["tick", "clock"]) {
      expect((await gaia.ask({ method: "DELETE", path: `/api/v1/workflows/${name}` })).status).toBe(204);
    }
  });

  test.each([
    ["61 * * * *", "61"],
    ["* * *", ""],
    ["every day", ""],
  ])("`%s` is refused with its place", async (cron, word) => {
    const definition = `triggers: [${JSON.stringify(cron)}]\n${workflow("wrong", "{id: a, command: echo}")}`;
    const reply = await gaia.post("/api/v1/workflows", { definition });
    expect([reply.status, reply.json.error.code]).toEqual([400, "invalid_definition"]);
    expect(reply.json.error.details.problems[0]).toMatchObject({ line: 1, column: 12 });
    expect(reply.json.error.details.problems[0].message).toContain(word);
  });
});

describe("the folder of definitions", () => {
  const folder = () => join(gaia.home, "workflows", "definitions");
  const version = async (name: string): Promise<number | null> => {
    const reply = await gaia.ask(`/api/v1/workflows/${name}`);
    return reply.status === 200 ? (reply.json.version as number) : null;
  };

  test("is watched: a file becomes a workflow, a change a version, a mistake changes nothing", async () => {
    const file = join(folder(), "watched.yaml");
    writeFileSync(file, workflow("watched", "{id: a, command: echo one}"));
    await gaia.until("it is there", async () => (await version("watched")) === 1);
    writeFileSync(file, workflow("watched", "{id: a, command: echo two}"));
    await gaia.until("it has a second version", async () => (await version("watched")) === 2);
    writeFileSync(file, workflow("watched", "{id: a, comand: echo three}"));
    writeFileSync(join(folder(), "other.yaml"), workflow("other", "{id: a, command: echo}"));
    await gaia.until("the file behind the mistake is read", async () => (await version("other")) === 1);
    expect(await version("watched")).toBe(2);
    rmSync(file);
    const { json } = await gaia.post("/api/v1/workflows/watched/start");
    const run = await gaia.ended(json.run_id);
    expect((await gaia.log(run.id, "a")).toString()).toBe("two\n");
  });

  test("takes no harm from what is no file", async () => {
    mkdirSync(join(folder(), "folder.yaml"));
    writeFileSync(join(folder(), "binary.yaml"), Buffer.from([0, 1, 2, 255]));
    writeFileSync(join(folder(), "last.yaml"), workflow("last", "{id: a, command: echo}"));
    await gaia.until("the last is there", async () => (await version("last")) === 1);
  });
});

describe("a concurrency group", () => {
  const held = (onConflict: string) =>
    `concurrency: {group: "lock-${onConflict}", on_conflict: ${onConflict}}\n${workflow(`held-${onConflict}`, "{id: a, type: approval, prompt: Go?}")}`;

  test("lets the newer run wait, and says for what", async () => {
    const first = await gaia.startRun(held("queue"));
    const second = await gaia.startRun(held("queue"));
    await gaia.reached(first, "a", "waiting");
    const waiting = (await gaia.ask(`/api/v1/runs/${second}`)).json;
    expect(waiting.status).toBe("pending");
    expect(waiting.reason).toBe("waits for held-queue #1 before it in the group `lock-queue`");
    expect((await gaia.gaia("why", second)).stdout).toContain("lock-queue");
    await gaia.post(`/api/v1/runs/${first}/jobs/a/approve`);
    await gaia.reached(second, "a", "waiting");
    await gaia.post(`/api/v1/runs/${second}/jobs/a/approve`);
    expect((await gaia.ended(second)).status).toBe("completed");
  });

  test("ends the older run with `cancel`, and says by what", async () => {
    const first = await gaia.startRun(held("cancel"));
    await gaia.reached(first, "a", "waiting");
    const second = await gaia.startRun(held("cancel"));
    const ended = await gaia.ended(first);
    expect(ended.status).toBe("cancelled");
    expect(ended.reason).toContain("replaced by held-cancel #2");
    await gaia.reached(second, "a", "waiting");
    await gaia.post(`/api/v1/runs/${second}/stop`, { force: true });
    expect((await gaia.ended(second)).status).toBe("cancelled");
  });

  test("a run that waits can be stopped, and the one behind it waits for another", async () => {
    const first = await gaia.startRun(held("queue"));
    const second = await gaia.startRun(held("queue"));
    const third = await gaia.startRun(held("queue"));
    const { number } = (await gaia.ask(`/api/v1/runs/${first}`)).json;
    const reason = async () => (await gaia.ask(`/api/v1/runs/${third}`)).json.reason;
    expect(await reason()).toContain(`waits for held-queue #${number + 1} before it`);
    expect((await gaia.gaia("stop", second)).status).toBe(0);
    expect((await gaia.ended(second)).status).toBe("cancelled");
    expect(await reason()).toContain(`waits for held-queue #${number} before it`);
    await gaia.gaia("stop", third, "--force");
    await gaia.gaia("stop", first, "--force");
  });
});
