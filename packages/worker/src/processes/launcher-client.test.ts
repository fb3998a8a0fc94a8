import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExitedMessage, SpawnerName, StartedMessage } from "@gaia/launcher";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProcesses, type Processes, type ProcessSpec, type ProcessTrouble } from "./index.ts";

const spawners: readonly SpawnerName[] = ["koffi", "node"];

describe.each(spawners)("the launcher's client, with the %s spawner", (spawner) => {
  let folder: string;
  const opened: Processes[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gaia-processes-"));
  });

  afterEach(async () => {
    await openWorker()
      .processes.shutdown()
      .catch(() => {});
    for (const processes of opened.splice(0)) await processes.close().catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });

  function openWorker(slots = 4) {
    const processes = openProcesses({
      socketPath: join(folder, "launcher.sock"),
      journalPath: join(folder, "launcher.journal"),
      logPath: join(folder, "launcher.log"),
      slots,
      spawner,
    });
    opened.push(processes);
    const started: StartedMessage[] = [];
    const exited: ExitedMessage[] = [];
    const troubles: ProcessTrouble[] = [];
    processes.onStarted((batch) => started.push(...batch));
    processes.onExited((batch) => exited.push(...batch));
    processes.onTrouble((trouble) => troubles.push(trouble));
    return { processes, started, exited, troubles };
  }

  function shell(attempt: string, script: string): ProcessSpec {
    return {
      attempt,
      argv: ["sh", "-c", script],
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
      cwd: folder,
      logPath: join(folder, "logs", `${attempt}.log`),
      meta: { attempt },
    };
  }

  it("starts a launcher, runs attempts and tells their starts and ends once", async () => {
    const { processes, started, exited } = openWorker();
    processes.start(shell("one", "echo out; echo err >&2; exit 3"));
    processes.start(shell("one", "echo never"));
    await until(() => exited.length === 1);
    expect(started.map((message) => message.attempt)).toEqual(["one"]);
    expect(exited[0]).toMatchObject({ attempt: "one", code: 3, signal: null, survivors: [] });
    expect(readFileSync(join(folder, "logs", "one.log"), "utf8")).toBe("out\nerr\n");
  });

  it("leaves attempts running when the worker goes, and the next worker takes them up", async () => {
    const first = openWorker();
    first.processes.start(shell("stays", "until [ -e go ]; do sleep 0.02; done; exit 7"));
    await until(() => first.started.length === 1);
    await first.processes.close();

    const second = openWorker();
    const views = await second.processes.list();
    expect(views).toMatchObject([{ attempt: "stays", state: "running", meta: { attempt: "stays" } }]);
    second.processes.start(shell("opens", "touch go"));
    await until(() => second.exited.length === 2);
    expect(codes(second.exited)).toEqual({ stays: 7, opens: 0 });
    second.processes.forget(["stays", "opens"]);
    expect(await second.processes.list()).toEqual([]);
  });

  it("gives lost attempts their end when the launcher is killed, and starts what had only waited", async () => {
    const { processes, started, exited } = openWorker(1);
    const former = await processes.ready();
    processes.start(shell("running", "sleep 60"));
    processes.start(shell("waiting", "exit 5"));
    await until(() => started.length === 1);
    process.kill(former.pid, "SIGKILL");
    await until(() => exited.length === 2);
    expect(exited.find((message) => message.attempt === "running")).toMatchObject({ lost: true, code: null });
    expect(exited.find((message) => message.attempt === "waiting")).toMatchObject({ code: 5 });
    const pid = started[0]?.pid ?? 0;
    expect(isRunning(pid)).toBe(false);
    expect((await processes.ready()).incarnation).not.toBe(former.incarnation);
  });

  it("delivers a stop that was asked while nothing was connected", async () => {
    const { processes, started, exited } = openWorker();
    await processes.ready();
    processes.start(shell("long", "sleep 60"));
    await until(() => started.length === 1);
    processes.stop("long", { graceMs: 5_000 });
    await until(() => exited.length === 1);
    expect(exited[0]).toMatchObject({ signal: "SIGTERM", cause: "stop" });

    const early = openWorker();
    early.processes.start(shell("early", "sleep 60"));
    early.processes.stop("early", { graceMs: 0 });
    await until(() => early.exited.some((message) => message.attempt === "early"));
  });

  it("stands back when another worker takes the launcher", async () => {
    const first = openWorker();
    await first.processes.ready();
    const second = openWorker();
    await second.processes.ready();
    await until(() => first.troubles.some((trouble) => trouble.kind === "replaced"));
    await expect(first.processes.list()).rejects.toThrow("closed");
  });

  it("says why no launcher comes up", async () => {
    const processes = openProcesses({
      socketPath: join(folder, "other.sock"),
      journalPath: join(folder, "other.journal"),
      logPath: join(folder, "other.log"),
      slots: 1,
      extraArguments: ["--no-such-option"],
    });
    const troubles: ProcessTrouble[] = [];
    processes.onTrouble((trouble) => troubles.push(trouble));
    await until(() => troubles.length > 0);
    expect(troubles[0]?.message).toContain("did not come up: it ended with status 2; see ");
    await processes.close();
  });
});

/** A zombie, which init has yet to reap, runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function codes(exited: readonly ExitedMessage[]): Record<string, number | null> {
  return Object.fromEntries(exited.map((message) => [message.attempt, message.code]));
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
