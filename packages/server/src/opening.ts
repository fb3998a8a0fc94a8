import { GaiaError } from "@gaia/contracts";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Config, loadConfig } from "./config/index.ts";
import { type Home, makeRuntime, openHome } from "./home/home.ts";
import { isLocalWorkerThere, type LocalWorkerWishes, spawnLocalWorker } from "./local-worker.ts";
import { VAULT_KEY_VARIABLE } from "./vault/key-place.ts";
import { type Acquired, acquireHome } from "./store/lock.ts";

export interface ServerOptions {
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Programs of the worker and the launcher; from this source tree when not given. */
  readonly workerEntry?: string;
  readonly launcherEntry?: string;
  /** What builds pipeline programs. */
  readonly builderEntry?: string;
  /** The built dashboard; that of this source tree or package when not given. */
  readonly webFolder?: string;
}

/** A home that this process owns, its worker on the way. */
export interface Opened {
  readonly options: ServerOptions;
  readonly home: Home;
  readonly config: Config;
  readonly owned: Extract<Acquired, { kind: "owned" }>;
  /** Started already; null when one is there, or none is wanted. */
  readonly worker: ChildProcess | null;
  readonly spawnWorker: () => ChildProcess;
}

/**
 * What a server does first, with few modules: it takes its home and starts its worker, which loads on another
 * processor while this one loads the rest. After a crash of both, work goes on the sooner by it.
 * @throws GaiaError `home_in_use`, `invalid_config` and what a home that cannot be used gives.
 */
export function openServer(options: ServerOptions): Opened {
  const home = openHome(options.home);
  const config = loadConfig(home.config, options.environment);
  const owned = acquireHome(home.path);
  if (owned.kind === "taken") {
    const who =
      owned.by === null
        ? "Another server"
        : `A server (pid ${owned.by.pid}${owned.by.address === null ? "" : `, ${owned.by.address}`})`;
    throw new GaiaError(
      "home_in_use",
      `${who} owns ${home.path} already. Use it, stop it with \`gaia down\`, or choose another home with GAIA_HOME.`,
      { owner: owned.by },
    );
  }
  try {
    makeRuntime(home);
    const wishes = wishesOf(options, config);
    const spawnWorker = (): ChildProcess => spawnLocalWorker(home, wishes);
    const worker = config.localWorker && !isLocalWorkerThere(home) ? spawnWorker() : null;
    // An error at the start is told by whoever looks after the worker; here it must not end the process.
    worker?.once("error", () => undefined);
    return { options, home, config, owned, worker, spawnWorker };
  } catch (caught) {
    owned.release();
    throw caught;
  }
}

/** The server could not start: the worker that was started for it goes again, and the home is free. */
export function giveUp(opened: Opened): void {
  opened.worker?.kill("SIGTERM");
  opened.owned.release();
}

function wishesOf(options: ServerOptions, config: Config): LocalWorkerWishes {
  const { launcherEntry, workerEntry } = options;
  const { [VAULT_KEY_VARIABLE]: _, ...environment } = options.environment;
  return {
    slots: config.slots,
    cacheMaxBytes: config.cacheMaxBytes,
    cacheMaxAgeMs: config.cacheMaxAgeMs,
    tags: [process.platform, process.arch, ...config.tags],
    environment,
    workerEntry: workerEntry ?? beside("../../worker/src/main.ts"),
    launcherEntry: launcherEntry ?? beside("../../launcher/src/main.ts"),
  };
}

/** A program or folder of this tree, by its path from here. */
export function beside(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
