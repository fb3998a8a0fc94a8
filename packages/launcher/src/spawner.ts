import type { Refusal, SpawnerName } from "./protocol.ts";

/** What to start. */
export interface SpawnRequest {
  readonly attempt: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logPath: string;
}

/** A process that was started. */
export interface SpawnedProcess {
  readonly kind: "spawned";
  readonly pid: number;
  /** Field 22 of /proc/PID/stat; 0 where there is no /proc. */
  readonly startTime: number;
  /** The inherited soft RLIMIT_LOCKS that tells its descendants; null where the spawner cannot set one. */
  readonly mark: number | null;
}

/** A process that was not started. */
export interface SpawnRefused {
  readonly kind: "refused";
  readonly refusal: Refusal;
}

/** A main process that ended. */
export interface ProcessExit {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly userMs: number | null;
  readonly systemMs: number | null;
  readonly maxRssBytes: number | null;
}

/** The seam between the launcher and the system: one conformance suite holds for all of them. */
export interface Spawner {
  readonly name: SpawnerName;
  /** True when orphaned descendants become children of this process. */
  readonly isSubreaper: boolean;
  /** First number of the marks that this launcher gives; see `marks.ts`. Null without marks. */
  readonly markBase: number | null;
  /** Starts at once, without waiting; the log is created exclusively and nothing is started when it exists. */
  spawn(request: SpawnRequest): SpawnedProcess | SpawnRefused;
  /** Called with everything that ended since the last call, orphans that were taken over included. */
  onExits(listener: (exits: readonly ProcessExit[]) => void): void;
  /** Monotonic, counting the machine's sleep where the system tells it. */
  nowMs(): number;
  /** Signals the process only if it still is the one that began then. */
  signal(process: ProcessIdentity, signal: NodeJS.Signals): SignalOutcome;
}

/** A pid alone is reused; with its start time it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** What became of a signal. `denied`: the process is someone else's. */
export type SignalOutcome = "sent" | "gone" | "denied";
