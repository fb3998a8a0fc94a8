import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  exitOf,
  isRunning,
  TestHost,
  type TestSetup,
  type TestWorker,
  until,
} from "./launcher-under-test.ts";
import type { ExitedMessage, LauncherMessage } from "./protocol.ts";

/** What every launcher must do, whatever starts its processes. */
export function launcherSuite(name: string, setup: TestSetup): void {
  describe(`a launcher with ${name}`, () => {
    let host: TestHost;
    beforeEach(() => {
      host = new TestHost(setup);
    });
    afterEach(async () => {
      await host.close();
    });
    const open = () => host;
    describe("starting", () => startingSuite(open));
    describe("refusing", () => refusingSuite(open));
    describe("the queue", () => queueSuite(open));
    describe("stopping", () => stoppingSuite(open, setup));
    describe("the worker's connection", () => connectionSuite(open));
    describe("the launcher's end", () => recoverySuite(open, setup));
    describe("a full disk", () => fullDiskSuite(open));
  });
}

type OpenHost = () => TestHost;

function startingSuite(open: OpenHost): void {
  it("reports exit codes and signals", async () => {
    const worker = await open().launch();
    worker.send(
      worker.shell("zero", "true"),
      worker.shell("seven", "exit 7"),
      worker.shell("killed", "kill -USR1 $$"),
    );
    expect(await worker.exited("zero")).toMatchObject({ code: 0, signal: null, survivors: [] });
    expect(await worker.exited("seven")).toMatchObject({ code: 7, signal: null });
    expect(await worker.exited("killed")).toMatchObject({ code: null, signal: "SIGUSR1" });
  });

  it("gives the process exactly the environment, arguments, folder and log that were asked for", async () => {
    const worker = await open().launch();
    const folder = join(open().folder, "a folder");
    mkdirSync(folder);
    const script = 'echo "$1|$2|$PWD"; /usr/bin/env | sort >&2; cat; echo end';
    worker.send({
      ...worker.shell("exact", ""),
      argv: ["sh", "-c", script, "name", "first argument", "zweites Argument ü"],
      env: { PATH: "/usr/bin:/bin", EMPTY: "", TEXT: "a=b\nc ü", GAIA_ATTEMPT: "someone else" },
      cwd: folder,
    });
    expect(await worker.exited("exact")).toMatchObject({ code: 0 });
    const lines = worker.log("exact").split("\n");
    expect(lines[0]).toBe(`first argument|zweites Argument ü|${folder}`);
    expect(lines.slice(1).filter((line) => !/^(_|PWD|OLDPWD|SHLVL)=/.test(line))).toEqual([
      "EMPTY=",
      "GAIA_ATTEMPT=exact",
      "PATH=/usr/bin:/bin",
      "TEXT=a=b",
      "c ü",
      "end",
      "",
    ]);
    expect(statSync(worker.logPath("exact")).mode & 0o777).toBe(0o600);
  });

  it("starts each process in a session of its own, with no signal ignored or blocked", async () => {
    const worker = await open().launch();
    worker.send(
      worker.shell("session", "cat /proc/self/stat; grep -E '^Sig(Ign|Blk)' /proc/self/status; sleep 30"),
    );
    const { pid, startTime } = await worker.started("session");
    await worker.logged("session", /SigIgn:\t0+\n/);
    await worker.logged("session", /SigBlk:\t0+\n/);
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /, "")
      .split(" ");
    expect({ group: stat[2], session: stat[3], startTime: Number(stat[19]) }).toEqual({
      group: String(pid),
      session: String(pid),
      startTime,
    });
  });

  it("finds commands in the PATH of the attempt", async () => {
    const worker = await open().launch();
    const folder = join(open().folder, "tools");
    mkdirSync(folder);
    writeFileSync(join(folder, "gaia-test-tool"), "#!/bin/sh\necho found\n", { mode: 0o755 });
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    worker.send({ ...worker.shell("tool", ""), argv: ["gaia-test-tool"], env });
    expect(await worker.exited("tool")).toMatchObject({ code: 0 });
    worker.send({ ...worker.shell("relative", ""), argv: ["./tools/gaia-test-tool"] });
    expect(await worker.exited("relative")).toMatchObject({ code: 0 });
    expect(worker.log("relative")).toBe("found\n");
  });

  it("measures what an attempt used, or says that it cannot know", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("busy", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"));
    const { usage } = await worker.exited("busy");
    expect(usage.wallMs).toBeGreaterThan(0);
    if (worker.hello?.spawner === "node") expect(usage.userMs).toBeNull();
    else expect(usage.userMs).toBeGreaterThan(10);
  });

  it("passes the priority on", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("nice", "sleep 0.1; nice", { nice: 7 }));
    await worker.exited("nice");
    expect(worker.log("nice")).toBe("7\n");
  });
}

