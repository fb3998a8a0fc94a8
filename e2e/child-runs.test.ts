import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** Runs that tasks start, with their time and their retries, and tasks that a person stops: with real processes. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

function task(id: string, command: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, command, ...more });
}

describe("a child run with time and retries", () => {
  const processIsThere = (pid: string) => existsSync(`/proc/${pid}`);

  test("is stopped with its whole tree at its timeout, and started again when all of it is gone", async () => {
    const leaf = task("wait", "echo $$ >> pids; exec sleep 300");
    const definitions = [
      workflow("leaf", leaf),
      workflow("middle", "{id: down, type: pipeline, pipeline: leaf}", task("beside", "sleep 300")),
    ];
    for (const definition of definitions)
      await gaia.post("/api/v1/workflows", { definition, work_dir: gaia.folder });
    const call =
      "{id: call, type: pipeline, pipeline: middle, timeout: 2s, retry: {attempts: 2, initial: 10ms}}";
    const run = await gaia.run(workflow("top", call));
    expect(run.status).toBe("failed");
    expect(run.reason).toMatch(/^call failed: its run .* took longer than its `timeout`$/);
    const { attempts } = await gaia.job(run.id, "call");
    expect(attempts.map(({ number, outcome, child_run: child }) => [number, outcome, child])).toEqual([
      [1, "timed_out", `${run.id}_0`],
      [2, "timed_out", `${run.id}_0-2`],
    ]);
    const [first, second] = attempts;
    expect(Date.parse(String(second?.started_at))).toBeGreaterThanOrEqual(
      Date.parse(String(first?.ended_at)),
    );
    const pids = gaia.read("pids").trim().split("\n");
    expect(pids).toHaveLength(2);
    expect(pids.filter(processIsThere)).toEqual([]);
    for (const id of [`${run.id}_0`, `${run.id}_0_0`, `${run.id}_0-2`, `${run.id}_0-2_0`])
      expect((await gaia.ended(id)).status).toBe("cancelled");
  });

  test("is neither forgotten nor started twice when the server is killed", async () => {
    const child = task("count", "echo x >> starts; while [ ! -e go ]; do sleep 0.05; done; exit 1");
    await gaia.post("/api/v1/workflows", { definition: workflow("counted", child), work_dir: gaia.folder });
    const call = "{id: call, type: pipeline, pipeline: counted, retry: {attempts: 2, initial: 10ms}}";
    const id = await gaia.startRun(workflow("killed", call));
    await gaia.until("the child runs", () => existsSync(join(gaia.folder, "starts")));
    await gaia.killServer();
    await gaia.startServer();
    gaia.write("go", "");
    expect((await gaia.ended(id)).status).toBe("failed");
    expect(gaia.read("starts")).toBe("x\nx\n");
    expect((await gaia.job(id, "call")).attempts.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
  });
});

describe("one task", () => {
  test("is stopped by the command line: its processes are gone, the run goes on", async () => {
    const id = await gaia.startRun(
      workflow(
        "one",
        task("stuck", "echo $$ > stuck.pid; sleep 300 & wait"),
        task("goes-on", "while [ ! -e go-on ]; do sleep 0.05; done"),
        task("behind", "true", { dependencies: ["stuck"] }),
      ),
    );
    await gaia.until("it runs", () => existsSync(join(gaia.folder, "stuck.pid")));
    const stopped = await gaia.gaia("stop", id, "stu", "--comment", "stuck");
    expect([stopped.status, stopped.stdout]).toEqual([
      0,
      expect.stringMatching(/^ {2}⊘ stuck cancelled: stopped by local at .*Z: stuck\n$/),
    ]);
    expect(existsSync(`/proc/${gaia.read("stuck.pid").trim()}`)).toBe(false);
    expect((await gaia.gaia("why", id, "stuck")).stdout).toContain("stopped by you at ");
    expect((await gaia.job(id, "goes-on")).status).toBe("running");
    expect((await gaia.job(id, "behind")).status).toBe("skipped");
    gaia.write("go-on", "");
    expect(await gaia.ended(id)).toMatchObject({ status: "cancelled", reason: "stuck was stopped" });
    const late = await gaia.gaia("stop", id, "goes-on");
    expect(late.status).not.toBe(0);
    expect(late.stderr).toContain("`goes-on` has ended already: it is completed.");
  });
});
