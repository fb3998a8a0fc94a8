import { BUILDS_FOLDER } from "@gaia/contracts";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAccess, type SignIn } from "../../access/index.ts";
import { explainConfig } from "../../config/index.ts";
import { systemClock } from "../../engine/clock.ts";
import { Engine } from "../../engine/engine.ts";
import { LogFiles, ShippedFiles } from "../../logs/index.ts";
import { openMetrics } from "../../observe/index.ts";
import type { Logger } from "../../observe/port.ts";
import { Programs } from "../../programs/programs.ts";
import { readGrowth } from "../../runs/growth.ts";
import { ProgramRequests } from "../../runs/program-requests.ts";
import { Runs } from "../../runs/service.ts";
import { openSqliteStore, type Store } from "../../store/index.ts";
import { instantOf } from "../../triggers/firing.ts";
import { nextInstants } from "../../triggers/forecast.ts";
import { Triggers } from "../../triggers/index.ts";
import { Site } from "../../web/index.ts";
import { keyPlace, openVault, SecretSource } from "../../vault/index.ts";
import { Workers } from "../../workers/workers.ts";
import { createApi } from "../api.ts";
import { CommitStatuses } from "../../commit-statuses/index.ts";
import { outcomeText } from "../views/outcome-text.ts";
import type { Api, Phase } from "../port.ts";
import { ask, Listening, type Question, type Reply, type Target } from "./client.ts";
import { ScriptedWorker, type ScriptedWorkerOptions } from "./scripted-worker.ts";

