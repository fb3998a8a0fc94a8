import { homeFailure } from "@gaia/contracts/home-failure.ts";
import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A unix socket's path may have 107 bytes; over that `listen` fails with EINVAL. */
const SOCKET_PATH_BYTES = 107;

/** Where things live on a user's machine; laid out as the documentation prints it. */
export interface Home {
  readonly path: string;
  readonly config: string;
  readonly database: string;
  readonly definitions: string;
  readonly serverLog: string;
  readonly workerLog: string;
  readonly launcherLog: string;
  readonly backups: string;
  readonly worker: string;
  readonly token: string;
  /** The master key of the secret store; there from the first secret on, unless the environment has it. */
  readonly vaultKey: string;
  /** Hashes of the sessions of browsers. */
  readonly sessions: string;
  readonly serverFile: string;
  readonly apiSocket: string;
  readonly workerSocket: string;
  readonly launcherSocket: string;
  readonly launcherJournal: string;
  /** Read by workers to prove that they share this folder. */
  readonly proof: string;
}

const FOLDERS = [
  "sessions/active",
  "sessions/history",
  "workflows/definitions",
  "workflows/executions",
  "templates",
  "services",
  "logs",
  "runs",
  "pipelines",
  "worktrees",
  "secrets",
  "backups",
  "worker",
];

/** The home folder's path: `--home`, else `$GAIA_HOME`, else `~/.gaia`. */
export function homePath(
  given: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const fromEnvironment = environment["GAIA_HOME"];
  return resolve(
    given ??
      (fromEnvironment === undefined || fromEnvironment === "" ? join(homedir(), ".gaia") : fromEnvironment),
  );
}

/**
 * Names the places of a home, making what is missing.
 * @throws GaiaError `storage_read_only` or `storage_full` with the folder's name.
 */
export function openHome(path: string): Home {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // A recursive `mkdir` calls everything ENOENT; this names a read-only file system.
    accessSync(path, constants.W_OK);
    for (const folder of FOLDERS) mkdirSync(join(path, folder), { recursive: true, mode: 0o700 });
    writeFileSync(join(path, "worker", ".writable"), "");
    rmSync(join(path, "worker", ".writable"));
  } catch (caught) {
    throw homeFailure(path, caught);
  }
  const runtime = runtimeFolder(path);
  return {
    path,
    config: join(path, "config.toml"),
    database: join(path, "gaia.db"),
    definitions: join(path, "workflows", "definitions"),
    serverLog: join(path, "logs", "server.log"),
    workerLog: join(path, "logs", "worker.log"),
    launcherLog: join(path, "logs", "launcher.log"),
    backups: join(path, "backups"),
    worker: join(path, "worker"),
    token: join(path, "secrets", "token"),
    vaultKey: join(path, "secrets", "vault-key"),
    sessions: join(path, "secrets", "sessions.json"),
    serverFile: join(path, "server.json"),
    apiSocket: join(path, "gaia.sock"),
    workerSocket: join(runtime, "worker.sock"),
    launcherSocket: join(runtime, "launcher.sock"),
    launcherJournal: join(path, "worker", "launcher.journal"),
    proof: homeProof(path),
  };
}

/**
 * Puts into a new home what is there from the beginning; what is there already stays as it is.
 * @throws GaiaError `storage_full` and the like with the folder's name.
 */
export function furnishHome(home: Home, config: string, logNames: readonly string[]): void {
  const logs = logNames.map((name) => [join(home.path, "logs", `${name}.log`), ""] as const);
  // A copy of what the store knows of services: that there are none.
  const registry = [
    join(home.path, "services", "registry.json"),
    `{ "format": 1, "services": [] }\n`,
  ] as const;
  try {
    for (const [path, text] of [[home.config, config] as const, registry, ...logs])
      if (!existsSync(path)) writeFileSync(path, text, { flag: "wx", mode: 0o600 });
  } catch (caught) {
    throw homeFailure(home.path, caught);
  }
}

/** Where the API really listens: a long home has its socket elsewhere, and a link in its place. */
export function apiSocketTarget(home: Home): string {
  rmSync(home.apiSocket, { force: true });
  if (Buffer.byteLength(home.apiSocket) <= SOCKET_PATH_BYTES) return home.apiSocket;
  const target = join(runtimeFolder(home.path), "api.sock");
  symlinkSync(target, home.apiSocket);
  return target;
}

/** The folder of a home's sockets: short, and the same for the same home. It is there while something of Gaia runs. */
export function runtimeFolder(path: string): string {
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 12);
  const base = process.env["XDG_RUNTIME_DIR"];
  const usable = base !== undefined && base !== "" && Buffer.byteLength(base) < 60 && existsSync(base);
  return usable ? join(base, `gaia-${hash}`) : join(tmpdir(), `gaia-${process.getuid?.() ?? 0}-${hash}`);
}

/** Makes the folder of the sockets, for this user only. For who owns the home. */
export function makeRuntime(home: Home): void {
  const folder = runtimeFolder(home.path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

function homeProof(path: string): string {
  const file = join(path, "secrets", "home-proof");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("hex"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}
