import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "@gaia/contracts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CallWishes, programAssignment, putBuild } from "./executors/program/testing.ts";
import { killed, TestHost } from "./test-host.ts";

const BUILD = "b".repeat(64);
const PATIENCE = { timeout: 20_000, interval: 20 };
const NOT_STARTED = "stopped before it was started: run_stopped";
type Ended = NonNullable<Report["ended"]>;

/** A process that ended is a zombie until its parent has heard of it. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Of programs that were started with that behaviour. */
function pidsOf(behaviour: string): readonly number[] {
  const isOne = (pid: number): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(behaviour);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").map(Number).filter(isOne);
}

describe("a worker with pipeline programs", () => {
  const host = new TestHost();
  const { server } = host;
  beforeAll(async () => {
    putBuild(host.home, BUILD);
    await server.listen();
    await host.startWorker();
  });
  afterAll(() => host.close());

  let runs = 0;
  function newRun(): string {
    runs += 1;
    return `run_${runs}`;
  }

  const call = (run: string, job: number, wishes: CallWishes = {}): void =>
    server.assign(programAssignment(run, BUILD, job, wishes));
  const scripted = { program: "scripted-program.ts" } as const;

  function reportOf<K extends "started" | "ended">(
    run: string,
    job: number,
    what: K,
  ): Promise<NonNullable<Report[K]>> {
    const find = (): Report[K] | undefined =>
      server.reports.find(
        (report) => report.name.run === run && report.name.job === job && report.what === what,
      )?.[what];
    return server.until(`${what} of ${run}/${job}`, find, 30_000) as Promise<NonNullable<Report[K]>>;
  }
  const ended = (run: string, job: number): Promise<Ended> => reportOf(run, job, "ended");
  const logPath = (run: string, job: number): string =>
    join(host.logsRoot, "runs/2026-11", run, `jobs/0/${job}.1.log`);
  const logOf = (run: string, job: number): string => readFileSync(logPath(run, job), "utf8");
  const outputsOf = (end: Ended): Record<string, unknown> => JSON.parse(Buffer.from(end.outputs).toString());
  const stop = (run: string, job: number, graceMs: number, cause = "run_stopped", force = false): void =>
    server.send({
      message: "stop",
      stop: { orders: [{ name: { run, job, attempt: 1, token: job }, grace_ms: graceMs, force, cause }] },
    });

  it("performs jobs of a run in one process, and gives them what they are told", async () => {
    const run = newRun();
    call(run, 1, {
      values: { name: "ann", "@outputs.0": '{"url":"http://x"}' },
      secrets: { TOKEN: "s3cr3t-value" },
      more: { arguments: ["name"], dependencies: ["Plan"], title: "Echo" },
    });
    const end = await ended(run, 1);
    expect(end).toMatchObject({ outcome: "succeeded", verdict: "" });
    // The program gave back all that it was sent: its secret is not shown.
    expect(outputsOf(end)["start"]).toMatchObject({
      job: 1,
      title: "Echo",
      arguments: { name: "ann", TOKEN: "***" },
      outputs: { Plan: { values: { url: '"http://x"' } } },
      run,
      pipeline: "pipeline",
      attempt: 1,
    });
    call(run, 2);
    await ended(run, 2);
    expect(logOf(run, 2)).toContain("DEBUG debug\nINFO info\nWARN warn\nERROR error\nDEBUG line 0\n");
  });

  it("lets jobs of a run share memory, and none of another", async () => {
    const [one, two] = [newRun(), newRun()];
    call(one, 1, scripted);
    await ended(one, 1);
    call(one, 9, { ...scripted, more: { job: 1 } });
    await ended(one, 9);
    call(two, 1, scripted);
    await ended(two, 1);
    expect([logOf(one, 1), logOf(one, 9), logOf(two, 1)]).toEqual(["count 1\n", "count 2\n", "count 1\n"]);
  });

  it("keeps one process of a program ready, and ends that of a run when it has ended", async () => {
    const run = newRun();
    const behaviour = `good-${randomUUID()}`;
    call(run, 4, { behaviour });
    const { pid } = await reportOf(run, 4, "started");
    await vi.waitFor(() => expect(pidsOf(behaviour)).toHaveLength(2), PATIENCE);
    const [ready = 0] = pidsOf(behaviour).filter((found) => found !== pid);
    stop(run, 4, 5_000);
    await ended(run, 4);
    const next = newRun();
    call(next, 4, { behaviour });
    expect(await reportOf(next, 4, "started")).toMatchObject({ pid: ready });
    server.send({ message: "runs_ended", runs_ended: { runs: [run] } });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENCE);
    expect(isAlive(ready)).toBe(true);
    stop(next, 4, 5_000);
    await ended(next, 4);
  });

  it("tells failures, exits, declines and crashes apart", async () => {
    const run = newRun();
    for (const job of [6, 7, 8]) call(run, job);
    expect(await ended(run, 6)).toMatchObject({
      outcome: "succeeded",
      verdict: "declined",
      message: "not today",
    });
    expect(await ended(run, 7)).toMatchObject({ outcome: "failed", verdict: "exited", message: "enough" });
    const failed = await ended(run, 8);
    expect(failed).toMatchObject({ outcome: "failed", verdict: "" });
    expect(failed.message.startsWith("äää")).toBe(true);
    call(run, 9);
    expect(await ended(run, 9)).toMatchObject({
      outcome: "failed",
      has_exit_code: true,
      exit_code: 4,
      message: "The program ended during the job, with exit code 4.",
    });
    // The next job has a new process.
    call(run, 1);
    expect(await ended(run, 1)).toMatchObject({ outcome: "succeeded" });
  });

  it("says of a crash beside other jobs that it may be the fault of any", async () => {
    const run = newRun();
    call(run, 4);
    call(run, 2);
    await reportOf(run, 4, "started");
    await ended(run, 2);
    call(run, 9);
    const message =
      "The program ended during the job, with exit code 4. It performed 2 jobs then; which of them is at fault is not known.";
    for (const job of [4, 9]) expect(await ended(run, job)).toMatchObject({ outcome: "failed", message });
  });

  it("hands on what a job adds, without secrets", async () => {
    const run = newRun();
    const secret = "s3cr3t-value";
    const [added, shown] = [secret, "***"].map((word) => ({
      title: `Part ${word}`,
      job: 3,
      arguments: { n: "1", login: `me:${word}` },
      dependsOn: ["Echo", `After ${word}`],
    }));
    const jobs = JSON.stringify([{ ...added, depends_on: added?.dependsOn }]);
    call(run, 12, { values: { jobs }, secrets: { TOKEN: secret }, more: { arguments: ["jobs"] } });
    const end = await ended(run, 12);
    expect(JSON.parse(Buffer.from(end.growth).toString())).toEqual([shown]);
  });

  it("asks a job to end, and leaves the process to the others", async () => {
    const run = newRun();
    call(run, 4);
    const { pid } = await reportOf(run, 4, "started");
    stop(run, 4, 5_000);
    expect(await ended(run, 4)).toMatchObject({ outcome: "cancelled" });
    call(run, 1);
    expect(await ended(run, 1)).toMatchObject({ outcome: "succeeded" });
    expect(isAlive(pid)).toBe(true);
  });

  it("ends the process of a job that does not end, and the jobs beside it are lost", async () => {
    const run = newRun();
    call(run, 17, { timeout_ms: 300, grace_ms: 100, more: { title: "Deaf" } });
    call(run, 4);
    const { pid } = await reportOf(run, 4, "started");
    expect(await ended(run, 17)).toMatchObject({ outcome: "timed_out" });
    const beside = await ended(run, 4);
    expect(beside.outcome).toBe("lost");
    expect(beside.message).toContain("`Deaf` had to end");
    expect(isAlive(pid)).toBe(false);
  });

  it("ends a program on a published SDK, whose jobs hear of nothing", async () => {
    const run = newRun();
    call(run, 5, { ...scripted, timeout_ms: 300 });
    const { pid } = await reportOf(run, 5, "started");
    expect(await ended(run, 5)).toMatchObject({ outcome: "timed_out" });
    expect(isAlive(pid)).toBe(false);
    call(run, 1, scripted);
    await ended(run, 1);
    // A new process counts anew, and what it says on stderr is the log.
    expect(logOf(run, 1)).toBe("count 1\n");
  });

  it("speaks the published protocol: exit, failure, answers that are none", async () => {
    const run = newRun();
    for (const job of [2, 3, 7]) call(run, job, scripted);
    expect(await ended(run, 2)).toMatchObject({ outcome: "failed", message: "it broke", verdict: "" });
    expect(await ended(run, 3)).toMatchObject({ outcome: "failed", verdict: "exited" });
    const errored = await ended(run, 7);
    expect(errored.outcome).toBe("failed");
    expect(errored.message).toContain("NameError");
  });

  it("does not count a refusal for lack of threads as a failure", async () => {
    const run = newRun();
    call(run, 6, { ...scripted, timeout_ms: 700 });
    expect(await ended(run, 6)).toMatchObject({ outcome: "timed_out" });
  });

  it("stops a job that waits for a thread, and leaves the process to the others", async () => {
    const run = newRun();
    call(run, 4);
    const { pid } = await reportOf(run, 4, "started");
    call(run, 18);
    await reportOf(run, 18, "started");
    stop(run, 18, 5_000);
    expect(await ended(run, 18)).toMatchObject({ outcome: "cancelled" });
    call(run, 1);
    expect(await ended(run, 1)).toMatchObject({ outcome: "succeeded" });
    expect(isAlive(pid)).toBe(true);
    stop(run, 4, 5_000);
    expect(await ended(run, 4)).toMatchObject({ outcome: "cancelled" });
  });

  it("performs a job that waited for a thread in the run's next process", async () => {
    const run = newRun();
    call(run, 17, { more: { title: "Deaf" } });
    await reportOf(run, 17, "started");
    call(run, 19);
    await vi.waitFor(() => expect(logOf(run, 19)).toContain("no thread"), PATIENCE);
    stop(run, 17, 0);
    expect(await ended(run, 17)).toMatchObject({ outcome: "cancelled" });
    expect(await ended(run, 19)).toMatchObject({ outcome: "succeeded", message: "" });
  });

  it("counts no job that waits for a thread in a crash, and gives it up with the third", async () => {
    const run = newRun();
    call(run, 4);
    await reportOf(run, 4, "started");
    call(run, 18);
    for (const crash of [1, 2, 3]) {
      const logOfProcess = (): string | undefined => logOf(run, 18).split("[gaia]")[crash - 1];
      await vi.waitFor(() => expect(logOfProcess()).toContain("no thread"), PATIENCE);
      call(run, 90 + crash, { more: { job: 20 } });
      const { message } = await ended(run, 90 + crash);
      expect(/It performed (\d) jobs then/.exec(message)?.[1]).toBe(crash === 1 ? "2" : undefined);
    }
    expect(await ended(run, 18)).toMatchObject({
      outcome: "lost",
      message: "the program ended 3 times while this job waited for a thread of it",
    });
  });

  it("stops a job whose program is still starting without waiting for it", async () => {
    const run = newRun();
    call(run, 1, { ...scripted, behaviour: "hangs" });
    await vi.waitFor(() => expect(existsSync(logPath(run, 1))).toBe(true), PATIENCE);
    stop(run, 1, 5_000);
    expect(await ended(run, 1)).toMatchObject({ outcome: "cancelled", message: NOT_STARTED });
  });

  it.each([
    ["noise", "before its handshake line", "Print nothing to stdout"],
    ["exits-early", "ended before its handshake line", "no module named six"],
    ["wrong-app", "protocol", "Build it with an SDK"],
    ["duplicate", "Build", "title of its own"],
  ])("says what is wrong with a program: %s", async (behaviour, message, log) => {
    const run = newRun();
    call(run, 1, { ...scripted, behaviour });
    const end = await ended(run, 1);
    expect(end.outcome).toBe("failed");
    expect(end.message.toLowerCase()).toContain(message.toLowerCase());
    expect(logOf(run, 1)).toContain(log);
  });

  it("says what is missing", async () => {
    const run = newRun();
    call(run, 1, { more: { build: "c".repeat(64) } });
    const gone = await ended(run, 1);
    expect(gone).toMatchObject({ outcome: "rejected" });
    expect(gone.message).toContain("gaia pipeline build");
    call(run, 3, {
      more: { command: { file: "no-such-toolchain", args: [], folder: ".", environment: {} } },
    });
    expect(await ended(run, 3)).toMatchObject({
      outcome: "failed",
      message: "`no-such-toolchain` cannot be started: not found.",
    });
    expect(logOf(run, 3)).toContain("no-such-toolchain");
  });

  it("brings what a job asks before the server, and again after a reconnect", async () => {
    const run = newRun();
    call(run, 5);
    const asked = () =>
      server.messages.flatMap(({ request }) => (request?.name.run === run ? [request] : []));
    await server.until("the requests", () => asked().length >= 2);
    server.stop();
    await server.listen();
    await server.until("the requests once more", () => asked().length >= 4, 30_000);
    const [start] = asked();
    expect(start).toMatchObject({
      what: "start_run",
      start_run: { pipeline: "other", inputs: { x: "1" }, number: 1 },
    });
    expect(server.hellos.at(-1)?.runs).toContain(run);
    for (const { id, what } of asked().slice(2)) {
      const isStart = what === "start_run";
      const done = { error: "", run: "run_child", status: "running", outputs: new Uint8Array() };
      const answer = isStart ? done : { ...done, error: "There is no run unknown.", run: "" };
      server.send({ message: "answer", answer: { id, ...answer } });
    }
    const outputs = outputsOf(await ended(run, 5));
    expect(outputs["answer_18446744073709551615"]).toMatchObject({ run: { id: "run_child" } });
    expect(outputs["answer_2"]).toMatchObject({ error: "There is no run unknown." });
  });
});