function refusingSuite(open: OpenHost): void {
  it("never starts a second time into the same log", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("once", "echo ran"));
    await worker.exited("once");
    worker.send({ ...worker.shell("again", "echo ran"), logPath: worker.logPath("once") });
    const refused = await worker.exited("again");
    expect(refused).toMatchObject({ code: null, refused: { code: "log_exists" } });
    expect(refused.notStarted).toBeUndefined();
    expect(worker.log("once")).toBe("ran\n");
  });

  it("repeats what it knows when the same start comes again", async () => {
    const worker = await open().launch();
    const start = worker.shell("same", "echo ran");
    worker.send(start);
    const exited = await worker.exited("same");
    const known = worker.messages.length;
    worker.send(start);
    await until("it is told again", () => worker.messages.length > known);
    expect(worker.messages[known]).toEqual(exited);
    expect(worker.log("same")).toBe("ran\n");
  });

  it("says what is missing", async () => {
    const worker = await open().launch();
    const script = join(open().folder, "script");
    writeFileSync(script, "#!/no/such/interpreter\n", { mode: 0o755 });
    const plain = join(open().folder, "plain");
    writeFileSync(plain, "text\n", { mode: 0o644 });
    worker.send(
      worker.shell("folder", "true", { cwd: "/no/such/folder" }),
      worker.shell("command", "true", { argv: ["gaia-no-such-command"] }),
      worker.shell("path", "true", { argv: ["/no/such/command"] }),
      worker.shell("interpreter", "true", { argv: [script] }),
      worker.shell("mode", "true", { argv: [plain] }),
      worker.shell("log", "true", { logPath: "/proc/nowhere/attempt.log" }),
      worker.shell("long", "true", { argv: ["sh", "-c", "true", "x".repeat(3_000_000)] }),
    );
    const codes: Record<string, string | undefined> = {};
    for (const attempt of ["folder", "command", "path", "interpreter", "mode", "log", "long"]) {
      const exited = await worker.exited(attempt);
      expect(exited).toMatchObject({ notStarted: true, code: null, signal: null });
      codes[attempt] = exited.refused?.code;
    }
    expect(codes).toEqual({
      folder: "cwd_missing",
      command: "command_missing",
      path: "command_missing",
      interpreter: "command_missing",
      mode: "command_missing",
      log: "log_failed",
      long: "spawn_failed",
    });
  });

  it("goes on after what it cannot understand", async () => {
    const worker = await open().launch();
    worker.sendText("not json\n{}\n[]\n");
    worker.sendText(
      '[{"kind":"dance"},{"kind":"start","attempt":"x"},{"kind":"stop","attempt":"x","graceMs":1},7]\n',
    );
    worker.sendText(
      `${JSON.stringify([
        { ...worker.shell("env", "true"), env: { "A=B": "1" } },
        { ...worker.shell("cwd", "true"), cwd: "relative" },
      ])}\n`,
    );
    worker.send(
      { kind: "stop", attempt: "unknown", signal: "SIGTERM", graceMs: 0 },
      worker.shell("fine", "true"),
    );
    expect(await worker.exited("fine")).toMatchObject({ code: 0 });
    expect(worker.errors.map((error) => error.code)).toEqual([
      ...Array.from({ length: 8 }, () => "malformed"),
      "unknown_attempt",
    ]);
  });
}

