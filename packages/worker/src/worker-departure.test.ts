import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shellAssignment } from "./link/test-assignments.ts";
import { TestHost } from "./test-host.ts";

describe("a worker that is dismissed", () => {
  let host: TestHost;
  beforeEach(async () => {
    host = new TestHost();
    await host.server.listen();
  });
  afterEach(() => host.close());

  function waitsFor(file: string, then: string): string {
    return `until [ -e ${join(host.home, file)} ]; do sleep 0.02; done; ${then}`;
  }

  function release(file: string): void {
    writeFileSync(join(host.home, file), "");
  }

  function dismiss(): void {
    host.server.send({ message: "drain", drain: { reason: "shutdown" } });
  }

  it("ends at once with its launcher when nothing runs", async () => {
    const worker = await host.startWorker();
    const launcher = host.launcherPid();
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    dismiss();
    expect(await exit).toBe(0);
    expect(existsSync(`/proc/${launcher}`)).toBe(false);
    const files = readdirSync(join(host.home, "worker", "local"));
    expect(files.filter((name) => name.startsWith("launcher.sock"))).toEqual([]);
  });

  it("ends with its launcher when no server ever spoke to it and it is told to end", async () => {
    host.server.stop();
    const worker = host.spawnWorker();
    const launcher = await host.server.until("the launcher is there", () => host.launcherPid() || null);
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    worker.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(existsSync(`/proc/${launcher}`)).toBe(false);
  });

  it("takes nothing new, and ends with its launcher when what runs has ended", async () => {
    const { server } = host;
    const worker = await host.startWorker();
    const launcher = host.launcherPid();
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    server.assign(shellAssignment("run_1", waitsFor("go", "exit 4")));
    await server.started("run_1");
    dismiss();
    server.assign(shellAssignment("run_2", "true"));
    await server.until("what comes late is given back", () =>
      server.reports.find((report) => report.what === "returned" && report.name.run === "run_2"),
    );
    expect(worker.exitCode).toBe(null);
    release("go");
    expect(await server.ended("run_1")).toMatchObject({ outcome: "failed", exit_code: 4 });
    expect(await exit).toBe(0);
    expect(existsSync(`/proc/${launcher}`)).toBe(false);
  });

  it("leaves the ends that no server has heard of to the next worker", async () => {
    const { server } = host;
    const worker = await host.startWorker();
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    server.assign(shellAssignment("run_1", waitsFor("go", "exit 4")));
    await server.started("run_1");
    dismiss();
    await server.until("it drains", () => server.messages.at(-1)?.heartbeat?.draining === true);
    server.stop();
    release("go");
    expect(await exit).toBe(0);
    await server.listen();
    await host.startWorker();
    expect(await server.ended("run_1")).toMatchObject({ outcome: "failed", exit_code: 4 });
  });

  it("makes way for the worker of the next server, and leaves what runs to it", async () => {
    const { server } = host;
    const worker = await host.startWorker();
    const launcher = host.launcherPid();
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    server.assign(shellAssignment("run_1", waitsFor("go", "exit 4")));
    await server.started("run_1");
    dismiss();
    await server.until("it drains", () => server.messages.at(-1)?.heartbeat?.draining === true);
    server.stop();
    await server.listen();
    expect(await exit).toBe(0);
    await host.startWorker();
    expect(host.launcherPid()).toBe(launcher);
    release("go");
    expect(await server.ended("run_1")).toMatchObject({ outcome: "failed", exit_code: 4 });
  });
});
