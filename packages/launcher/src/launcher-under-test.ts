import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LineSplitter } from "./line-splitter.ts";
import {
  type AttemptView,
  type ErrorMessage,
  type ExitedMessage,
  type LauncherHello,
  type LauncherMessage,
  MAX_LINE_BYTES,
  PROTOCOL_VERSION,
  type SpawnerName,
  type StartedMessage,
  type StartMessage,
  type WorkerMessage,
} from "./protocol.ts";
import { parseLauncherBatch } from "./protocol-parse.ts";

const ENTRY = fileURLToPath(new URL("main.ts", import.meta.url));
const DEADLINE_MS = 30_000;

/** How a launcher is started in a test. */
export interface TestSetup {
  readonly spawner: SpawnerName;
  readonly extraArguments?: readonly string[];
}

/** The host of the test that runs. */
export type OpenHost = () => TestHost;

/** A folder for a test, with the launchers and workers in it; `close` leaves nothing behind. */
export class TestHost {
  readonly folder = mkdtempSync(join(tmpdir(), "gaia-launcher-"));
  readonly socketPath = join(this.folder, "socket");
  readonly journalPath = join(this.folder, "journal");
  readonly #setup: TestSetup;
  readonly #workers: TestWorker[] = [];
  readonly #children: ChildProcess[] = [];

  constructor(setup: TestSetup) {
    this.#setup = setup;
  }

  /** Starts a launcher without waiting for it. */
  spawnLauncher(options: { readonly journalPath?: string } = {}): ChildProcess {
    const child = spawn(
      process.execPath,
      [
        ENTRY,
        `--socket=${this.socketPath}`,
        `--journal=${options.journalPath ?? this.journalPath}`,
        `--spawner=${this.#setup.spawner}`,
        ...(this.#setup.extraArguments ?? []),
      ],
      { stdio: ["ignore", "ignore", "pipe"], detached: true },
    );
    this.#children.push(child);
    return child;
  }

  /** Starts a launcher and connects a worker to it. */
  async launch(slots = 4, options: { readonly journalPath?: string } = {}): Promise<TestWorker> {
    this.spawnLauncher(options);
    return await this.connect(slots);
  }

  /** Connects a worker, waiting for the launcher to listen. */
  async connect(slots = 4): Promise<TestWorker> {
    const worker = new TestWorker(await this.connectRaw(), this.folder);
    this.#workers.push(worker);
    worker.send({ kind: "hello", version: PROTOCOL_VERSION, slots });
    await until("the launcher says hello", () => worker.hello !== null);
    return worker;
  }

  /** A connection without a hello. */
  async connectRaw(): Promise<Socket> {
    let socket: Socket | null = null;
    const deadlineMs = performance.now() + DEADLINE_MS;
    while (socket === null) {
      socket = await tryConnect(this.socketPath);
      if (performance.now() > deadlineMs) throw new Error("the launcher does not listen");
      if (socket === null) await pause();
    }
    return socket;
  }

  /** Kills the launcher as a crash would, and waits until it is gone. */
  async crash(worker: TestWorker): Promise<void> {
    const child = this.#children.find((candidate) => candidate.pid === worker.hello?.pid);
    if (child === undefined) throw new Error("no such launcher");
    child.kill("SIGKILL");
    await exitOf(child);
  }

  /** Ends all launchers with all that they run. */
  async close(): Promise<void> {
    for (const worker of this.#workers) worker.disconnect();
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await exitOf(child);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The worker's end of the socket. */
export class TestWorker {
  readonly messages: LauncherMessage[] = [];
  readonly batches: (readonly LauncherMessage[])[] = [];
  isClosed = false;
  readonly #socket: Socket;
  readonly #folder: string;

  constructor(socket: Socket, folder: string) {
    this.#socket = socket;
    this.#folder = folder;
    const splitter = new LineSplitter(MAX_LINE_BYTES);
    socket.on("data", (chunk) => {
      for (const line of splitter.push(chunk)) {
        const { messages, problems } = parseLauncherBatch(line);
        if (problems.length > 0) throw new Error(problems.join("; "));
        this.messages.push(...messages);
        this.batches.push(messages);
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
    });
  }

  get hello(): LauncherHello | null {
    return this.messages.find((message) => message.kind === "hello") ?? null;
  }

  get errors(): readonly ErrorMessage[] {
    return this.messages.filter((message) => message.kind === "error");
  }

  /** One batch. */
  send(...messages: readonly WorkerMessage[]): void {
    this.#socket.write(`${JSON.stringify(messages)}\n`);
  }

  sendText(text: string): void {
    this.#socket.write(text);
  }

  disconnect(): void {
    this.#socket.destroy();
  }

  /** A start message for a shell script. */
  shell(attempt: string, script: string, more: Partial<StartMessage> = {}): StartMessage {
    return {
      kind: "start",
      attempt,
      argv: ["sh", "-c", script],
      env: { PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin" },
      cwd: this.#folder,
      logPath: this.logPath(attempt),
      meta: null,
      ...more,
    };
  }

  logPath(attempt: string): string {
    return join(this.#folder, "logs", `${attempt}.log`);
  }

  log(attempt: string): string {
    try {
      return readFileSync(this.logPath(attempt), "utf8");
    } catch {
      return "";
    }
  }

  async started(attempt: string): Promise<StartedMessage> {
    return await this.#message(`${attempt} started`, (message) =>
      message.kind === "started" && message.attempt === attempt ? message : null,
    );
  }

  async exited(attempt: string): Promise<ExitedMessage> {
    return await this.#message(`${attempt} exited`, (message) =>
      message.kind === "exited" && message.attempt === attempt ? message : null,
    );
  }

  async list(): Promise<readonly AttemptView[]> {
    const known = this.messages.length;
    this.send({ kind: "list" });
    return await this.#message("a list", (message, index) =>
      message.kind === "list" && index >= known ? message.attempts : null,
    );
  }

  /** What the script of this attempt wrote to its log, once it has. */
  async logged(attempt: string, pattern: RegExp): Promise<string> {
    let found = "";
    await until(`${attempt} logs ${pattern.source}`, () => {
      found = pattern.exec(this.log(attempt))?.[0] ?? "";
      return found !== "";
    });
    return found;
  }

  async #message<Found>(
    what: string,
    find: (message: LauncherMessage, index: number) => Found | null,
  ): Promise<Found> {
    let found: Found | null = null;
    await until(what, () => {
      for (const [index, message] of this.messages.entries()) found ??= find(message, index);
      return found !== null;
    });
    if (found === null) throw new Error(what);
    return found;
  }
}

/** Waits for a fact. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  while (!isTrue()) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await pause();
  }
}

/** Status, signal and what it wrote to stderr. */
export async function exitOf(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once("close", resolve));
  }
  return { code: child.exitCode, stderr };
}

/** True while the process runs; a zombie, which its parent has yet to reap, does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** The processes whose command line holds the text. */
export function findProcesses(text: string): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const commandLine = readFileSync(`/proc/${name}/cmdline`, "latin1");
      return commandLine.includes(text) && isRunning(Number(name)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

async function tryConnect(path: string): Promise<Socket | null> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", () => resolve(null));
  });
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
