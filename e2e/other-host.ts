import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runtimeFolder } from "../packages/server/src/home/home.ts";
import type { Gaia } from "./gaia.ts";
import { processesWhere, signalQuietly } from "./processes.ts";

const WORKER = fileURLToPath(new URL("../packages/worker/src/main.ts", import.meta.url));

/** A second worker, with a launcher and a home of its own: to the server it is another host, which shares no files. */
export class OtherHost {
  readonly home: string = mkdtempSync(join(tmpdir(), "gaia-e2e-there-"));
  readonly #gaia: Gaia;
  readonly #name: string;
  #worker: ChildProcess | null = null;

  /** @param name of the worker, and the tag by which tasks ask for it */
  constructor(gaia: Gaia, name: string) {
    this.#gaia = gaia;
    this.#name = name;
  }

  /** Starts the worker and waits until the server has it. */
  async start(): Promise<void> {
    const socket = join(runtimeFolder(this.#gaia.home), "worker.sock");
    const log = openSync(join(this.home, "worker.log"), "a");
    const name = this.#name;
    const words = ["--server", `unix:${socket}`, "--home", this.home, "--name", name, "--tags", name];
    const worker = spawn(process.execPath, [WORKER, ...words, "--slots", "2"], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#worker = worker;
    await this.#gaia.until(`${name} is connected: ${this.home}/worker.log`, async () => {
      if (worker.exitCode !== null)
        throw new Error(`the worker ended: ${readFileSync(join(this.home, "worker.log"), "utf8")}`);
      const { items } = (await this.#gaia.ask("/api/v1/workers")).json;
      return items.some(
        (item: { name: string; status: string; connected_at: string }) =>
          item.name === name && item.status !== "disconnected" && this.#isServed(worker),
      );
    });
  }

  get isAlive(): boolean {
    return this.#worker !== null && this.#worker.exitCode === null && this.#worker.signalCode === null;
  }

  /** Kills the worker as nobody can refuse; its launcher and what it has started live on. */
  async kill(): Promise<void> {
    const worker = this.#worker;
    if (worker === null || worker.exitCode !== null || worker.signalCode !== null) return;
    const exit = new Promise((resolve) => worker.once("exit", resolve));
    worker.kill("SIGKILL");
    await exit;
  }

  /** Logs, indexes, summaries and artifacts that lie on this host. */
  keptFiles(): readonly string[] {
    const files = join(this.home, "worker", this.#name, "files");
    if (!existsSync(files)) return [];
    return readdirSync(files, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => /\/(jobs|artifacts|raw)\//.test(path));
  }

  /** Ends worker and launcher, and removes all of it. */
  async close(): Promise<void> {
    await this.kill();
    await this.#gaia.until("its launcher has ended", () => {
      const left = processesWhere((words) => words.some((word) => word.startsWith(`${this.home}/`)));
      for (const { pid } of left) signalQuietly(pid, "SIGKILL");
      return left.length === 0;
    });
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Its own log tells whether this very process was welcomed, and not the one before it. */
  #isServed(worker: ChildProcess): boolean {
    const text = readFileSync(join(this.home, "worker.log"), "utf8");
    return text
      .split("\n")
      .some((line) => line.includes(`"pid":${worker.pid},`) && line.includes('"msg":"connected"'));
  }
}
