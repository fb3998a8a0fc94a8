import { isRunEnded } from "@gaia/core";
import { lockFile, removeSocketFiles } from "@gaia/launcher/files.ts";
import { baseEnvironment, BUILD_FILE, buildEnvironment, BUILDS_FOLDER } from "@gaia/contracts";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openAccess } from "./access/index.ts";
import { createApi, executionCopyOf, hasReadableJobs, outcomeText } from "./api/index.ts";
import { CommitStatuses } from "./commit-statuses/index.ts";
import { type Config, configTemplate, explainConfig } from "./config/index.ts";
import { systemClock } from "./engine/clock.ts";
import { Engine } from "./engine/engine.ts";
import { furnishHome, type Home } from "./home/home.ts";
import { LogFiles, ShippedFiles } from "./logs/index.ts";
import { LOG_TOPICS, openLog, openMetrics, watchVitals } from "./observe/index.ts";
import type { Logger } from "./observe/port.ts";
import { listen } from "./listening.ts";
import { isLocked } from "./locks.ts";
import { buildTools, checkoutTools } from "./programs/build-tools.ts";
import { Programs } from "./programs/programs.ts";
import { Definitions } from "./runs/definitions.ts";
import { readGrowth } from "./runs/growth.ts";
import { newId } from "./runs/ids.ts";
import { ProgramRequests } from "./runs/program-requests.ts";
import { logRuns } from "./runs/run-log.ts";
import { Runs } from "./runs/service.ts";
import { openSqliteStore, type Store } from "./store/index.ts";
import { dismissWorkers, stopEveryRun } from "./shutdown.ts";
import { Triggers } from "./triggers/index.ts";
import { Activity } from "./upkeep/activity.ts";
import { instantOf } from "./triggers/firing.ts";
import { nextInstants } from "./triggers/forecast.ts";
import { Duties } from "./upkeep/duties.ts";
import { ExecutionCopies } from "./upkeep/execution-copies.ts";
import { VERSION } from "@gaia/contracts/version.ts";
import { Site } from "./web/index.ts";
import { keyPlace, openVault, SecretSource } from "./vault/index.ts";
import { isLocalWorkerThere } from "./local-worker.ts";
import { beside, giveUp, type Opened, type ServerOptions } from "./opening.ts";
import { LocalWorker } from "./workers/local.ts";
import { Workers } from "./workers/workers.ts";

export interface RunningServer {
  readonly address: string | null;
  /** Resolves when something asked the server to end, with whether the worker was asked to go too. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Puts the rooms together: the only place that knows all of them.
 * @throws what keeps it from starting; the home is given back then.
 */
export async function startServer(opened: Opened): Promise<RunningServer> {
  try {
    const { home, config } = opened;
    furnishHome(home, configTemplate(), LOG_TOPICS);
    const log = openLog({ file: home.serverLog, level: config.logLevel, maxBytes: config.logMaxBytes });
    const server = new Server(opened, log);
    await server.start();
    return server;
  } catch (caught) {
    giveUp(opened);
    throw caught;
  }
}

class Server implements RunningServer {
  readonly #home: Home;
  readonly #config: Config;
  readonly #options: ServerOptions;
  readonly #log: Logger;
  readonly #opened: Opened;
  #phase: "starting" | "serving" | "stopping" = "starting";
  #closers: (() => Promise<void> | void)[] = [];
  #end: () => void = () => undefined;
  #closing: Promise<void> | null = null;
  /** Set when somebody asked for the end of it all, worker and launcher included; null: only this process ends. */
  #departure: "stop_runs" | "leave_runs" | null = null;
  readonly ended: Promise<void>;
  address: string | null = null;

