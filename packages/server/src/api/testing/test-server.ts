import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Access, openToken } from "../../access/index.ts";
import { systemClock } from "../../engine/clock.ts";
import { Engine } from "../../engine/engine.ts";
import { LogFiles, Logs } from "../../logs/index.ts";
import { openMetrics } from "../../observe/index.ts";
import type { Logger } from "../../observe/port.ts";
import { parseGrowth } from "../../pipelines/index.ts";
import { Runs } from "../../runs/service.ts";
import { openSqliteStore, type Store } from "../../store/index.ts";
import { Workers } from "../../workers/workers.ts";
import { createApi } from "../api.ts";
import type { Api, Phase } from "../port.ts";
import { ask, Listening, type Question, type Reply, type Target } from "./client.ts";
import { ScriptedWorker, type ScriptedWorkerOptions } from "./scripted-worker.ts";

/** A server with everything but processes: real store, engine, rooms and API; workers follow a script. */
export interface TestServer {
  readonly home: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly workers: Workers;
  readonly api: Api;
  readonly socket: Target;
  readonly logged: readonly {
    readonly level: string;
    readonly message: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
  readonly shutdowns: readonly boolean[];
  phase: Phase;
  ask(question: Question | string): Promise<Reply>;
  post(path: string, json?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  listen(path: string, headers?: Readonly<Record<string, string>>): Promise<Listening>;
  /** Also serves TCP; answers with where and with the token. */
  tcp(): Promise<{ readonly target: Target; readonly token: string; readonly port: number }>;
  worker(options?: ScriptedWorkerOptions): Promise<ScriptedWorker>;
  close(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "gaia-api-"));
  mkdirSync(join(home, "logs"));
  const logged: TestServer["logged"][number][] = [];
  const log = collecting(logged);
  const store = await openSqliteStore({ file: join(home, "gaia.db") });
  const workers = new Workers({
    log,
    clock: systemClock,
    serverId: "srv_test",
    logsRoot: home,
    homeProof: "proof",
    storeLog: () => Promise.reject(new Error("no worker of these tests ships logs")),
  });
  const metrics = openMetrics();
  const engine: Engine = new Engine({
    store,
    log,
    clock: systemClock,
    makeChild: (order) => runs.makeChild(order),
    gate: workers,
    secret: (name) => (name === "DEPLOY_TOKEN" ? "a-secret-value" : null),
    onBatch: (items, ms) => metrics.batch(items, ms),
  });
  engine.attempts.readGrowth = (text, parent) => {
    const read = parseGrowth(text, { parentKey: parent.key });
    return read.kind === "ok"
      ? { kind: "ok", growth: { jobs: read.jobs, keys: read.keys } }
      : { kind: "invalid", message: read.message };
  };
  workers.attach(engine);
  const runs: Runs = new Runs({
    store,
    engine,
    namespace: "default",
    now: () => Date.now(),
    environment: {},
    defaultFolder: home,
    hasSecret: (name) => name === "DEPLOY_TOKEN",
    onPipeline: () => undefined,
    checkTriggers: () => undefined,
  });
  const tokenFile = join(home, "secrets", "token");
  const shutdowns: boolean[] = [];
  const state: { phase: Phase } = { phase: "serving" };
  const api = await createApi({
    store,
    engine,
    workers,
    runs,
    describe: (row) => runs.describe(row),
    logs: new Logs(new LogFiles(home), () => null),
    access: new Access({ token: openToken(tokenFile), hosts: new Set(["gaia.example"]) }),
    log,
    metrics,
    settings: {
      version: "0.0.0",
      namespace: "default",
      home,
      backupsFolder: join(home, "backups"),
      startedAt: Date.now(),
    },
    now: () => Date.now(),
    phase: () => state.phase,
    shutdown: (now) => shutdowns.push(now),
  });
  const socketPath = join(home, "gaia.sock");
  await api.listenSocket(socketPath);
  const socket = { socketPath };
  return {
    home,
    store,
    engine,
    workers,
    api,
    socket,
    logged,
    shutdowns,
    get phase() {
      return state.phase;
    },
    set phase(phase) {
      state.phase = phase;
    },
    ask: (question) => ask(socket, typeof question === "string" ? { path: question } : question),
    post: (path, json = {}, headers = {}) => ask(socket, { method: "POST", path, json, headers }),
    listen: (path, headers) => Listening.to(socket, path, headers),
    async tcp() {
      const { port } = await api.listenTcp("127.0.0.1", 0);
      return { target: { host: "127.0.0.1", port }, token: readFileSync(tokenFile, "utf8").trim(), port };
    },
    worker: (options) => ScriptedWorker.connect(workers, home, options),
    async close() {
      await api.close();
      await workers.close();
      await engine.close();
      await store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function collecting(logged: TestServer["logged"][number][]): Logger {
  const at = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields: { ...fields } });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
