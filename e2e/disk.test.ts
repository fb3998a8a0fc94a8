import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** A full disk is said to be one, nothing that was acknowledged is lost, and when there is space the work goes on. */

describe.skipIf(process.getuid?.() !== 0)("a home on a disk that becomes full", () => {
  let home: string;
  let gaia: Gaia;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "gaia-e2e-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=96m,mode=0700", "gaia-e2e", home]);
    gaia = await Gaia.start({ home });
  });
  afterAll(async () => {
    await gaia.close();
    await gaia.until("nobody has a file there", () => spawnSync("umount", [home]).status === 0);
    rmSync(home, { recursive: true });
  });

  function freeBytes(): number {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize;
  }

  /** Takes what is left, to the last block. */
  function fill(): void {
    execFileSync("sh", ["-c", 'cat /dev/zero > "$0" 2>/dev/null || true', join(home, "ballast")]);
    expect(freeBytes()).toBe(0);
  }

  function free(): void {
    rmSync(join(home, "ballast"), { force: true });
  }

  test("by a task's log: the task is told of it, and what came before stays", async () => {
    const before = await gaia.run(workflow("before", "{id: a, command: echo kept}"));
    const run = await gaia.startRun(
      workflow(
        "fills",
        "{id: a, command: 'head -c 200000000 /dev/zero || echo the disk is full >&2; exit 5'}",
      ),
    );
    await gaia.until("there is nothing left", () => freeBytes() < 65_536);
    await gaia.until("it is told", async () => {
      const { status, reason } = await gaia.job(run, "a");
      return status === "failed" || reason.includes("space") || (await gaia.ask("/ready")).status === 503;
    });
    expect((await gaia.log(before.id, "a")).toString()).toBe("kept\n");
    // Its log is what fills the disk: somebody frees space elsewhere, or raises the quota.
    execFileSync("mount", ["-o", "remount,size=300m", home]);
    const ended = await gaia.ended(run);
    expect(ended.status).toBe("failed");
    expect((await gaia.run(workflow("after", "{id: a, command: echo}"))).status).toBe("completed");
  });

  test("by others: new work is refused with 503 `storage_full` or is performed; nothing acknowledged is lost", async () => {
    const gate = await gaia.startRun(
      workflow(
        "gate",
        "{id: ask, type: approval, prompt: Go?}",
        "{id: go, command: echo gone, dependencies: [ask]}",
      ),
    );
    await gaia.reached(gate, "ask", "waiting");
    fill();
    const acknowledged: string[] = [];
    const padding = "x".repeat(50_000);
    const definition = `description: ${padding}\n${workflow("new", "{id: a, command: echo}")}`;
    await gaia.until("a run is refused", async () => {
      const reply = await gaia.post("/api/v1/runs", {
        definition: definition.replace("name: new", `name: new-${acknowledged.length}`),
      });
      if (reply.status === 201) acknowledged.push(String(reply.json.run_id));
      else expect([reply.status, reply.json.error.code]).toEqual([503, "storage_full"]);
      return reply.status !== 201;
    });
    const end = await gaia.runFile(definition);
    expect(end).toMatchObject({ status: 3, stdout: "" });
    expect(end.stderr).toMatch(/disk is full|space/);
    // What is there can still be read.
    expect((await gaia.ask(`/api/v1/runs/${gate}`)).json.status).toBe("running");
    free();
    await gaia.until("it is approved", async () => {
      const reply = await gaia.post(`/api/v1/runs/${gate}/jobs/ask/approve`);
      return reply.status === 200 || reply.json.error.code === "conflict";
    });
    expect((await gaia.ended(gate)).status).toBe("completed");
    for (const id of acknowledged) expect((await gaia.ended(id)).status).toMatch(/completed|failed/);
    const check = await gaia.gaia("db", "check", "--json");
    expect(JSON.parse(check.stdout)).toEqual({ ok: true, problems: [] });
  });

  test("while a task runs: its result is not lost", async () => {
    const id = await gaia.startRun(
      workflow("runs", "{id: a, command: 'while [ ! -e go ]; do sleep 0.02; done; echo v=1 > out; exit 0'}"),
    );
    await gaia.reached(id, "a", "running");
    fill();
    gaia.write("go", "");
    await gaia.until("its process has ended", () => {
      try {
        return gaia.read("out") === "v=1\n";
      } catch {
        return false;
      }
    });
    free();
    const run = await gaia.ended(id);
    expect(run.status).toBe("completed");
    expect((await gaia.job(id, "a")).attempts).toHaveLength(1);
  });

  test("while a cache is saved: the task succeeds and says it, nothing half is left, and later saves work", async () => {
    const definition = `name: caching
tasks:
  - id: make
    command: mkdir -p kept; head -c 4000000 /dev/urandom > kept/bytes
    cache: {key: kept, paths: [kept]}
`;
    const folders = join(home, "worker", "local", "cache");
    fill();
    // Enough to start a task, and not enough to keep what it makes.
    truncateSync(join(home, "ballast"), statSync(join(home, "ballast")).size - 50 * 1024 * 1024);
    const refused = await gaia.run(definition);
    expect([refused.status, refused.jobs[0]?.status, refused.jobs[0]?.reason]).toEqual([
      "completed",
      "completed",
      "cache miss: not saved, the disk is too full: it must have room for all of it, uncompressed",
    ]);
    expect(readdirSync(join(folders, "entries"))).toEqual([]);
    expect(readdirSync(join(folders, "drafts"))).toEqual([]);
    expect(readFileSync(join(home, "logs", "worker.log"), "utf8")).toContain("a cache was not saved");
    free();
    expect((await gaia.run(definition)).jobs[0]?.reason).toMatch(/^cache miss, saved \(4 MB in /);
    expect((await gaia.run(definition)).jobs[0]?.reason).toMatch(/^cache hit \(4 MB in /);
  });

  test("before the server starts: it says so with status 3, and starts when there is space", async () => {
    await gaia.gaia("down", "--now");
    await gaia.until("all of it is gone", () => gaia.processes().length === 0);
    fill();
    writeFileSync(gaia.write("a.yaml", ""), workflow("late", "{id: a, command: echo}"));
    const end = await gaia.gaia("run", "a.yaml");
    expect(end).toMatchObject({ status: 3, stdout: "" });
    expect(end.stderr).toMatch(/space|disk is full/);
    free();
    expect((await gaia.gaia("run", "a.yaml")).status).toBe(0);
  });
});
