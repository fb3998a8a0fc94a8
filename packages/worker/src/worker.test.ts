import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS, type Report } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellAssignment, type AssignmentWishes } from "./link/test-assignments.ts";
import { TestHost } from "./test-host.ts";

type Ended = NonNullable<Report["ended"]>;

describe("a worker", () => {
  const host = new TestHost();
  const { server } = host;
  beforeAll(async () => {
    await server.listen();
    await host.startWorker("--tags", "gpu,big");
  });
  afterAll(() => host.close());

  let runs = 0;
  /** Runs a command to its end. */
  async function run(
    command: string,
    wishes: AssignmentWishes = {},
  ): Promise<Ended & { readonly run: string }> {
    const name = start(command, wishes);
    return { ...(await server.ended(name)), run: name };
  }

  function start(command: string, wishes: AssignmentWishes = {}): string {
    runs += 1;
    const name = `run_${runs}`;
    server.assign(
      shellAssignment(name, command, { ...wishes, name: { run: name, job: 0, attempt: 1, token: 1 } }),
    );
    return name;
  }

  function outputsOf(ended: Ended): unknown {
    return JSON.parse(Buffer.from(ended.outputs).toString("utf8"));
  }

  it("says who it is and what it can do", () => {
    expect(server.hellos[0]).toMatchObject({
      version_min: 1,
      version_max: 1,
      name: "local",
      slots: 4,
      credits: 2,
      tags: ["gpu", "big"],
      held: [],
    });
    expect(server.hellos[0]?.worker_id).toMatch(/^worker_/);
    expect(server.hellos[0]?.capabilities).toContain("executor:process");
    expect(server.hellos[0]?.launcher_id).not.toBe("");
  });

  it("runs a command and reports its exit, with a log and what it cost", async () => {
    const ended = await run("echo hello; echo problem >&2");
    expect(ended).toMatchObject({
      outcome: "succeeded",
      exit_code: 0,
      has_exit_code: true,
      message: "",
      survivors: [],
    });
    expect(ended.started_at).toBeGreaterThan(0);
    expect(JSON.parse(Buffer.from(ended.usage).toString("utf8"))).toMatchObject({
      wall_ms: expect.any(Number),
    });
    expect(host.logOf(ended.run)).toBe("hello\nproblem\n");
  });

  it("reports that a longer command has started, before its end", async () => {
    const ended = await run("sleep 0.3; exit 3");
    expect(ended).toMatchObject({ outcome: "failed", exit_code: 3, message: "exit code 3" });
    const kinds = server.reports
      .filter((report) => report.name.run === ended.run)
      .map((report) => report.what);
    expect(kinds).toEqual(["started", "ended"]);
  });

  it("gives it the run's environment, its own, values, secrets and Gaia's own variables", async () => {
    const ended = await run('env; echo "base: $BASE"', {
      environment: { PATH: process.env["PATH"] ?? "", BASE: "of the run", LATER: "run" },
      values: { GAIA_VALUE_1: "$(rm) 'x'", LATER: "value", "@work_dir": "/" },
      process: { environment: { OWN: "of the task", LATER: "task", GAIA_RUN_ID: "forged" } },
      traceparent: "00-1-2-01",
    });
    const log = host.logOf(ended.run);
    for (const line of [
      `GAIA_RUN_ID=${ended.run}`,
      "GAIA_RUN_NUMBER=7",
      "GAIA_PIPELINE=pipeline",
      "GAIA_TASK=task",
      `GAIA_ATTEMPT=${ended.run}.0.1`,
      "TRACEPARENT=00-1-2-01",
      "LATER=value",
      "OWN=of the task",
      "GAIA_VALUE_1=$(rm) 'x'",
      "PWD=/",
      "base: of the run",
    ]) {
      expect(log.split("\n")).toContain(line);
    }
    expect(log).not.toContain("@work_dir");
  });

  it("reads outputs, growth and summary from the files that it names", async () => {
    const ended = await run(
      'echo url=http://x >> "$GAIA_OUTPUT"; echo \'{"n": 3}\' >> "$GAIA_OUTPUT"; echo "tasks: []" > "$GAIA_GRAPH"; echo "# Done" > "$GAIA_SUMMARY"',
      { process: { outputs: ["url"] } },
    );
    expect(ended.outcome).toBe("succeeded");
    expect(outputsOf(ended)).toEqual({ url: "http://x", n: 3 });
    expect(Buffer.from(ended.growth).toString("utf8")).toBe("tasks: []\n");
    expect(
      readFileSync(join(host.logsRoot, "runs/2026-11", ended.run, "jobs/0/0.1.summary.md"), "utf8"),
    ).toBe("# Done\n");
    await server.until(
      "the private files are gone",
      () =>
        readdirSync(join(host.logsRoot, "runs/2026-11", ended.run, "jobs/0"))
          .toSorted()
          .join() === "0.1.log,0.1.summary.md",
    );
  });

  it.each([
    [
      "echo nonsense > $GAIA_OUTPUT",
      '$GAIA_OUTPUT:1: "nonsense" is no output; allowed are lines "name=value"',
    ],
    [
      "head -c 1000001 /dev/zero > $GAIA_OUTPUT",
      "$GAIA_OUTPUT takes 1000001 bytes, more than the limit of 1000000",
    ],
    ["head -c 1000001 /dev/zero > $GAIA_SUMMARY", "$GAIA_SUMMARY takes 1000001 bytes"],
    ["mkfifo $GAIA_OUTPUT", "$GAIA_OUTPUT is not a file any more"],
    ["ln -s /etc/passwd $GAIA_OUTPUT", "$GAIA_OUTPUT cannot be read"],
  ])("fails a task that succeeded, but did %s", async (command, message) => {
    const ended = await run(command);
    expect(ended).toMatchObject({ outcome: "failed", exit_code: 0 });
    expect(ended.message).toContain(message);
  });

  it("fails a task that did not write its declared outputs, and names them", async () => {
    const ended = await run("echo a=1 > $GAIA_OUTPUT", { process: { outputs: ["a", "b", "c"] } });
    expect(ended).toMatchObject({
      outcome: "failed",
      message: "it exited with 0, but did not write the declared outputs b, c to $GAIA_OUTPUT",
    });
    // Growth belongs to a success.
    expect(await run("echo 'tasks: []' > $GAIA_GRAPH; exit 1")).toMatchObject({
      outcome: "failed",
      growth: Buffer.alloc(0),
    });
  });

  it("keeps artifacts: what the task puts into its folder, and what the patterns find", async () => {
    const work = join(host.home, "work");
    mkdirSync(join(work, "dist/deep"), { recursive: true });
    writeFileSync(join(work, "dist/deep/a.txt"), "a");
    writeFileSync(join(work, "dist/b.txt"), "b");
    writeFileSync(join(host.home, "outside.txt"), "private");
    symlinkSync(join(host.home, "outside.txt"), join(work, "dist/link.txt"));
    const ended = await run('echo report > "$GAIA_ARTIFACTS/report.html"', {
      work_dir: work,
      process: { artifacts: ["dist/**/*.txt", "../*.txt"] },
    });
    const folder = join(host.logsRoot, "runs/2026-11", ended.run, "artifacts/0.1");
    expect(
      readdirSync(folder, { recursive: true })
        .map(String)
        .toSorted((one, other) => (one < other ? -1 : 1)),
    ).toEqual(["dist", "dist/b.txt", "dist/deep", "dist/deep/a.txt", "report.html"]);
    expect(ended.outcome).toBe("succeeded");
    expect(ended.message).toContain("dist/link.txt is a link that leads out of the working folder");
    expect(ended.message).toContain('"../*.txt" leads out');
  });

  it("gives an artifacts folder that nothing was put in to the run's next task", async () => {
    const folder = "runs/2026-11/shared";
    const first = await run("echo x=$GAIA_ARTIFACTS > $GAIA_OUTPUT", { folder });
    const name = { run: "run_next", job: 1, attempt: 1, token: 1 };
    server.assign(
      shellAssignment("", "echo x=$GAIA_ARTIFACTS > $GAIA_OUTPUT; touch $GAIA_ARTIFACTS/y", { folder, name }),
    );
    expect(outputsOf(await server.ended("run_next"))).toEqual(outputsOf(first));
    expect(readdirSync(join(host.logsRoot, folder, "artifacts"))).toEqual(["1.1"]);
  });

  it("does not start an attempt whose log exists: it may have been started before", async () => {
    const folder = "runs/2026-11/once";
    expect(await run("true", { folder })).toMatchObject({ outcome: "succeeded" });
    const again = await run("true", { folder });
    expect(again.outcome).toBe("lost");
    expect(again.message).toContain("exists already");
  });

  it("ends at its timeout, whatever it does about SIGTERM", async () => {
    const ended = await run("trap '' TERM; while :; do sleep 0.05; done", { timeout_ms: 200, grace_ms: 100 });
    expect(ended).toMatchObject({ outcome: "timed_out", has_exit_code: false });
    expect(ended.message).toContain("its timeout of 0.2 s");
  });

  it("stops the whole tree by order, and says cancelled even when it then exits with 0", async () => {
    const name = start("trap 'exit 0' TERM; sh -c 'sleep 300' & echo ready; wait");
    await server.started(name);
    await server.until(
      "ready",
      () =>
        existsSync(join(host.logsRoot, "runs/2026-11", name, "jobs/0/0.1.log")) &&
        host.logOf(name).includes("ready"),
    );
    server.send({
      message: "stop",
      stop: {
        orders: [
          {
            name: { run: name, job: 0, attempt: 1, token: 1 },
            grace_ms: 2_000,
            force: false,
            cause: "a person",
          },
        ],
      },
    });
    expect(await server.ended(name)).toMatchObject({
      outcome: "cancelled",
      message: "stopped: a person",
      survivors: [],
    });
    expect(processesWith(`GAIA_ATTEMPT=${name}.0.1`)).toEqual([]);
  });

  it("never starts what is stopped while all slots are taken", async () => {
    const marker = join(host.home, "never");
    const busy = [1, 2, 3, 4].map(() => start("sleep 300"));
    await Promise.all(busy.map((name) => server.started(name)));
    const name = start(`touch ${marker}`);
    const stop = (run: string): void =>
      server.send({
        message: "stop",
        stop: {
          orders: [{ name: { run, job: 0, attempt: 1, token: 1 }, grace_ms: 500, force: true, cause: "" }],
        },
      });
    stop(name);
    expect(await server.ended(name)).toMatchObject({ outcome: "cancelled", started_at: 0 });
    busy.forEach(stop);
    await Promise.all(busy.map((run) => server.ended(run)));
    expect(existsSync(marker)).toBe(false);
  });

  it.each<[string, AssignmentWishes, string]>([
    [
      "an executor that it does not have",
      { executor: "container" },
      'this worker has no executor "container"; it has process',
    ],
    [
      "a variable that no process can be given",
      { values: { BIG: "x".repeat(LIMITS.environmentValueBytes) } },
      "the environment variable BIG takes 120004 bytes",
    ],
    [
      "an environment that is too large",
      { values: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`V${at}`, "x".repeat(60_000)])) },
      "the environment takes",
    ],
    ["a NUL in a variable", { values: { A: "x\0y" } }, 'the environment variable "A" has a name or a value'],
    [
      "a description that it does not understand",
      { spec: Buffer.from('{"command": 1}') },
      "cannot be used by this worker: command",
    ],
    ["a description that is no JSON", { spec: Buffer.from("nonsense") }, "is not JSON"],
    [
      "a command that is too long",
      { process: { command: "x".repeat(100_001) } },
      "the command takes 100001 bytes",
    ],
  ])("rejects %s, and says why", async (_what, wishes, message) => {
    const ended = await run("true", wishes);
    expect(ended).toMatchObject({ outcome: "rejected", started_at: 0 });
    expect(ended.message).toContain(message);
  });

  it("fails what cannot be started, and says what to do", async () => {
    const missing = await run("true", { process: { workDir: "no/such" } });
    expect(missing).toMatchObject({ outcome: "failed", started_at: 0 });
    expect(missing.message).toContain(
      "/no/such does not exist or cannot be entered; create it or change work_dir",
    );
    expect((await run("true", { process: { shell: ["no-such-shell", "-c"] } })).message).toContain(
      'the command "no-such-shell" is not in PATH',
    );
  });

  it("does not start the same attempt twice", async () => {
    const marker = join(host.home, "count");
    const name = start(`echo x >> ${marker}; sleep 0.2`);
    server.assign(shellAssignment(name, `echo x >> ${marker}`));
    await server.ended(name);
    expect(readFileSync(marker, "utf8")).toBe("x\n");
    expect(
      server.reports.filter((report) => report.name.run === name && report.what === "ended"),
    ).toHaveLength(1);
  });

  it("refuses a second worker with the same folder", () => {
    const second = spawnSync(
      process.execPath,
      [join(import.meta.dirname, "main.ts"), "--server", server.address, "--home", host.home],
      { encoding: "utf8", timeout: 30_000 },
    );
    expect(second.status).toBe(75);
    expect(second.stderr).toContain("another worker uses");
  });

  it("says what is wrong with its command line", () => {
    const wrong = spawnSync(
      process.execPath,
      [join(import.meta.dirname, "main.ts"), "--server", "tcp:1", "--home", host.home],
      { encoding: "utf8", timeout: 30_000 },
    );
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("--server unix:PATH is missing");
  });
});

/** Pids of processes whose environment has this entry. */
function processesWith(entry: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(entry);
    } catch {
      return false;
    }
  });
}