/** A server with everything but processes: real store, engine, rooms and API; workers follow a script. */
export interface TestServer {
  readonly home: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly workers: Workers;
  readonly runs: Runs;
  readonly api: Api;
  readonly socket: Target;
  readonly logged: readonly {
    readonly level: string;
    readonly message: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
  readonly shutdowns: readonly boolean[];
  readonly signIn: SignIn;
  phase: Phase;
  /** Lets time pass for tickets and sessions. */
  pass(ms: number): void;
  /** From now on only `pass` lets time pass for them. */
  holdTime(): void;
  ask(question: Question | string): Promise<Reply>;
  post(path: string, json?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  listen(path: string, headers?: Readonly<Record<string, string>>): Promise<Listening>;
  /** Also serves TCP; answers with where and with the token. */
  tcp(): Promise<{ readonly target: Target; readonly token: string; readonly port: number }>;
  worker(options?: ScriptedWorkerOptions): Promise<ScriptedWorker>;
  close(keepHome?: boolean): Promise<void>;
}

export interface TestServerOptions {
  readonly trustedProxies?: readonly string[];
  readonly publicUrl?: string;
  /** The home of a test server that has ended; its place is kept. */
  readonly home?: string;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), "gaia-api-"));
  mkdirSync(join(home, "logs"), { recursive: true });
  mkdirSync(join(home, "secrets"), { recursive: true });
  const logged: TestServer["logged"][number][] = [];
  const log = collecting(logged);
  const store = await openSqliteStore({ file: join(home, "gaia.db") });
  const shipped = new ShippedFiles(home);
  const workers = new Workers({
    log,
    clock: systemClock,
    serverId: "srv_test",
    logsRoot: home,
    homeProof: "proof",
    storeFile: (place, part) => shipped.store(place, part),
  });
  const metrics = openMetrics();
  const vault = await openVault({
    store: store.secrets,
    keys: keyPlace(join(home, "secrets", "vault-key"), {}),
    commit: async (changes, notes) => {
      await engine.submit((batch) => batch.changeSecrets(changes, notes));
      statuses.secretsChanged();
    },
    log,
    now: () => Date.now(),
  });
  const secrets = new SecretSource(vault, ["DEPLOY_TOKEN"], { DEPLOY_TOKEN: "a-secret-value" });
  const engine: Engine = new Engine({
    store,
    log,
    clock: systemClock,
    makeChild: (order) => runs.makeChild(order),
    gate: workers,
    secret: (name, asker) => secrets.ask(name, asker),
    onBatch: (items, ms) => metrics.batch(items, ms),
    onEnded: (batch, held) => {
      triggers.ended(batch, held);
      programs.ended(batch, held);
      requests.ended(batch, held);
      statuses.ended(batch, held);
    },
  });
  engine.attempts.readGrowth = readGrowth;
  workers.attach(engine);
  const runs: Runs = new Runs({
    store,
    engine,
    namespace: "default",
    now: () => Date.now(),
    environment: {},
    defaultFolder: home,
    hasBuild: (id) => existsSync(join(home, BUILDS_FOLDER, id)),
    checkout: {
      gaia_node: process.execPath,
      gaia_git: "/gaia/git.ts",
      gaia_git_environment: "/gaia/env.json",
    },
    inForce: (newest) => programs.inForce(newest),
    refuseRemoval: (row) => programs.refuseRemoval(row),
    onPipeline: (batch, row, workflow) => {
      triggers.follow(batch, row, workflow);
      programs.follow(batch, row);
    },
    secret: (name, asker) => secrets.ask(name, asker),
    checkTriggers: (namespace, workflow) => triggers.check(namespace, workflow),
    tellForge: (...told) => statuses.begin(...told),
  });
  const statuses = new CommitStatuses({
    store: store.commitStatuses,
    clock: systemClock,
    log,
    secret: (name, asker) => secrets.ask(name, asker),
    submit: (work) => engine.submit(work),
    outcomeOf: outcomeText,
    publicUrl: options.publicUrl ?? "",
  });
  const triggers: Triggers = new Triggers({
    store,
    engine: () => engine,
    clock: systemClock,
    log,
    secret: (name, asker) => secrets.ask(name, asker),
    git: { environment: {}, scratch: join(home, "secrets", "git-triggers") },
    triggered: (...order) => runs.triggered(...order),
    tellForge: (...told) => statuses.begin(...told),
  });
  const programs: Programs = new Programs({
    store,
    engine: () => engine,
    clock: systemClock,
    log,
    home,
    namespace: "default",
    watch: { rescanMs: 50 },
    tools: {
      node: process.execPath,
      git: "/gaia/git.ts",
      builder: "/gaia/builder.ts",
      builds: join(home, BUILDS_FOLDER),
      cache: join(home, "cache"),
      environment: join(home, "build-environment.json"),
    },
    hasBuild: (id) => existsSync(join(home, BUILDS_FOLDER, id)),
    secret: (name, asker) => secrets.ask(name, asker),
    environment: {},
    startBuild: (...order) => runs.startVersion(...order),
    tellForge: (...told) => statuses.begin(...told),
    tellForgeOfEnd: (...told) => statuses.settled(...told),
    once: (...request) => runs.once(...request),
    inTurn: (...change) => runs.inTurn(...change),
    describe: (row) => runs.describe(row),
    checkTriggers: (namespace, workflow) => triggers.check(namespace, workflow),
    onPipeline: (batch, row, workflow) => triggers.follow(batch, row, workflow),
  });
  const requests = new ProgramRequests(engine, runs, systemClock);
  workers.answerRequest = (worker, request) => requests.answer(worker, request);
  await triggers.arm();
  await programs.load();
  await statuses.load();
  await triggers.start();
  programs.start();
  statuses.start();
  const tokenFile = join(home, "secrets", "token");
  const clock: { ahead: number; held: number | null } = { ahead: 0, held: null };
  const now = (): number => (clock.held ?? Date.now()) + clock.ahead;
  const { access, signIn } = openAccess({
    tokenFile,
    sessionsFile: join(home, "secrets", "sessions.json"),
    hosts: ["gaia.example"],
    trustedProxies: options.trustedProxies ?? [],
    now,
    onProblem: (problem) => log.warn({ err: problem }, "sessions"),
  });
  const shutdowns: boolean[] = [];
  const state: { phase: Phase } = { phase: "serving" };
  const api = await createApi({
    store,
    engine,
    workers,
    runs,
    programs,
    describe: (row) => runs.describe(row),
    schedules: { next: nextInstants, instantOf },
    webhooks: triggers.webhooks,
    commitStatuses: statuses,
    configuration: { file: join(home, "config.toml"), keys: explainConfig(join(home, "config.toml"), {}) },
    vault,
    logs: new LogFiles(home),
    access,
    signIn,
    site: new Site(join(home, "web")),
    log,
    metrics,
    vitals: () => ({ memoryBytes: process.memoryUsage.rss(), loopDelayP99Ms: 0 }),
    settings: {
      version: "0.0.0",
      namespace: "default",
      home,
      backupsFolder: join(home, "backups"),
      startedAt: Date.now(),
    },
    now,
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
    runs,
    api,
    socket,
    logged,
    shutdowns,
    signIn,
    pass(ms) {
      clock.ahead += ms;
    },
    holdTime() {
      clock.held ??= Date.now();
    },
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
    async close(keepHome = false) {
      await statuses.close();
      await triggers.close();
      await api.close();
      await workers.close();
      await programs.close();
      await engine.close();
      await store.close();
      if (!keepHome) rmSync(home, { recursive: true, force: true });
    },
  };
}

function collecting(logged: TestServer["logged"][number][]): Logger {
  const at = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields: { ...fields } });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
