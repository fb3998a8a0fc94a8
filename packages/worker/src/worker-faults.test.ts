import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shellAssignment } from "./link/test-assignments.ts";
import { killed, TestHost } from "./test-host.ts";

describe("when things break", () => {
  let host: TestHost;
  beforeEach(async () => {
    host = new TestHost();
    await host.server.listen();
  });
  afterEach(() => host.close());

  /** A command that runs until the file is there, and what it then does. */
  function waitsFor(file: string, then: string): string {
    return `until [ -e ${join(host.home, file)} ]; do sleep 0.02; done; ${then}`;
  }

  function release(file: string): void {
    writeFileSync(join(host.home, file), "");
  }

  it("a killed worker's attempts are taken up by the next one, which reports their true exits", async () => {
    const { server } = host;
    const first = await host.startWorker();
    server.assign(
      shellAssignment("run_during", waitsFor("go-1", "echo a=1 > $GAIA_OUTPUT; exit 5")),
      shellAssignment("run_after", waitsFor("go-2", "echo b=2 > $GAIA_OUTPUT")),
      shellAssignment("run_secret", waitsFor("go-2", 'echo "the token is $TOKEN"'), {
        secrets: { TOKEN: "hunter2-hunter2" },
      }),
    );
    await Promise.all(["run_during", "run_after", "run_secret"].map((run) => server.started(run)));
    await killed(first);
    release("go-1");
    await host.startWorker();
    const hello = server.hellos[1];
    expect(hello?.worker_id).toBe(server.hellos[0]?.worker_id);
    expect(hello?.launcher_id).toBe(server.hellos[0]?.launcher_id);
    expect(hello?.held.map((held) => [held.name.run, held.started]).toSorted()).toEqual([
      ["run_after", true],
      ["run_during", true],
      ["run_secret", true],
    ]);
    expect(hello?.last_seq).toBeGreaterThan(server.hellos[0]?.last_seq ?? 0);
    expect(await server.ended("run_during")).toMatchObject({ outcome: "failed", exit_code: 5 });
    release("go-2");
    const after = await server.ended("run_after");
    expect(after).toMatchObject({ outcome: "succeeded", exit_code: 0 });
    expect(JSON.parse(Buffer.from(after.outputs).toString())).toEqual({ b: "2" });
    expect(await server.ended("run_secret")).toMatchObject({ outcome: "succeeded", message: "" });
    expect(host.logOf("run_secret")).toBe("the token is ***\n");
  });

  it("a timeout that struck while no worker was there is carried out by the next", async () => {
    const { server } = host;
    const first = await host.startWorker();
    server.assign(shellAssignment("run_1", "sleep 300", { timeout_ms: 700, grace_ms: 100 }));
    await server.started("run_1");
    await killed(first);
    await host.startWorker();
    expect(await server.ended("run_1")).toMatchObject({ outcome: "timed_out" });
  });

  it("reports are kept while the server is gone, and sent once when it is back", async () => {
    const { server } = host;
    const worker = await host.startWorker();
    server.acknowledges = false;
    server.assign(shellAssignment("run_1", "exit 4"), shellAssignment("run_2", waitsFor("go", "exit 6")));
    await server.ended("run_1");
    await server.started("run_2");
    server.stop();
    release("go");
    const before = server.reports.length;
    server.acknowledges = true;
    await server.listen();
    expect(await server.ended("run_2")).toMatchObject({ outcome: "failed", exit_code: 6 });
    // What had not been acknowledged came again with its number; nothing else did.
    const again = server.reports.slice(before);
    const numbers = (what: string, run: string, list = server.reports): number[] =>
      list.flatMap((report) => (report.what === what && report.name.run === run ? [report.seq] : []));
    expect(new Set(numbers("ended", "run_1")).size).toBe(1);
    expect(numbers("ended", "run_1", again)).toHaveLength(1);
    expect(numbers("ended", "run_2")).toHaveLength(1);
    expect(server.hellos[1]?.last_seq).toBe(Math.min(...again.map((report) => report.seq)) - 1);
    await server.until(
      "a heartbeat without attempts",
      () => server.messages.at(-1)?.heartbeat?.running === 0,
    );
    // All is settled: a third stream has nothing to say.
    server.stop();
    await server.listen();
    await server.until("hello", () => server.hellos.length === 3);
    expect(server.hellos[2]?.held).toEqual([]);
    // Nor has the launcher: the next worker finds nothing.
    await killed(worker);
    await host.startWorker();
    expect(server.hellos[3]?.held).toEqual([]);
  });

  it("an end that no server has heard of is told by the next worker, with what the attempt kept", async () => {
    const { server } = host;
    server.acknowledges = false;
    const first = await host.startWorker();
    server.assign(
      shellAssignment(
        "run_1",
        "echo kept > $GAIA_ARTIFACTS/a; echo v=1 > $GAIA_OUTPUT; echo s > $GAIA_SUMMARY",
      ),
    );
    await server.ended("run_1");
    await killed(first);
    const before = server.reports.length;
    server.acknowledges = true;
    await host.startWorker();
    const again = await server.until(
      "the end again",
      () => server.reports.slice(before).find((report) => report.what === "ended")?.ended,
    );
    expect(again).toMatchObject({ outcome: "succeeded", message: "" });
    expect(JSON.parse(Buffer.from(again.outputs).toString())).toEqual({ v: "1" });
    const folder = join(host.logsRoot, "runs/2026-11/run_1");
    expect(readFileSync(join(folder, "artifacts/0.1/a"), "utf8")).toBe("kept\n");
  });

  it("an attempt that the server does not want any more is killed and never reported", async () => {
    const { server } = host;
    await host.startWorker();
    server.assign(
      shellAssignment("run_1", `echo $$ > ${join(host.home, "pid")}; sleep 300`),
      shellAssignment("run_2", waitsFor("go", "true")),
    );
    await Promise.all([server.started("run_1"), server.started("run_2")]);
    const pid = await server.until(
      "its pid",
      () => existsSync(join(host.home, "pid")) && readFileSync(join(host.home, "pid"), "utf8").trim(),
    );
    server.stop();
    server.unknown = [{ run: "run_1", job: 0, attempt: 1, token: 1 }];
    await server.listen();
    await server.until("its end", () => !existsSync(`/proc/${pid}`));
    release("go");
    await server.ended("run_2");
    expect(server.reports.filter((report) => report.name.run === "run_1" && report.what === "ended")).toEqual(
      [],
    );
    server.unknown = [];
  });

  it("a worker that is told to end gives back what has not started, and leaves what runs", async () => {
    const { server } = host;
    const first = await host.startWorker("--slots", "1");
    server.assign(shellAssignment("run_1", waitsFor("go", "exit 9")));
    await server.started("run_1");
    server.assign(shellAssignment("run_2", "true"));
    await server.until("both are held", () =>
      server.messages.some((message) => message.heartbeat?.running === 1),
    );
    const exit = new Promise((resolve) => first.once("exit", resolve));
    first.kill("SIGTERM");
    expect(await exit).toBe(0);
    const returned = server.reports.find((report) => report.what === "returned");
    expect(returned).toMatchObject({
      name: { run: "run_2" },
      returned: { message: "the worker is shutting down" },
    });
    expect(server.messages.some((message) => message.heartbeat?.draining === true)).toBe(true);
    await host.startWorker("--slots", "1");
    expect(server.hellos[1]?.held.map((held) => held.name.run)).toEqual(["run_1"]);
    release("go");
    expect(await server.ended("run_1")).toMatchObject({ outcome: "failed", exit_code: 9 });
  });

  it("a launcher that dies takes the outcomes of its attempts with it", async () => {
    const { server } = host;
    await host.startWorker();
    server.assign(shellAssignment("run_1", "sleep 300"));
    await server.started("run_1");
    process.kill(host.launcherPid(), "SIGKILL");
    expect(await server.ended("run_1")).toMatchObject({ outcome: "lost", has_exit_code: false });
    server.assign(shellAssignment("run_2", "exit 2"));
    expect(await server.ended("run_2")).toMatchObject({ outcome: "failed", exit_code: 2 });
  });

  it("an attempt that another worker may start is killed when the server stays silent", async () => {
    const silent = new TestHost({ lease_ms: 600, heartbeat_ms: 100 });
    try {
      await silent.server.listen();
      await silent.startWorker();
      silent.server.assign(
        shellAssignment("run_1", "sleep 300", { kill_when_lease_ends: true, grace_ms: 100 }),
      );
      await silent.server.started("run_1");
      silent.server.stop();
      await silent.server.listen();
      // This server never speaks after its Welcome, so nothing extends the lease.
      const ended = await silent.server.ended("run_1");
      expect(ended).toMatchObject({ outcome: "lost" });
      expect(ended.message).toContain("silent for longer than the lease");
    } finally {
      await silent.close();
    }
  });

  it("a launcher that dies takes along what to mask: unmasked output is emptied, and stays a fence", async () => {
    const { server } = host;
    const first = await host.startWorker();
    const secrets = { TOKEN: "hunter2-hunter2" };
    server.assign(shellAssignment("run_1", 'echo "the token is $TOKEN"; sleep 300', { secrets }));
    await server.started("run_1");
    const rawLog = host.rawLogOf("run_1");
    await server.until("its output", () => readFileSync(rawLog, "utf8").includes("hunter2"));
    await killed(first);
    process.kill(host.launcherPid(), "SIGKILL");
    await host.startWorker();
    expect(server.hellos[1]?.held).toEqual([]);
    expect(readFileSync(rawLog, "utf8")).toBe("");
    server.assign(shellAssignment("run_1", "true", { secrets }));
    expect(await server.ended("run_1")).toMatchObject({ outcome: "lost", has_exit_code: false });
  });

  it("an attempt with secrets whose unmasked log is gone already is not started again", async () => {
    const { server } = host;
    await host.startWorker();
    const assignment = shellAssignment("run_1", "true", { secrets: { TOKEN: "hunter2-hunter2" } });
    server.assign(assignment);
    expect(await server.ended("run_1")).toMatchObject({ outcome: "succeeded" });
    const before = server.reports.length;
    const again = await server.until("its second end", () => {
      // Ignored until the attempt is forgotten.
      server.assign(assignment);
      return server.reports.slice(before).find((report) => report.what === "ended");
    });
    expect(again.ended).toMatchObject({ outcome: "lost" });
  });

  it("a worker that the server refuses says why and ends", async () => {
    const { server } = host;
    server.refusal = { code: "unsupported", message: "too old", retry: false };
    const worker = host.spawnWorker();
    expect(await new Promise((resolve) => worker.once("exit", resolve))).toBe(3);
    expect(host.workerLog).toContain("the server refuses this worker: unsupported: too old");
  });
});
