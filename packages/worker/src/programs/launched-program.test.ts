import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExitedMessage, StartedMessage } from "@gaia/launcher";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Listener, openProcesses, type Processes } from "../processes/index.ts";
import { ProgramLauncher } from "./launched-program.ts";

let folder: string;
const opened: Processes[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-launched-"));
});
afterEach(async () => {
  await connect()
    .shutdown()
    .catch(() => {});
  for (const processes of opened.splice(0)) await processes.close().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

function connect(): Processes {
  const processes = openProcesses({
    socketPath: join(folder, "launcher.sock"),
    journalPath: join(folder, "launcher.journal"),
    logPath: join(folder, "launcher.log"),
    slots: 4,
  });
  opened.push(processes);
  return processes;
}

/** What is told of one attempt. */
function toldOf<Item extends { readonly attempt: string }>(
  wanted: string,
  listen: (listener: Listener<Item>) => () => void,
): Promise<Item> {
  return new Promise((resolve) => {
    listen((batch) => {
      const found = batch.find(({ attempt }) => attempt === wanted);
      if (found !== undefined) resolve(found);
    });
  });
}

test("a program of an earlier worker that ends by itself while it is listed is not waited for", async () => {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  writeFileSync(join(programs, "key.pem"), "private");
  const earlier = connect();
  const started = ["program.earlier.1", "task"].map((attempt) => {
    const told = toldOf<StartedMessage>(attempt, (listener) => earlier.onStarted(listener));
    earlier.start({
      attempt,
      argv: ["sleep", "60"],
      env: { PATH: process.env["PATH"] ?? "" },
      cwd: folder,
      logPath: join(folder, `${attempt}.log`),
      meta: null,
    });
    return told;
  });
  const [{ pid } = { pid: 0 }] = await Promise.all(started);
  await earlier.close();

  const processes = connect();
  const launcher = new ProgramLauncher({ processes, folder: programs, stamp: "now", slots: 4 });
  const list = processes.list.bind(processes);
  vi.spyOn(processes, "list").mockImplementationOnce(async () => {
    const views = await list();
    const exited = toldOf<ExitedMessage>("program.earlier.1", (listener) => processes.onExited(listener));
    process.kill(pid, "SIGKILL");
    await exited;
    return views;
  });
  expect(await launcher.takeOver()).toMatchObject([{ attempt: "task", state: "running" }]);
  expect(readdirSync(folder)).not.toContain("programs");
  expect(await processes.list()).toMatchObject([{ attempt: "task" }]);
});