  constructor(opened: Opened, log: Logger) {
    this.#home = opened.home;
    this.#config = opened.config;
    this.#options = opened.options;
    this.#log = log;
    this.#opened = opened;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async start(): Promise<void> {
    const startedAt = Date.now();
    const home = this.#home;
    const log = this.#log;
    const shipped = new ShippedFiles(home.path);
    const workers: Workers = new Workers({
      log,
      clock: systemClock,
      serverId: newId("srv", startedAt),
      logsRoot: home.path,
      homeProof: home.proof,
      storeFile: (place, part) => shipped.store(place, part),
      onGone: () => local.disconnected(),
    });
    const local = new LocalWorker({
      spawn: this.#opened.spawnWorker,
      first: this.#opened.worker,
      workers,
      logFile: home.workerLog,
      isThere: () => isLocalWorkerThere(home),
      log,
    });
    if (this.#config.localWorker) local.start();
    const store = await openSqliteStore({
      file: home.database,
      backupsFolder: home.backups,
      onDeath: (error) => {
        log.error({ err: error }, "the store has died; the server ends");
        this.#end();
      },
    });
    this.#closers.push(() => store.close());
    const metrics = openMetrics();
    const vitals = watchVitals();
    this.#closers.push(vitals.close);
    const { environment } = this.#options;
    const vault = await openVault({
      store: store.secrets,
      keys: keyPlace(home.vaultKey, environment),
      commit: async (changes, notes) => {
        await engine.submit((batch) => batch.changeSecrets(changes, notes));
        statuses.secretsChanged();
      },
      log,
      now: () => Date.now(),
    });
    const secrets = new SecretSource(vault, this.#config.secretsAllow, environment);
    const rooms = this.#makeEngine(store, workers, secrets, (items, ms) => metrics.batch(items, ms));
    const { engine, runs, triggers, programs, statuses } = rooms;
    const { access, signIn } = openAccess({
      tokenFile: home.token,
      sessionsFile: home.sessions,
      hosts: this.#config.hosts,
      trustedProxies: this.#config.trustedProxies,
      now: () => Date.now(),
      onProblem: (problem) => log.warn({ err: problem }, "sessions of browsers could not be read or kept"),
    });
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
      configuration: { file: home.config, keys: explainConfig(home.config, this.#options.environment) },
      vault,
      logs: new LogFiles(home.path),
      access,
      signIn,
      site: new Site(this.#options.webFolder ?? beside("../../web/dist")),
      log,
      metrics,
      vitals: vitals.read,
      settings: {
        version: VERSION,
        namespace: this.#config.namespace,
        home: home.path,
        backupsFolder: home.backups,
        startedAt,
      },
      now: () => Date.now(),
      phase: () => this.#phase,
      shutdown: (now) => {
        this.#departure = now ? "stop_runs" : "leave_runs";
        this.#end();
      },
    });
    this.#closers.push(() => api.close());
    await triggers.arm();
    await programs.load();
    await statuses.load();
    const { runs: recovered } = await engine.recover();
    this.#closers.push(() => engine.close());
    await workers.listen(home.workerSocket);
    this.#closers.push(() => workers.close());
    engine.attempts.expectWorkers();
    this.address = await listen(api, { home, config: this.#config, log });
    this.#opened.owned.announce(this.address ?? `unix:${home.apiSocket}`);
    this.#phase = "serving";
    this.#closers.push(() => local.close());
    this.#closers.push(() => this.#depart(engine, workers, local));
    await vault.settle();
    await triggers.start();
    this.#closers.push(() => triggers.close());
    programs.start();
    this.#closers.push(() => programs.close());
    statuses.start();
    this.#closers.push(() => statuses.close());
    const definitions = new Definitions({
      folder: home.definitions,
      runs,
      namespace: this.#config.namespace,
      log,
    });
    definitions.start();
    this.#closers.push(() => definitions.close());
    this.#startUpkeep(store, engine);
    log.info(
      { address: this.address, home: home.path, recovered, ms: Date.now() - startedAt },
      "the server is ready",
    );
  }

  #startUpkeep(store: Store, engine: Engine): void {
    const { runsMaxAgeMs, runsMaxCount, runsMaxBytes, keepPerPipeline, executionCopies } = this.#config;
    const log = this.#log;
    const home = this.#home.path;
    const activity = new Activity();
    const copies = new ExecutionCopies({
      store,
      log,
      home,
      kept: executionCopies,
      isBusy: () => engine.inboxSize > 0 || activity.wasHigh(),
      read: async (id) => {
        const run = await store.runs.summary(id);
        if (run === null) return null;
        if (!hasReadableJobs(run)) return executionCopyOf(run, null);
        const held = await engine.live.find(id);
        return held === null ? null : executionCopyOf(run, held);
      },
    });
    this.#closers.push(
      engine.hub.subscribe((published) => {
        activity.hear(published);
        for (const entry of published)
          if (entry.kind === "run" && isRunEnded(entry.header.status)) copies.ended(entry.run);
      }),
    );
    this.#closers.push(logRuns(engine, log));
    copies.start();
    this.#closers.push(() => copies.close());
    const duties = new Duties({
      store,
      live: engine.live,
      log,
      policy: { maxAgeMs: runsMaxAgeMs, maxRuns: runsMaxCount, maxBytes: runsMaxBytes, keepPerPipeline },
      home,
      copies,
      now: () => Date.now(),
      isBusy: () => engine.inboxSize > 0 || engine.dispatch.planner.size > 0,
    });
    duties.start();
    this.#closers.push(() => duties.close());
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#phase = "stopping";
    for (const closer of this.#closers.toReversed()) {
      try {
        await closer();
      } catch (caught) {
        this.#log.error({ err: caught }, "a part of the server could not be closed");
      }
    }
    rmSync(this.#home.serverFile, { force: true });
    rmSync(this.#home.apiSocket, { force: true });
    const { launcherSocket } = this.#home;
    if (!isLocked(lockFile(launcherSocket))) removeSocketFiles(launcherSocket);
    this.#log.info({}, "the server has ended");
    this.#opened.owned.release();
  }

  async #depart(engine: Engine, workers: Workers, local: LocalWorker): Promise<void> {
    if (this.#departure === null) return;
    if (this.#departure === "stop_runs") {
      const left = await stopEveryRun(engine, systemClock);
      if (left > 0)
        this.#log.warn({ runs: left }, "runs could not be stopped in time; the next server goes on with it");
    }
    await dismissWorkers(workers, local.isComing, systemClock);
  }

  #makeEngine(
    store: Store,
    workers: Workers,
    secrets: SecretSource,
    onBatch: (items: number, ms: number) => void,
  ): {
    readonly engine: Engine;
    readonly runs: Runs;
    readonly triggers: Triggers;
    readonly programs: Programs;
    readonly statuses: CommitStatuses;
  } {
    const engine: Engine = new Engine({
      store,
      log: this.#log,
      clock: systemClock,
      makeChild: (order) => runs.makeChild(order),
      gate: workers,
      secret: (name, asker) => secrets.ask(name, asker),
      onBatch,
      onEnded: (batch, held) => {
        triggers.ended(batch, held);
        programs.ended(batch, held);
        requests.ended(batch, held);
        statuses.ended(batch, held);
      },
    });
    engine.attempts.readGrowth = readGrowth;
    workers.attach(engine);
    const hasBuild = (id: string): boolean =>
      existsSync(join(this.#home.path, BUILDS_FOLDER, id, BUILD_FILE));
    const tools = buildTools(this.#home.path, this.#options);
    const { environment } = this.#options;
    const forGit = { ...baseEnvironment(environment), ...buildEnvironment(environment) };
    const runs: Runs = new Runs({
      store,
      engine,
      namespace: this.#config.namespace,
      now: () => Date.now(),
      environment: this.#options.environment,
      defaultFolder: this.#home.definitions,
      hasBuild,
      checkout: checkoutTools(tools),
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
      log: this.#log,
      secret: (name, asker) => secrets.ask(name, asker),
      submit: (work) => engine.submit(work),
      outcomeOf: outcomeText,
      publicUrl: this.#config.publicUrl,
    });
    const triggers: Triggers = new Triggers({
      store,
      engine: () => engine,
      clock: systemClock,
      log: this.#log,
      secret: (name, asker) => secrets.ask(name, asker),
      git: { environment: forGit, scratch: join(this.#home.path, "secrets", "git-triggers") },
      triggered: (...order) => runs.triggered(...order),
      tellForge: (...told) => statuses.begin(...told),
    });
    const programs = new Programs({
      store,
      engine: () => engine,
      clock: systemClock,
      log: this.#log,
      home: this.#home.path,
      namespace: this.#config.namespace,
      hasBuild,
      secret: (name, asker) => secrets.ask(name, asker),
      environment: forGit,
      tools,
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
    return { engine, runs, triggers, programs, statuses };
  }
}
