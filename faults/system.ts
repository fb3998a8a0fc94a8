import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runtimeFolder } from "../packages/server/src/home/home.ts";
import { GaiaClient } from "../packages/cli/src/client/api.ts";
import { processesInEnvironment, processesWith, signal } from "./processes.ts";
import { SECRET, STEP_SCRIPT } from "./workload.ts";

const SERVER = fileURLToPath(new URL("../packages/server/src/main.ts", import.meta.url));

/** The three programs that are killed. */
export const PARTS = ["server", "worker", "launcher"] as const;
export type Part = (typeof PARTS)[number];

/** Gaia under test: a home of its own, a real server, and the worker and launcher that come with it. */
export class SystemUnderTest {
  readonly folder: string;
  readonly home: string;
  /** Where tasks leave their effects. */
  readonly effectsFolder: string;
  readonly client: GaiaClient;
  /** How servers ended that nobody had killed. */
  readonly unexpectedEnds: string[] = [];
  #server: ChildProcess | null = null;
  #isEnding = false;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "gaia-faults-"));
    this.home = join(this.folder, "home");
    this.effectsFolder = join(this.folder, "effects");
    mkdirSync(join(this.effectsFolder, "last"), { recursive: true });
    mkdirSync(this.home);
    writeFileSync(join(this.effectsFolder, "step.sh"), STEP_SCRIPT);
    writeFileSync(this.effectsFile, "");
    this.client = new GaiaClient({ kind: "socket", home: this.home, path: join(this.home, "gaia.sock") });
  }

  get effectsFile(): string {
    return join(this.effectsFolder, "effects");
  }

  /** Starts a server; does not wait for it. */
  startServer(): void {
    this.#isEnding = false;
    const log = openSync(join(this.folder, "server-output.log"), "a");
    const server = spawn(process.execPath, [SERVER, "--home", this.home], {
      stdio: ["ignore", log, log],
      env: environment(join(this.folder, "compiled")),
    });
    closeSync(log);
    server.once("exit", (code, by) => {
      if (by !== "SIGKILL" && !this.#isEnding)
        this.unexpectedEnds.push(`status ${code}, signal ${by}: ${this.serverOutput}`);
    });
    this.#server = server;
  }

  /** What the servers said before their logs were open. */
  get serverOutput(): string {
    return readFileSync(join(this.folder, "server-output.log"), "utf8").slice(-2_000);
  }

  get isServerUp(): boolean {
    const server = this.#server;
    return server !== null && server.exitCode === null && server.signalCode === null;
  }

  /** Starts and ends everything once in good order: later starts find their programs compiled, as a user's do. */
  async warmUp(withinMs: number): Promise<void> {
    this.startServer();
    await this.ready(withinMs);
    const isConnected = async (): Promise<boolean> => (await this.client.system()).workers.length > 0;
    await this.until("a worker is connected", withinMs, isConnected);
    await this.shutDown(false, withinMs);
  }

  /** Until the server takes work. */
  async ready(withinMs: number): Promise<void> {
    await this.until("the server is ready", withinMs, async () => this.client.isReady().catch(() => false));
  }

  /** Pids of a part; a worker that finds another at work lives for a moment beside it. */
  pidsOf(part: Part): readonly number[] {
    if (part === "server")
      return this.isServerUp && this.#server?.pid !== undefined ? [this.#server.pid] : [];
    const word = part === "worker" ? "--launcher-journal" : "--journal";
    return processesWith(word, join(this.home, "worker", "launcher.journal")).map((found) => found.pid);
  }

  /** Sends a signal to every process of a part; how many there were. */
  signal(part: Part, name: NodeJS.Signals): number {
    return this.pidsOf(part).filter((pid) => signal(pid, name)).length;
  }

  /** Processes of attempts that are still there, however they tried to hide. */
  leftovers(): readonly string[] {
    const marked = [`FAULTS=${this.effectsFolder}`, `FAULTS_LEFT=${this.effectsFolder}`];
    return marked
      .flatMap((entry) => processesInEnvironment(entry))
      .map(({ pid, words }) => `${pid} ${words.join(" ").slice(0, 100)}`);
  }

  /** Asks the server to end; `now`: and to stop what runs. */
  async askToEnd(now: boolean): Promise<void> {
    this.#isEnding = true;
    await this.client.shutdown(now);
  }

  /** Asks the server to end, and waits until all three programs are gone. */
  async shutDown(now: boolean, withinMs: number): Promise<void> {
    await this.askToEnd(now);
    await this.until("server, worker and launcher are gone", withinMs, () =>
      PARTS.every((part) => this.pidsOf(part).length === 0),
    );
  }

  /** Waits for a fact. */
  async until(fact: string, withinMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`not so after ${withinMs / 1000} s: ${fact}`);
      await pause(20);
    }
  }

  /** Ends whatever is left of it, and removes its files unless somebody wants to look at them. */
  async dispose(keepFiles: boolean): Promise<void> {
    this.#isEnding = true;
    this.client.close();
    // The parents first: they would start the others again.
    for (const part of PARTS) this.signal(part, "SIGKILL");
    await this.until("all of it is dead", 20_000, () => {
      for (const part of PARTS) this.signal(part, "SIGKILL");
      const left = this.leftovers();
      for (const text of left) signal(Number.parseInt(text, 10), "SIGKILL");
      return left.length === 0 && PARTS.every((part) => this.pidsOf(part).length === 0);
    });
    rmSync(runtimeFolder(this.home), { recursive: true, force: true });
    if (!keepFiles) rmSync(this.folder, { recursive: true, force: true });
  }
}

function environment(compiled: string): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith("GAIA_"));
  return {
    ...Object.fromEntries(rest),
    // As the command line does. It is written by processes that end in good order, so a killed one leaves none.
    NODE_COMPILE_CACHE: compiled,
    GAIA_PORT: "0",
    GAIA_SLOTS: "4",
    GAIA_SECRETS_ALLOW: SECRET.name,
    [SECRET.name]: SECRET.value,
  };
}
