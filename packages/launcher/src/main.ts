import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type CgroupPolicy, openCgroups } from "./cgroup.ts";
import { WorkerConnection } from "./connection.ts";
import { lockFile } from "./files.ts";
import { readHostIdentity } from "./host.ts";
import { Journal, readJournal } from "./journal.ts";
import { journalRecordsOf } from "./journal-records.ts";
import { Launcher } from "./launcher.ts";
import { type HeldLock, takeLock } from "./lock.ts";
import { readStartTime } from "./process-table.ts";
import { type LauncherHello, PROTOCOL_VERSION, type SpawnerName } from "./protocol.ts";
import { recover } from "./recover.ts";
import type { Spawner } from "./spawner.ts";
import { createNodeSpawner } from "./spawner-node.ts";

const USAGE = `usage: launcher --socket PATH --journal PATH [--spawner koffi|node] [--cgroup always|limits|never] [--idle-exit-ms N]`;
/** Exit status when another launcher has the socket or the journal: for the starter, that is as good as a start. */
const EXIT_TAKEN = 75;
/** A launcher that nobody needs goes away by itself after this time. */
const IDLE_EXIT_MS = 10 * 60_000;

/** Referred to for the life of the process: a lock that is garbage-collected is released. */
const HELD_LOCKS: HeldLock[] = [];

interface Options {
  readonly socketPath: string;
  readonly journalPath: string;
  readonly spawner: SpawnerName | null;
  readonly cgroup: CgroupPolicy;
  readonly idleExitMs: number;
}

await main();

async function main(): Promise<void> {
  const options = readOptions();
  takeLocks(options);
  const spawner = await openSpawner(options.spawner);
  const host = readHostIdentity();
  const incarnation = randomUUID();
  const recovered = await recover(readJournal(options.journalPath), host, spawner);
  const cgroups = openCgroups(options.cgroup, incarnation);
  const journal = new Journal(
    options.journalPath,
    {
      kind: "incarnation",
      incarnation,
      pid: process.pid,
      startTime: readStartTime(process.pid) ?? 0,
      ...host,
      markBase: spawner.markBase,
      cgroupFolders: cgroups.folders,
    },
    recovered.flatMap(journalRecordsOf),
  );
  const hello = (): LauncherHello => ({
    kind: "hello",
    version: PROTOCOL_VERSION,
    incarnation,
    pid: process.pid,
    ...host,
    spawner: spawner.name,
    stopMeans: launcher.stopMeans,
    limits: cgroups.enforcement,
  });
  const connection = new WorkerConnection({
    socketPath: options.socketPath,
    hello,
    onMessage: (message) => launcher.handle(message),
    onPresence: () => {},
  });
  let isEnding = false;
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    await launcher.killAll();
    await connection.close();
    journal.close();
    cgroups.close();
    process.exit(0);
  };
  const launcher = new Launcher({
    spawner,
    journal,
    cgroups,
    recovered,
    deliver: (messages) => connection.deliver(messages),
    onShutdown: () => void end(),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end());
  process.on("SIGHUP", () => {});
  await connection.listen();
  exitWhenIdle(options.idleExitMs, () => !connection.hasWorker && launcher.isEmpty, end);
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        socket: { type: "string" },
        journal: { type: "string" },
        spawner: { type: "string" },
        cgroup: { type: "string", default: "limits" },
        "idle-exit-ms": { type: "string" },
      },
    });
    const { socket, journal, spawner, cgroup } = values;
    if (socket === undefined || journal === undefined) return fail(2, USAGE);
    if (spawner !== undefined && spawner !== "koffi" && spawner !== "node") return fail(2, USAGE);
    if (cgroup !== "always" && cgroup !== "limits" && cgroup !== "never") return fail(2, USAGE);
    const idleExitMs = Number(values["idle-exit-ms"] ?? IDLE_EXIT_MS);
    if (!(idleExitMs > 0)) return fail(2, USAGE);
    return {
      socketPath: resolve(socket),
      journalPath: resolve(journal),
      spawner: spawner ?? null,
      cgroup,
      idleExitMs,
    };
  } catch (error) {
    return fail(2, `${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

/** Both the socket and the journal belong to one launcher at a time. */
function takeLocks({ socketPath, journalPath }: Options): void {
  for (const path of [socketPath, journalPath]) {
    const lock = takeLock(lockFile(path));
    if (lock !== null) HELD_LOCKS.push(lock);
    else {
      fail(EXIT_TAKEN, `another launcher runs on ${path}; connect to it, or shut it down first`);
    }
  }
}

/** The one that was asked for, else posix_spawn with Node's spawn as the fallback. */
async function openSpawner(name: SpawnerName | null): Promise<Spawner> {
  if (name === "node") return createNodeSpawner();
  try {
    const { createKoffiSpawner } = await import("./spawner-koffi.ts");
    return createKoffiSpawner();
  } catch (error) {
    if (name === "koffi") return fail(1, `the koffi spawner cannot be loaded: ${String(error)}`);
    process.stderr.write(`gaia launcher: falls back to the node spawner: ${String(error)}\n`);
    return createNodeSpawner();
  }
}

function exitWhenIdle(idleExitMs: number, isIdle: () => boolean, end: () => Promise<void>): void {
  let idleSinceMs: number | null = null;
  const look = () => {
    if (!isIdle()) idleSinceMs = null;
    else if (idleSinceMs === null) idleSinceMs = performance.now();
    else if (performance.now() - idleSinceMs >= idleExitMs) void end();
  };
  setInterval(look, Math.min(idleExitMs, 10_000)).unref();
}

function fail(status: number, message: string): never {
  process.stderr.write(`gaia launcher: ${message}\n`);
  process.exit(status);
}
