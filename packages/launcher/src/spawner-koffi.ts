import { randomInt } from "node:crypto";
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { CommandFinder } from "./command-path.ts";
import { errnoName, errnoOf, signalName } from "./errno.ts";
import { type Libc, openLibc } from "./libc.ts";
import { LogFolders } from "./log-folders.ts";
import { MARKS_PER_LAUNCHER } from "./marks.ts";
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

/** Clock ticks of /proc are 10 ms on every architecture bound here. */
const TICK_MS = 10;
/**
 * The listener starts the next processes, and while that blocks others end: they are reaped at once, without a turn
 * of the event loop, for up to this long. Saves a third of the time of 5,000 short commands; sockets wait no longer.
 */
const TURN_MS = 3;
/** Leaves marks below 2^52: exact as a JavaScript number, and far from any limit that a person would set. */
const LAUNCHERS = 2 ** 25;

/** The spawner on posix_spawn. Throws where it cannot be had. This process must not use child_process beside it. */
export function createKoffiSpawner(): Spawner {
  return new KoffiSpawner(openLibc());
}

class KoffiSpawner implements Spawner {
  readonly name = "koffi";
  readonly isSubreaper: boolean;
  readonly markBase: number | null;
  readonly #libc: Libc;
  readonly #commands: CommandFinder;
  readonly #folders = new LogFolders();
  #marksGiven = 0;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#commands = new CommandFinder(() => libc.bootMs());
    this.isSubreaper = libc.becomeSubreaper();
    libc.closeInheritedOnExec();
    const markBase = randomInt(1, LAUNCHERS) * MARKS_PER_LAUNCHER;
    this.markBase = libc.setInheritedMark(markBase) ? markBase : null;
  }

  spawn(request: SpawnRequest): SpawnedProcess | SpawnRefused {
    const path = this.#commands.find(request.argv[0] ?? "", request.env.PATH, request.cwd);
    if (path === null) return { kind: "refused", refusal: explainRefusal(request, null, "ENOENT") };
    const env: string[] = [];
    for (const name in request.env) {
      if (name !== ATTEMPT_VARIABLE) env.push(`${name}=${request.env[name]}`);
    }
    env.push(`${ATTEMPT_VARIABLE}=${request.attempt}`);
    const mark = this.#nextMark();
    const { argv, cwd, logPath } = request;
    const before = this.#libc.bootMs();
    const result = this.#spawnInFolder({ path, argv, env, cwd, logPath });
    if (typeof result === "string") {
      return { kind: "refused", refusal: explainRefusal(request, path, result) };
    }
    return { kind: "spawned", pid: result, startTime: this.#startTime(result, before), mark };
  }

  onExits(listener: (exits: readonly ProcessExit[]) => void): void {
    let isDue = false;
    const reap = () => {
      isDue = false;
      const turnEndsMs = this.nowMs() + TURN_MS;
      for (let exits = this.#reapAll(); exits.length > 0; exits = this.#reapAll()) {
        listener(exits);
        if (this.nowMs() < turnEndsMs) continue;
        reapSoon();
        return;
      }
    };
    // Not in the handler itself: libuv calls it once per signal and reads on as long as 32 are waiting, so that with
    // work done here sockets and timers would starve (measured: 1.4 s without a turn of the loop).
    const reapSoon = () => {
      if (isDue) return;
      isDue = true;
      setImmediate(reap);
    };
    process.on("SIGCHLD", reapSoon);
    // What ended before the handler was in place sent its signal to nobody.
    reapSoon();
  }

  #reapAll(): readonly ProcessExit[] {
    const exits: ProcessExit[] = [];
    for (let child = this.#libc.reap(); child !== null; child = this.#libc.reap()) {
      const { pid, code, userMs, systemMs } = child;
      // A process cannot tell its own peak below the one of the process that it was forked from.
      const ownPeakBytes = process.resourceUsage().maxRSS * 1024;
      const maxRssBytes = child.maxRssBytes > ownPeakBytes ? child.maxRssBytes : null;
      exits.push({ pid, code, signal: signalName(child.signalNumber), userMs, systemMs, maxRssBytes });
    }
    return exits;
  }

  nowMs(): number {
    return this.#libc.bootMs();
  }

  signal(target: ProcessIdentity, signal: NodeJS.Signals): SignalOutcome {
    const pidfd = this.#libc.openPidfd(target.pid);
    if (pidfd < 0) return "gone";
    try {
      // The handle is on whatever has the pid now; only after this check is it known to be on the right process.
      if (readStartTime(target.pid) !== target.startTime) return "gone";
      switch (this.#libc.signalPidfd(pidfd, constants.signals[signal])) {
        case 0:
          return "sent";
        case constants.errno.EPERM:
          return "denied";
        default:
          return "gone";
      }
    } finally {
      closeSync(pidfd);
    }
  }

  /** The pid, or the name of the errno. */
  #spawnInFolder(start: Parameters<Libc["spawn"]>[0]): number | string {
    try {
      this.#folders.ensure(start.logPath);
      const pid = this.#libc.spawn(start);
      if (pid > 0) return pid;
      // Someone removed a folder that was known to exist: make it again, once.
      const errno = errnoName(-pid);
      if (errno !== "ENOENT" || !this.#folders.mistaken(start.logPath)) return errno;
      this.#folders.ensure(start.logPath);
      const again = this.#libc.spawn(start);
      return again > 0 ? again : errnoName(-again);
    } catch (error) {
      return errnoOf(error);
    }
  }

  #nextMark(): number | null {
    if (this.markBase === null) return null;
    this.#marksGiven = (this.#marksGiven + 1) % MARKS_PER_LAUNCHER;
    const mark = this.markBase + this.#marksGiven;
    return this.#libc.setInheritedMark(mark) ? mark : null;
  }

  /** A process that began between two readings of the clock within one tick began in that tick: no file to read. */
  #startTime(pid: number, beforeMs: number): number {
    const tick = Math.floor(beforeMs / TICK_MS);
    if (Math.floor(this.#libc.bootMs() / TICK_MS) === tick) return tick;
    return readStartTime(pid) ?? tick;
  }
}
