import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exitOf, isRunning, type OpenHost, type TestSetup, until } from "./launcher-under-test.ts";

/** Stopping: signals, grace, leases and limits. */
export function stoppingSuite(open: OpenHost, setup: TestSetup): void {
  it("signals the whole tree and lets it end in peace", async () => {
    const worker = await open().launch();
    const child = `trap "sleep 0.1; echo child cleaned up; exit" TERM; echo ready; while :; do sleep 0.02; done`;
    worker.send(worker.shell("tree", `trap "exit 3" TERM; sh -c '${child}' & wait`));
    await worker.logged("tree", /ready/);
    worker.send({ kind: "stop", attempt: "tree", signal: "SIGTERM", graceMs: 20_000 });
    expect(await worker.exited("tree")).toMatchObject({ code: 3, cause: "stop", survivors: [] });
    expect(worker.log("tree")).toContain("child cleaned up");
  });

  it("kills what ignores the signal, when the grace is over", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("deaf", `trap "" TERM; echo $$; sleep 60 & echo $!; wait`));
    const pids = (await worker.logged("deaf", /\d+\n\d+\n/)).trim().split("\n").map(Number);
    worker.send({ kind: "stop", attempt: "deaf", signal: "SIGTERM", graceMs: 50 });
    expect(await worker.exited("deaf")).toMatchObject({
      code: null,
      signal: "SIGKILL",
      cause: "stop",
      survivors: [],
    });
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it("stops a tree that is suspended", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("suspended", `trap "exit 4" TERM; kill -STOP $$; while :; do sleep 0.02; done`));
    const { pid } = await worker.started("suspended");
    await until("it is suspended", () => /\) T /.test(readFileSync(`/proc/${pid}/stat`, "latin1")));
    worker.send({ kind: "stop", attempt: "suspended", signal: "SIGTERM", graceMs: 20_000 });
    expect(await worker.exited("suspended")).toMatchObject({ code: 4 });
  });

  it("sends signals to the main process, or to all", async () => {
    const worker = await open().launch();
    const child = `trap "echo child got it" USR1; echo ready; while :; do sleep 0.02; done`;
    worker.send(
      worker.shell(
        "signals",
        `trap "echo main got it" USR1; sh -c '${child}' & while :; do sleep 0.02; done`,
      ),
    );
    await worker.logged("signals", /ready/);
    worker.send({ kind: "signal", attempt: "signals", signal: "SIGUSR1", to: "main" });
    await worker.logged("signals", /main got it/);
    expect(worker.log("signals")).not.toContain("child got it");
    worker.send({ kind: "signal", attempt: "signals", signal: "SIGUSR1", to: "tree" });
    await worker.logged("signals", /child got it/);
  });

  it("kills an attempt whose lease was not extended, and no other", async () => {
    const worker = await open().launch(2);
    worker.send(
      worker.shell("expires", "sleep 60", { leaseMs: 300 }),
      worker.shell("extended", "until [ -e go ]; do sleep 0.02; done", { leaseMs: 300 }),
      worker.shell("waits", "echo ran", { leaseMs: 300 }),
    );
    worker.send({ kind: "extend", attempts: ["extended"], leaseMs: 60_000 });
    expect(await worker.exited("expires")).toMatchObject({
      cause: "lease",
      signal: "SIGKILL",
      survivors: [],
    });
    expect(await worker.exited("waits")).toMatchObject({ cause: "lease", notStarted: true });
    writeFileSync(join(open().folder, "go"), "");
    const extended = await worker.exited("extended");
    expect(extended.code).toBe(0);
    expect(extended.cause).toBeUndefined();
  });

  it("keeps an attempt within its memory limit, by the means that it says it has", async () => {
    const worker = await open().launch();
    const hold = "head -c 200000000 /dev/zero && sleep 20";
    const script = `{ ${hold}; } | tail -n 1 >/dev/null && echo survived`;
    worker.send(worker.shell("hungry", script, { limits: { memoryBytes: 50_000_000, cpus: 1 } }));
    const exited = await worker.exited("hungry");
    expect(worker.log("hungry")).not.toContain("survived");
    if (worker.hello?.limits.memory === "enforced") expect(exited.oom).toBe(true);
    else expect(exited.cause).toBe("memory_limit");
    if (setup.extraArguments?.includes("never") === true) expect(worker.hello?.limits.memory).toBe("sampled");
  });
}

/** The worker's connection. */
export function connectionSuite(open: OpenHost): void {
  it("keeps running without a worker, and tells the next one all", async () => {
    const first = await open().launch(1);
    first.send(
      first.shell("one", "until [ -e go ]; do sleep 0.02; done; exit 5", {
        meta: { run: "run_1", token: 7 },
      }),
      first.shell("two", "exit 6"),
    );
    await first.started("one");
    first.disconnect();
    writeFileSync(join(open().folder, "go"), "");
    const second = await open().connect(1);
    await until("both ended", () => existsSync(second.logPath("two")));
    let views = await second.list();
    while (views.some((view) => view.state !== "exited")) views = await second.list();
    expect(views).toMatchObject([
      { attempt: "one", meta: { run: "run_1", token: 7 }, exited: { code: 5 } },
      { attempt: "two", meta: null, exited: { code: 6 }, logPath: second.logPath("two") },
    ]);
  });

  it("belongs to the newest worker", async () => {
    const first = await open().launch();
    const second = await open().connect();
    await until("the first is sent away", () => first.isClosed);
    expect(first.errors).toMatchObject([{ code: "replaced" }]);
    second.send(second.shell("mine", "true"));
    expect(await second.exited("mine")).toMatchObject({ code: 0 });
  });

  it("is open to its own user only, and refuses other versions and those who do not say hello", async () => {
    const worker = await open().launch();
    expect(statSync(open().socketPath).mode & 0o777).toBe(0o600);
    const other = await open().connectRaw();
    other.write('[{"kind":"list"},{"kind":"hello","version":999,"slots":1}]\n');
    let answer = "";
    other.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
    });
    await new Promise((resolve) => other.once("close", resolve));
    expect(answer).toContain("hello must come first");
    expect(answer).toContain('"code":"version"');
    worker.send(worker.shell("still", "true"));
    expect(await worker.exited("still")).toMatchObject({ code: 0 });
  });

  it("lets no second launcher have its socket or its journal", async () => {
    const worker = await open().launch();
    const second = await exitOf(open().spawnLauncher({ journalPath: join(open().folder, "other") }));
    expect(second).toMatchObject({ code: 75 });
    expect(second.stderr).toContain("another launcher runs on ");
    worker.send(worker.shell("still", "true"));
    expect(await worker.exited("still")).toMatchObject({ code: 0 });
  });

  it("shuts down when asked to, and not while attempts run", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("runs", "sleep 60"));
    const { pid } = await worker.started("runs");
    worker.send({ kind: "shutdown", killAll: false });
    await until("it refuses", () => worker.errors.length > 0);
    expect(worker.errors).toMatchObject([{ code: "busy" }]);
    worker.send({ kind: "shutdown", killAll: true });
    expect(await worker.exited("runs")).toMatchObject({ cause: "shutdown", survivors: [] });
    await until("it is gone", () => worker.isClosed);
    expect(isRunning(pid)).toBe(false);
    await until("the socket is gone", () => !existsSync(open().socketPath));
  });
}
