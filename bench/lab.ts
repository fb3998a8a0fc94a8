import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A Gaia of its own for a benchmark, as a user has it: real processes, durable commits, a client in another process. */

const MAIN = fileURLToPath(new URL("../packages/server/src/main.ts", import.meta.url));

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Lab {
  readonly home: string = mkdtempSync(join(tmpdir(), "gaia-bench-"));
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  #server: ChildProcess | null = null;

  /** Starts the server and waits until a worker is connected. Answers the milliseconds until it was ready. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<number> {
    const startedAt = performance.now();
    const env = { ...process.env, GAIA_LISTEN: "", GAIA_LOG_LEVEL: "warn", ...environment };
    const server = spawn(process.execPath, [MAIN, "--home", this.home], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
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

  get serverPid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Pids by their part, found by the home that is on their command line. */
  pids(part: "worker" | "launcher"): readonly number[] {
    const mark = part === "worker" ? `packages/worker/src/main.ts` : `packages/launcher/src/main.ts`;
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const [, program = "", ...rest] = readText(`/proc/${pid}/cmdline`).split("\0");
        return program.endsWith(mark) && rest.join(" ").includes(this.home);
      });
  }

  async get(path: string): Promise<unknown> {
    const { status, body } = await this.call("GET", path);
    if (status >= 400) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Keeps a definition and starts it; answers the run's id. */
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
    const { body } = await this.call("POST", `/api/v1/workflows/${name}/start`, {});
    return (body as { run_id: string }).run_id;
  }

  /** Resolves with the run when it has ended; the server holds the request until then. */
  async ended(id: string): Promise<{
    readonly status: string;
    readonly duration_ms: number;
    readonly outputs: Record<string, unknown>;
  }> {
    for (;;) {
      const run = (await this.get(`/api/v1/runs/${id}?wait=60s`)) as {
        status: string;
        duration_ms: number;
        outputs: Record<string, unknown>;
      };
      if (["completed", "failed", "cancelled"].includes(run.status)) return run;
    }
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
          answer.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            resolve({
              status: answer.statusCode ?? 0,
              body: answer.headers["content-type"]?.includes("json") === true ? JSON.parse(text) : text,
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(payload);
    });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const server = this.#server;
    if (server !== null && server.exitCode === null && server.signalCode === null) {
      server.kill("SIGTERM");
      await new Promise((resolve) => server.once("exit", resolve));
    }
    for (const pid of [...this.pids("worker"), ...this.pids("launcher")]) killQuietly(pid);
    await until(() => Promise.resolve(this.pids("worker").length + this.pids("launcher").length === 0));
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Waits for a fact, looking each 5 ms. */
export async function until(isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The time that ninja needs for a build file, in a fresh folder on the same file system. */
export function ninjaMs(buildFile: string): number {
  const folder = mkdtempSync(join(tmpdir(), "gaia-ninja-"));
  try {
    writeFileSync(join(folder, "build.ninja"), buildFile);
    spawnSync("sync");
    const startedAt = performance.now();
    execFileSync("ninja", ["--quiet"], { cwd: folder, stdio: "ignore" });
    return performance.now() - startedAt;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function minimum(values: readonly number[]): number {
  return Math.min(...values);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Proportional set size of a process, in MiB. */
export function pssMiB(pid: number): number {
  const line = /^Pss:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/smaps_rollup`));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** CPU time that a process has used, in ms. */
export function cpuMs(pid: number): number {
  const fields = readText(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