describe("a worker that is killed while a program performs a job", () => {
  const host = new TestHost();
  const { server } = host;
  beforeAll(async () => {
    putBuild(host.home, BUILD);
    await server.listen();
  });
  afterAll(() => host.close());

  it("has the process ended before anybody hears that the job is lost, and leaves no file", async () => {
    const worker = await host.startWorker();
    server.assign(programAssignment("run_1", BUILD, 4));
    const { pid } = await server.started("run_1");
    await killed(worker);
    expect(isAlive(pid)).toBe(true);
    const programs = join(host.home, "worker/local/programs");
    expect(readdirSync(programs, { recursive: true })).toContainEqual(expect.stringMatching(/key\.pem$/));
    let wasAlive: boolean | null = null;
    const before = server.hellos.length;
    void server.until("hello", () => server.hellos.length > before && ((wasAlive = isAlive(pid)), true));
    await host.startWorker();
    expect(wasAlive).toBe(false);
    expect(server.hellos.at(-1)).toMatchObject({ held: [], runs: [] });
    expect(existsSync(programs)).toBe(false);
  });

  it("ends its programs when it is asked to go", async () => {
    const worker = host.workers.at(-1);
    server.assign(programAssignment("run_2", BUILD, 4));
    const { pid } = await server.started("run_2");
    const gone = new Promise((resolve) => worker?.once("exit", resolve));
    worker?.kill("SIGTERM");
    await gone;
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(join(host.home, "worker/local/programs"))).toEqual([]);
  });

  it("leaves its programs to the worker that takes its launcher over", async () => {
    const worker = await host.startWorker();
    server.assign(programAssignment("run_3", BUILD, 4));
    const { pid } = await server.started("run_3");
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    const other = host.takeLauncher();
    expect(await gone).toBe(75);
    expect(isAlive(pid)).toBe(true);
    await other.close();
    await host.startWorker();
    expect(isAlive(pid)).toBe(false);
  });
});
