import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Welcome } from "@gaia/contracts";
import { TestServer } from "./link/test-server.ts";
import { openProcesses, type Processes } from "./processes/index.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** A host for tests: a real launcher, real workers as processes, and a server that the test scripts. */
export class TestHost {
  readonly home: string;
  readonly logsRoot: string;
  readonly server: TestServer;
  readonly workers: ChildProcess[] = [];

  constructor(welcome: Partial<Welcome> = {}) {
    this.home = mkdtempSync(join(tmpdir(), "gaia-w-"));
    this.logsRoot = join(this.home, "server");
    mkdirSync(this.logsRoot);
    this.server = new TestServer(join(this.home, "s.sock"), { logs_root: this.logsRoot, ...welcome });
  }

  /** Starts a worker and waits until the server has welcomed it. */
  async startWorker(...more: readonly string[]): Promise<ChildProcess> {
    const before = this.server.hellos.length;
    const worker = this.spawnWorker(...more);
    await this.server
      .until("hello", () => this.server.hellos.length > before)
      .catch((error: unknown) => {
        throw new Error(`the worker did not come; it said: ${this.workerLog}`, { cause: error });
      });
    return worker;
  }

  spawnWorker(...more: readonly string[]): ChildProcess {
    const log = openSync(join(this.home, "worker.log"), "a");
    const worker = spawn(
      process.execPath,
      [
        MAIN,
        "--server",
        this.server.address,
        "--home",
        this.home,
        "--slots",
        "4",
        "--log-level",
        "debug",
        ...more,
      ],
      { stdio: ["ignore", log, log], env: { ...process.env, GAIA_ATTEMPT: undefined } },
    );
    closeSync(log);
    this.workers.push(worker);
    return worker;
  }

  /** What the attempt printed, as people see it. */
  logOf(run: string): string {
    return readFileSync(join(this.logsRoot, "runs/2026-11", run, "jobs/0/0.1.log"), "utf8");
  }

  /** What the attempt of a run prints before it is masked. */
  rawLogOf(run: string): string {
    return join(this.logsRoot, "runs/2026-11", run, "raw/0.1.log");
  }

  /** Of the launcher that serves this host's workers. */
  launcherPid(): number {
    const socket = join(this.home, "worker", "local", "launcher.sock");
    const pid = readdirSync("/proc").find((entry) => {
      if (!/^\d+$/.test(entry)) return false;
      try {
        const words = readFileSync(`/proc/${entry}/cmdline`, "utf8").split("\0");
        return words.includes(socket) && words.includes("--journal");
      } catch {
        return false;
      }
    });
    return Number(pid);
  }

  get workerLog(): string {
    return readFileSync(join(this.home, "worker.log"), "utf8");
  }

  /** Connects to the launcher of this host's workers as another worker does: the one that has it stands back. */
  takeLauncher(): Processes {
    const folder = join(this.home, "worker", "local");
    return openProcesses({
      socketPath: join(folder, "launcher.sock"),
      journalPath: join(folder, "launcher.journal"),
      logPath: join(this.home, "logs", "launcher.log"),
      slots: 1,
    });
  }

  /** Ends workers, launcher, every process and every file. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => killed(worker)));
    await this.takeLauncher().shutdown();
    this.server.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Kills a process as nobody can refuse, and waits for its end. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exit;
}
