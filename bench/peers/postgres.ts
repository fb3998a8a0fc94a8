import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onEnd } from "../cleanup.ts";
import { until } from "../lab.ts";
import type { Postgres } from "./peer.ts";

const DEBIAN = "/usr/lib/postgresql";
const USER = "gaia";

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Programs of the newest PostgreSQL that Debian's packages have brought; null when there is none. */
export function postgresPrograms(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const versions = readdirSync(DEBIAN).filter((name) => existsSync(join(DEBIAN, name, "bin", "initdb")));
  const newest = versions.toSorted((left, right) => Number(right) - Number(left))[0];
  return newest === undefined ? null : join(DEBIAN, newest, "bin");
}

/** A PostgreSQL with its default settings (fsync on) in a temporary folder, on a unix socket only. */
export async function startPostgres(programs: string): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "gaia-postgres-"));
  const identity = otherThanRoot();
  const options = { cwd: folder, stdio: "ignore", ...identity } as const;
  let server: ChildProcess | null = null;
  const stop = onEnd(async () => {
    if (server !== null) await ended(server);
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    if (identity !== null) chownSync(folder, identity.uid, identity.gid);
    const data = join(folder, "data");
    const run = (program: string, args: readonly string[]): void => {
      execFileSync(join(programs, program), args, options);
    };
    run("initdb", ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale"]);
    server = spawn(
      join(programs, "postgres"),
      ["-D", data, "-c", `unix_socket_directories=${folder}`, "-c", "listen_addresses="],
      options,
    );
    await until(() => Promise.resolve(succeeds(() => run("pg_isready", ["-q", "-h", folder]))));
    const database = (name: string): string => {
      run("createdb", ["-h", folder, "-U", USER, name]);
      return `postgresql://${USER}@localhost/${name}?host=${encodeURIComponent(folder)}`;
    };
    return { database, stop };
  } catch (caught) {
    await stop();
    throw caught;
  }
}

/** PostgreSQL refuses to run as root. */
function otherThanRoot(): Identity | null {
  if (process.getuid?.() !== 0) return null;
  const name = succeeds(() => execFileSync("id", ["postgres"], { stdio: "ignore" })) ? "postgres" : "nobody";
  const number = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** SIGINT is what PostgreSQL calls a fast shutdown. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGINT");
  await gone;
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
