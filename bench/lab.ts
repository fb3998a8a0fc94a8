import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runtimeFolder } from "../packages/server/src/home/home.ts";
import { cacheFolder } from "./cache-folder.ts";
import { onEnd, removeAtEnd } from "./cleanup.ts";
import { childrenCpuMs, cpuMs, readText } from "./processes.ts";

/** Where the programs are taken from: the clone's TypeScript, or the JavaScript that `npm run pack` has made. */
export type Build = "source" | "packed";

const ENTRIES: Readonly<Record<Build, string>> = {
  source: "../packages/server/src/main.ts",
  packed: "../dist/package/packages/server/src/main.js",
};

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface EndedRun {
  readonly status: string;
  readonly duration_ms: number;
  readonly outputs: Record<string, unknown>;
}

/** CPU time used so far, by part. */
export interface CpuParts {
  readonly server: number;
  readonly worker: number;
  readonly launcher: number;
  readonly jobs: number;
}

/** A Gaia of its own for a benchmark, as a user has it: real processes, durable commits, a client in another process. */
export class Lab {
  readonly home: string = mkdtempSync(join(tmpdir(), "gaia-bench-"));
  readonly #build: Build;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  #server: ChildProcess | null = null;

  constructor(build: Build = "source") {
    this.#build = build;
  }

  /** Starts the server and waits until a worker is connected. Answers the milliseconds until it was ready. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<number> {
    const compileCache = join(cacheFolder(), "compile");
    mkdirSync(compileCache, { recursive: true });
    // Only the socket: no port that another Gaia on this machine has.
    writeFileSync(join(this.home, "config.toml"), '[server]\nlisten = ""\n');
    const startedAt = performance.now();
    const server = spawn(
      process.execPath,
      [fileURLToPath(new URL(ENTRIES[this.#build], import.meta.url)), "--home", this.home],
      {
        env: {
          ...process.env,
          NODE_COMPILE_CACHE: compileCache,
          GAIA_LOG_LEVEL: "warn",
          ...environment,
        },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.stdout.once("data", () => resolve());
      server.once("exit", (code) => reject(new Error(`the server has ended with ${code}`)));
    });
    const readyMs = performance.now() - startedAt;
    await until(async () =>
      ((await this.get("/api/v1/workers")) as { items: { status: string }[] }).items.some(
        ({ status }) => status === "connected",
      ),
    );
    return readyMs;
  }

  /** Where it listens over TCP, if `start` was given `GAIA_LISTEN`. */
  address(): string {
    return String(JSON.parse(readFileSync(join(this.home, "server.json"), "utf8")).address);
  }

  get serverPid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Kills the server as a crash does, and waits until the kernel has taken it. */
  async killServer(): Promise<void> {
    const server = this.#server;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await gone;
  }

  /** Pids by their part, found by the home that is on their command line. */
  pids(part: "worker" | "launcher"): readonly number[] {
    const program = new RegExp(`packages/${part}/src/main\\.[jt]s$`);
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const words = readText(`/proc/${pid}/cmdline`).split("\0");
        // The program alone, not its arguments: the worker's name the launcher too.
        return program.test(words[1] ?? "") && words.join(" ").includes(this.home);
      });
  }

  /** What Gaia's processes and the jobs that have ended used so far: the launcher is the jobs' parent. */
  cpu(): CpuParts {
    const sum = (pids: readonly number[], of: (pid: number) => number): number =>
      pids.reduce((total, pid) => total + of(pid), 0);
    return {
      server: cpuMs(this.serverPid),
      worker: sum(this.pids("worker"), cpuMs),
      launcher: sum(this.pids("launcher"), cpuMs),
      jobs: sum(this.pids("launcher"), childrenCpuMs),
    };
  }

  async get(path: string): Promise<unknown> {
    const { status, body } = await this.call("GET", path);
    if (status >= 400) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Starts a run of a definition; answers the run's id. */
  async run(definition: string): Promise<string> {
    const { status, body } = await this.call("POST", "/api/v1/runs", {
      definition,
      work_dir: this.home,
      environment: { PATH: process.env["PATH"] ?? "" },
    });
    if (status !== 201) throw new Error(`the run was refused: ${JSON.stringify(body)}`);
    return (body as { run_id: string }).run_id;
  }

  /** Keeps a definition as a pipeline, so that its runs can be started by name. */
  async keep(definition: string): Promise<void> {
    const { status, body } = await this.call("POST", "/api/v1/workflows", {
      definition,
      work_dir: this.home,
    });
    if (status !== 201) throw new Error(`the workflow was refused: ${JSON.stringify(body)}`);
  }

  async startKept(name: string): Promise<string> {
    const { status, body } = await this.call("POST", `/api/v1/workflows/${name}/start`, {});
    if (status !== 201) throw new Error(`the start of ${name} was refused: ${JSON.stringify(body)}`);
    return (body as { run_id: string }).run_id;
  }

  /** Resolves with the run when it has ended; the server holds the request until then. */
  async ended(id: string): Promise<EndedRun> {
    for (;;) {
      const run = (await this.get(`/api/v1/runs/${id}?wait=60s`)) as EndedRun;
      if (["completed", "failed", "cancelled"].includes(run.status)) return run;
    }
  }

  /** Starts a kept pipeline and reads its result; answers the milliseconds from the POST on. */
  async timed(name: string): Promise<number> {
    const startedAt = performance.now();
    const run = await this.ended(await this.startKept(name));
    if (run.status !== "completed") throw new Error(`${name} has ${run.status}`);
    return performance.now() - startedAt;
  }

  call(method: string, path: string, json?: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const payload = json === undefined ? undefined : JSON.stringify(json);
      const headers =
        payload === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
      const sent = request(
        { socketPath: join(this.home, "gaia.sock"), agent: this.#agent, method, path, headers },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            const isJson = answer.headers["content-type"]?.includes("json") === true;
            resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
          });
        },
      );
      sent.on("error", reject);
      sent.end(payload);
    });
  }

  /** Ends server, worker and launcher, and removes what they left. */
  readonly stop: () => Promise<void> = onEnd(() => this.#end());

  async #end(): Promise<void> {
    this.#agent.destroy();
    const server = this.#server;
    if (server !== null && server.exitCode === null && server.signalCode === null) {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await gone;
    }
    // Asked to go it ends the programs that it keeps ready; killed it would leave them to the next worker.
    for (const pid of this.pids("worker")) signalQuietly(pid, "SIGTERM");
    await until(() => Promise.resolve(this.pids("worker").length === 0), GOING_MS).catch(() => undefined);
    for (const pid of [...this.pids("worker"), ...this.pids("launcher")]) signalQuietly(pid, "SIGKILL");
    await until(() => Promise.resolve(this.pids("worker").length + this.pids("launcher").length === 0));
    rmSync(runtimeFolder(this.home), { recursive: true, force: true });
    removeAtEnd(this.home);
  }
}

/** Runs `use` with a Gaia of its own. */
export async function withLab<T>(use: (lab: Lab) => Promise<T>, build: Build = "source"): Promise<T> {
  const lab = new Lab(build);
  try {
    await lab.start();
    return await use(lab);
  } finally {
    await lab.stop();
  }
}

/** A worker that was asked to go is killed after so long. */
const GOING_MS = 10_000;

/** Waits for a fact, looking each 5 ms. */
export async function until(isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