function queueSuite(open: OpenHost): void {
  it("runs as many at once as there are slots, in order, without a word from the worker", async () => {
    const worker = await open().launch(2);
    const script = (name: string) => `echo +; until [ -e ${name} ]; do sleep 0.01; done`;
    worker.send(...["a", "b", "c", "d"].map((name) => worker.shell(name, script(name))));
    await worker.started("a");
    await worker.started("b");
    expect((await worker.list()).map((view) => view.state)).toEqual([
      "running",
      "running",
      "queued",
      "queued",
    ]);
    writeFileSync(join(open().folder, "b"), "");
    await worker.started("c");
    expect((await worker.list()).map((view) => view.state)).toEqual([
      "running",
      "exited",
      "running",
      "queued",
    ]);
    worker.send({ kind: "slots", slots: 3 });
    await worker.started("d");
    for (const name of ["a", "c", "d"]) writeFileSync(join(open().folder, name), "");
    for (const name of ["a", "c", "d"]) expect(await worker.exited(name)).toMatchObject({ code: 0 });
  });

  it("runs hundreds of short attempts to their ends and tells of them in batches", async () => {
    const worker = await open().launch(4);
    const names = Array.from({ length: 300 }, (_, index) => `n${index}`);
    worker.send(...names.map((name, index) => worker.shell(name, `exit ${index % 7}`)));
    await until("all ended", () => ends(worker).length === names.length);
    expect(ends(worker).every((end) => end.code === Number(end.attempt.slice(1)) % 7)).toBe(true);
    expect(worker.batches.length).toBeLessThan(worker.messages.length);
  });

  it("removes a queued attempt without starting it", async () => {
    const worker = await open().launch(1);
    worker.send(worker.shell("first", "sleep 30"), worker.shell("second", "echo ran"));
    await worker.started("first");
    worker.send({ kind: "stop", attempt: "second", signal: "SIGTERM", graceMs: 1_000 });
    expect(await worker.exited("second")).toMatchObject({ notStarted: true, cause: "stop", code: null });
    worker.send({ kind: "stop", attempt: "first", signal: "SIGTERM", graceMs: 1_000 });
    await worker.exited("first");
    expect(existsSync(worker.logPath("second"))).toBe(false);
  });

  it("forgets what it is told to, and only that", async () => {
    const worker = await open().launch();
    worker.send(worker.shell("done", "true"), worker.shell("runs", "sleep 30"));
    await worker.exited("done");
    worker.send({ kind: "forget", attempts: ["done", "runs", "unknown"] });
    expect((await worker.list()).map((view) => view.attempt)).toEqual(["runs"]);
  });
}

