import { spawn } from "node:child_process";
import { closeSync, constants as fileModes, openSync } from "node:fs";
import { CommandFinder } from "./command-path.ts";
import { errnoOf } from "./errno.ts";
import { LogFolders } from "./log-folders.ts";
import { readStartTime } from "./process-table.ts";
import { ATTEMPT_VARIABLE } from "./protocol.ts";
import { explainRefusal } from "./spawn-refusal.ts";
import type {
  ProcessExit,
  ProcessIdentity,
  SignalOutcome,
  SpawnedProcess,
  Spawner,
  SpawnRefused,
  SpawnRequest,
} from "./spawner.ts";

/** The fallback on Node's own spawn: about twice as slow, no usage of resources, no subreaper, no inherited mark. */
export function createNodeSpawner(): Spawner {
  return new NodeSpawner();
}

class NodeSpawner implements Spawner {
  readonly name = "node";
  readonly isSubreaper = false;
  readonly markBase = null;
  readonly #commands = new CommandFinder(() => performance.now());
  readonly #folders = new LogFolders();
  #listener: (exits: readonly ProcessExit[]) => void = () => {};

  spawn(request: SpawnRequest): SpawnedProcess | SpawnRefused {
    const path = this.#commands.find(request.argv[0] ?? "", request.env.PATH, request.cwd);
    const refused = (errno: string): SpawnRefused => ({
      kind: "refused",
      refusal: explainRefusal(request, path, errno),
    });
    // No log is created for a command or a folder that is not there: as posix_spawn has it.
    if (path === null) return refused("ENOENT");
    const log = this.#openLog(request.logPath);
    if (typeof log === "string") return refused(log);
    try {
      return this.#spawnInto(log, path, request) ?? refused("ENOENT");
    } catch (error) {
      // Node throws at once for some reasons (E2BIG, ENOEXEC), and tells of others by an event.
      return refused(errnoOf(error));
    } finally {
      closeSync(log);
    }
  }

  onExits(listener: (exits: readonly ProcessExit[]) => void): void {
    this.#listener = listener;
  }

  nowMs(): number {
    return performance.now();
  }

  signal(target: ProcessIdentity, signal: NodeJS.Signals): SignalOutcome {
    const startTime = readStartTime(target.pid);
    if (startTime !== null && startTime !== target.startTime) return "gone";
    try {
      process.kill(target.pid, signal);
      return "sent";
    } catch (error) {
      return errnoOf(error) === "EPERM" ? "denied" : "gone";
    }
  }

  #spawnInto(log: number, path: string, request: SpawnRequest): SpawnedProcess | null {
    const [command = "", ...rest] = request.argv;
    const child = spawn(path, rest, {
      argv0: command,
      cwd: request.cwd,
      env: { ...request.env, [ATTEMPT_VARIABLE]: request.attempt },
      stdio: ["ignore", log, log],
      detached: true,
    });
    const pid = child.pid;
    // Without a pid the reason comes as an event; the refusal looks at the causes itself.
    child.on("error", () => {});
    if (pid === undefined) return null;
    child.on("exit", (code, signal) => {
      this.#listener([{ pid, code, signal, userMs: null, systemMs: null, maxRssBytes: null }]);
    });
    return { kind: "spawned", pid, startTime: readStartTime(pid) ?? 0, mark: null };
  }

  /** The descriptor, or the name of the errno. */
  #openLog(logPath: string): number | string {
    const flags = fileModes.O_WRONLY | fileModes.O_CREAT | fileModes.O_EXCL | fileModes.O_APPEND;
    try {
      this.#folders.ensure(logPath);
      return openSync(logPath, flags, 0o600);
    } catch (error) {
      const errno = errnoOf(error);
      return errno === "ENOENT" && this.#folders.mistaken(logPath) ? this.#openLog(logPath) : errno;
    }
  }
}
