import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exitOf, isRunning, type OpenHost, TestHost, type TestSetup, until } from "./launcher-under-test.ts";
import type { LauncherMessage } from "./protocol.ts";

/** The end of a launcher, and the next one. */
export function recoverySuite(open: OpenHost, setup: TestSetup): void {
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

/** A full disk. */
export function fullDiskSuite(open: OpenHost): void {
  const isRoot = process.getuid?.() === 0;

  it.skipIf(!isRoot)(
    "refuses starts while the journal cannot be written, and goes on with what runs (mounts a disk: root only)",
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

  it.skipIf(isRoot)("refuses starts whose log cannot be created (root could: other users only)", async () => {
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