function stoppingSuite(open: OpenHost, setup: TestSetup): void {
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

function connectionSuite(open: OpenHost): void {
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

function recoverySuite(open: OpenHost, setup: TestSetup): void {
  it("is swept by the next one after a crash, and its attempts are lost", async () => {
    const first = await open().launch();
    first.send(
      first.shell("runs", `sh -c 'echo $$; sleep 60' & echo $$; wait`, { meta: { job: 1 } }),
      first.shell("secret", "sleep 60", { meta: { job: 2 }, secret: true }),
      first.shell("ended", "exit 9", { meta: { job: 3 } }),
      first.shell("refused", "true", { cwd: "/no/such/folder", meta: { job: 4 } }),
      first.shell("forgotten", "true"),
    );
    const pids = (await first.logged("runs", /\d+\n\d+\n/)).trim().split("\n").map(Number);
    for (const attempt of ["ended", "refused", "forgotten"]) await first.exited(attempt);
    first.send({ kind: "forget", attempts: ["forgotten"] });
    await first.list();
    await open().crash(first);

    const second = await open().launch();
    expect(second.hello?.incarnation).not.toBe(first.hello?.incarnation);
    expect(pids.filter(isRunning)).toEqual([]);
    const views = Object.fromEntries((await second.list()).map((view) => [view.attempt, view]));
    expect(views).toMatchObject({
      runs: { state: "exited", meta: { job: 1 }, exited: { lost: true, code: null, survivors: [] } },
      secret: { state: "exited", meta: null, exited: { lost: true } },
      ended: { state: "exited", meta: { job: 3 }, exited: { code: 9 }, started: { attempt: "ended" } },
      refused: { state: "exited", meta: { job: 4 }, exited: { refused: { code: "cwd_missing" } } },
    });
    expect(Object.keys(views)).toHaveLength(4);
    expect(readFileSync(open().journalPath, "utf8")).not.toContain('"job":2');

    await open().crash(second);
    const third = await open().launch();
    expect(await third.list()).toHaveLength(4);
    third.send(third.shell("runs", "echo again"));
    expect(await third.exited("runs")).toMatchObject({ lost: true });
  });

  it("signals nothing that runs under a former boot or in another namespace", async () => {
    const first = await open().launch();
    first.send(first.shell("runs", "sleep 60"));
    const { pid } = await first.started("runs");
    await first.list();
    await open().crash(first);
    const journal = readFileSync(open().journalPath, "utf8");
    writeFileSync(open().journalPath, journal.replace(/"bootId":"[^"]*"/, '"bootId":"another-boot"'));
    const second = await open().launch();
    try {
      expect(await second.list()).toMatchObject([{ attempt: "runs", exited: { lost: true } }]);
      expect(isRunning(pid)).toBe(true);
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });

  it("never signals a process that has the pid of an attempt but began at another time", async () => {
    const first = await open().launch();
    first.send(first.shell("runs", "sleep 60"));
    const { pid, startTime } = await first.started("runs");
    await first.list();
    await open().crash(first);
    // As if the pid had been given to another program since; its other signs are taken from it as well.
    const journal = readFileSync(open().journalPath, "utf8")
      .replace(`"startTime":${startTime},"atMs"`, `"startTime":${startTime - 1},"atMs"`)
      .replaceAll(/"mark":\d+/g, '"mark":1')
      .replaceAll(/"markBase":\d+/g, '"markBase":null')
      .replaceAll('"cgroupFolders":[', '"ignored":[')
      .replaceAll('"attempt":"runs"', '"attempt":"other"');
    writeFileSync(open().journalPath, journal.replaceAll('"ignored":[', '"cgroupFolders":[],"ignored":['));
    const second = await open().launch();
    try {
      expect(await second.list()).toMatchObject([{ attempt: "other", exited: { lost: true } }]);
      expect(isRunning(pid)).toBe(true);
    } finally {
      process.kill(pid, "SIGKILL");
    }
  });

  it("survives a torn last line of its journal", async () => {
    const first = await open().launch();
    first.send(first.shell("ended", "exit 3"));
    await first.exited("ended");
    await open().crash(first);
    appendFileSync(open().journalPath, '{"kind":"started","started":{"kind":"started","atte');
    const second = await open().launch();
    expect(await second.list()).toMatchObject([{ attempt: "ended", exited: { code: 3 } }]);
    second.send(second.shell("next", "exit 4"));
    await second.exited("next");
    await open().crash(second);
    const third = await open().launch();
    expect((await third.list()).map((view) => view.exited?.code)).toEqual([3, 4]);
  });

  it("goes away by itself when nobody needs it", async () => {
    const idle = new TestHost({
      ...setup,
      extraArguments: [...(setup.extraArguments ?? []), "--idle-exit-ms", "200"],
    });
    try {
      const child = idle.spawnLauncher();
      const worker = await idle.connect();
      worker.send(worker.shell("short", "true"));
      await worker.exited("short");
      worker.send({ kind: "forget", attempts: ["short"] });
      await worker.list();
      worker.disconnect();
      expect(await exitOf(child)).toMatchObject({ code: 0 });
    } finally {
      await idle.close();
    }
  });
}

function fullDiskSuite(open: OpenHost): void {
  const isRoot = process.getuid?.() === 0;

  it.skipIf(!isRoot)(
    "refuses starts while the journal cannot be written, and goes on with what runs",
    async () => {
      const disk = join(open().folder, "disk");
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
      try {
        const worker = await open().launch(4, { journalPath: join(disk, "journal") });
        worker.send(worker.shell("runs", "until [ -e go ]; do sleep 0.02; done; exit 8"));
        await worker.started("runs");
        await worker.list();
        const fill = join(disk, "fill");
        fillDisk(fill);
        // The first start may be journaled in memory only; once that has failed, nothing more is started.
        for (let index = 0; !worker.messages.some(isJournalRefusal); index++) {
          worker.send(worker.shell(`try${index}`, "true", { meta: "x".repeat(5_000) }));
          await worker.exited(`try${index}`);
        }
        worker.send({ ...worker.shell("log", "true"), logPath: join(disk, "attempt.log") });
        await worker.exited("log");
        writeFileSync(join(open().folder, "go"), "");
        expect(await worker.exited("runs")).toMatchObject({ code: 8 });
        rmSync(fill);
        worker.send(worker.shell("later", "exit 2"));
        expect(await worker.exited("later")).toMatchObject({ code: 2 });
        await worker.list();
        await open().crash(worker);
        const next = await open().launch(4, { journalPath: join(disk, "journal") });
        const views = Object.fromEntries(
          (await next.list()).map((view) => [view.attempt, view.exited?.code]),
        );
        expect(views).toMatchObject({ runs: 8, later: 2 });
        next.send({ kind: "shutdown", killAll: true });
        await until("it is gone", () => next.isClosed && !existsSync(open().socketPath));
      } finally {
        await until("the disk is free", () => unmount(disk));
      }
    },
  );

  it.skipIf(isRoot)("refuses starts whose log cannot be created", async () => {
    const worker = await open().launch();
    const folder = join(open().folder, "closed");
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    worker.send({ ...worker.shell("log", "true"), logPath: join(folder, "attempt.log") });
    expect(await worker.exited("log")).toMatchObject({ refused: { code: "log_failed" } });
  });
}

function isJournalRefusal(message: LauncherMessage): boolean {
  return message.kind === "exited" && message.refused?.code === "journal_failed";
}

function fillDisk(path: string): void {
  try {
    for (;;) appendFileSync(path, "x".repeat(4096));
  } catch {
    // Full, as wanted.
  }
}

function unmount(folder: string): boolean {
  try {
    execFileSync("umount", [folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function ends(worker: TestWorker): readonly ExitedMessage[] {
  return worker.messages.filter((message) => message.kind === "exited");
}
