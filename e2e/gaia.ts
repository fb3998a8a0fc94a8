import type { JobDetail, RunDetail } from "@gaia/contracts";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CommandLine, type Ended } from "../packages/cli/src/testing/command-line.ts";
import { ask, type Question, type Reply } from "../packages/server/src/api/testing/client.ts";
import { runtimeFolder } from "../packages/server/src/home/home.ts";
import { type FoundProcess, processesWhere, signalQuietly } from "./processes.ts";

const SERVER = fileURLToPath(new URL("../packages/server/src/main.ts", import.meta.url));
/** The machine may be busy with other tests; a fact that has not come by then does not come. */
const DEADLINE_MS = 50_000;

export interface GaiaOptions {
  /** Added to the server's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A home that is there already, such as a mounted one; it is not removed. */
  readonly home?: string;
  /** Text of `config.toml`. */
  readonly config?: string;
}

/**
 * Gaia as its users have it, in a home of its own: server, worker and launcher are real processes, and so is the command
 * line. `close` ends all of them and removes their files.
 */
export class Gaia {
  /** Workflow files and what tasks leave behind; the command line is started here. */
  readonly folder: string;
  readonly home: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #commands = new Set<CommandLine>();
  #server: ChildProcess | null = null;
  #files = 0;

  private constructor(options: GaiaOptions) {
    this.folder = mkdtempSync(join(tmpdir(), "gaia-e2e-"));
    this.home = options.home ?? join(this.folder, "home");
    this.#environment = options.environment ?? {};
    if (options.config !== undefined) {
      mkdirSync(this.home, { recursive: true });
      writeFileSync(join(this.home, "config.toml"), options.config);
    }
  }

  /** Without a server: for what happens before there is one. */
  static prepare(options: GaiaOptions = {}): Gaia {
    return new Gaia(options);
  }

  static async start(options: GaiaOptions = {}): Promise<Gaia> {
    const gaia = new Gaia(options);
    await gaia.startServer();
    return gaia;
  }

  /** Starts the server and waits until its worker takes work. */
  async startServer(): Promise<void> {
    const server = this.spawnServer();
    this.#server = server.process;
    await Promise.race([
      server.said('"ready":true'),
      server.ended.then(({ status, stderr }) => {
        throw new Error(`the server ended with status ${status}: ${stderr}`);
      }),
    ]);
    await this.until("the worker is connected", async () => {
      const { items } = (await this.ask("/api/v1/workers")).json;
      return items.some(({ status }: { status: string }) => status === "connected");
    });
  }

  /** Kills the server as nobody can refuse, and waits until it is gone. Its worker lives on. */
  async killServer(): Promise<void> {
    const server = this.#server;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const exit = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await exit;
  }

  /** A server's process, whatever becomes of it. */
  spawnServer(): CommandLine {
    return new CommandLine(this.home, ["--home", this.home], {
      main: SERVER,
      cwd: this.folder,
      env: { GAIA_LOG_LEVEL: "warn", ...this.environment },
    });
  }

  get environment(): Record<string, string> {
    return { GAIA_PORT: "0", ...this.#environment };
  }

  get serverPid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Writes a file below `folder`; answers with its path. */
  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  /** A command that goes on until its `ended` resolves. */
  command(...words: readonly string[]): CommandLine {
    const command = new CommandLine(this.home, words, { cwd: this.folder, env: this.environment });
    this.#commands.add(command);
    void command.ended.then(() => this.#commands.delete(command));
    return command;
  }

  /** Does a command of the command line and waits for its end. */
  gaia(...words: readonly string[]): Promise<Ended> {
    return this.command(...words).ended;
  }

  /** `gaia run` of a definition that is written to a file of its own. */
  runFile(definition: string, ...flags: readonly string[]): Promise<Ended> {
    this.#files += 1;
    const file = this.write(`workflow-${this.#files}.yaml`, definition);
    return this.gaia("run", file, ...flags);
  }

  /** A question over the socket of the same user. */
  ask(question: string | Question): Promise<Reply> {
    const asked = typeof question === "string" ? { path: question } : question;
    return ask({ socketPath: join(this.home, "gaia.sock") }, asked);
  }

  post(path: string, json?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask({ method: "POST", path, headers, ...(json === undefined ? {} : { json }) });
  }

  /** The address over TCP, and the token that is wanted there. */
  tcp(): { readonly host: string; readonly port: number; readonly token: string } {
    const { address } = JSON.parse(readFileSync(join(this.home, "server.json"), "utf8"));
    const token = readFileSync(join(this.home, "secrets", "token"), "utf8").trim();
    const url = new URL(String(address));
    return { host: url.hostname, port: Number(url.port), token };
  }

  /** Starts a run over REST; answers with its id. */
  async startRun(definition: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const reply = await this.post("/api/v1/runs", { definition, work_dir: this.folder, ...more });
    if (reply.status !== 201) throw new Error(`the run was refused: ${reply.text}`);
    return String(reply.json.run_id);
  }

  /** Waits for the end of a run, which the server tells. */
  async ended(id: string): Promise<RunDetail> {
    const deadline = performance.now() + DEADLINE_MS;
    for (;;) {
      const { json } = await this.ask(`/api/v1/runs/${id}?wait=10s`);
      if (json.ended_at !== null) return json as RunDetail;
      if (performance.now() > deadline) throw new Error(`it has not ended: ${JSON.stringify(json)}`);
    }
  }

  async run(definition: string, more: Readonly<Record<string, unknown>> = {}): Promise<RunDetail> {
    return this.ended(await this.startRun(definition, more));
  }

  async job(run: string, key: string): Promise<JobDetail> {
    return (await this.ask(`/api/v1/runs/${run}/jobs/${encodeURIComponent(key)}`)).json as JobDetail;
  }

  async log(run: string, key: string): Promise<Buffer> {
    return (await this.ask(`/api/v1/runs/${run}/jobs/${encodeURIComponent(key)}/log`)).bytes;
  }

  /** Waits until a job of a run has a status. */
  async reached(run: string, key: string, status: string): Promise<void> {
    await this.until(`${key} is ${status}`, async () => (await this.job(run, key)).status === status);
  }

  /** Waits for a fact. */
  async until(fact: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`waited in vain until ${fact}`);
      await pause(15);
    }
  }

  /** Server, worker and launcher of this home. */
  processes(): readonly FoundProcess[] {
    return processesWhere((words) =>
      words.some((word) => word === this.home || word.startsWith(`${this.home}/worker/`)),
    );
  }

  /** Ends the commands, then the server, which sends worker and launcher away; what stays behind is killed. */
  async close(): Promise<void> {
    for (const command of this.#commands) command.process.kill("SIGKILL");
    await Promise.all([...this.#commands].map((command) => command.ended));
    const asked = await this.post("/api/v1/system/shutdown", { now: true }).catch(() => null);
    const mayTakeUntil = performance.now() + (asked?.status === 202 ? 15_000 : 0);
    while (this.processes().length > 0 && performance.now() < mayTakeUntil) await pause(15);
    await this.until("all of it is gone", () => {
      for (const { pid } of this.processes()) signalQuietly(pid, "SIGKILL");
      return this.processes().length === 0;
    });
    rmSync(runtimeFolder(this.home), { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A workflow of these tasks, each a line of YAML. */
export function workflow(name: string, ...tasks: readonly string[]): string {
  return `name: ${name}\ntasks:\n${tasks.map((task) => `  - ${task}\n`).join("")}`;
}
