import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type OpenHost, type TestWorker, until } from "./launcher-under-test.ts";
import type { ExitedMessage } from "./protocol.ts";

/** Starting: what the process gets, and what is reported of it. */
export function startingSuite(open: OpenHost): void {
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

/** Refusing: what is not started, and why. */
export function refusingSuite(open: OpenHost): void {
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

/** The queue: order, slots, and what is kept. */
export function queueSuite(open: OpenHost): void {
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

function ends(worker: TestWorker): readonly ExitedMessage[] {
  return worker.messages.filter((message) => message.kind === "exited");
}
