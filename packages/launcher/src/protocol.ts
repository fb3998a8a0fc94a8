/**
 * What the worker and the launcher say to each other over the launcher's unix socket.
 *
 * Each line is one JSON array of messages (a batch). The first message of a worker is `hello`; the launcher
 * answers with its own. Everything else may come in any order. README.md says what each message promises.
 */

/** Version of this protocol. A launcher outlives workers, so a newer worker must still speak the older ones. */
export const PROTOCOL_VERSION = 1;

/** Longest line either side accepts, in bytes: 64 MiB, some thousands of starts with large environments. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Name of the environment variable that every process of an attempt carries. */
export const ATTEMPT_VARIABLE = "GAIA_ATTEMPT";

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How processes are started: `koffi` calls posix_spawn, `node` is the slower fallback. */
export type SpawnerName = "koffi" | "node";

/** How the whole tree of an attempt is found and ended, strongest first. */
export type StopMeans = "cgroup" | "subreaper" | "group";

/** `enforced` by the kernel, `sampled` by the launcher once a second and then killed, or only `advisory`. */
export type Enforcement = "enforced" | "sampled" | "advisory";

/** What an attempt may use. */
export interface ResourceLimits {
  readonly memoryBytes?: number;
  /** Processors, 0.5 is half of one. */
  readonly cpus?: number;
}

/** The first message of a worker. */
export interface WorkerHello {
  readonly kind: "hello";
  readonly version: number;
  /** How many attempts may run at once. */
  readonly slots: number;
}

/** Start an attempt as soon as a slot is free. Sent again for an attempt that is known, it only repeats what is known. */
export interface StartMessage {
  readonly kind: "start";
  readonly attempt: string;
  /** The command and its arguments; a command without a slash is looked up in the `PATH` of `env`. */
  readonly argv: readonly string[];
  /** The whole environment. Only `GAIA_ATTEMPT` is added to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute; stdout and stderr go there. It must not exist: that is the fence against a second start. */
  readonly logPath: string;
  /** Given back in `list`; journaled too, unless `secret`. */
  readonly meta: Json;
  readonly secret?: true;
  readonly limits?: ResourceLimits;
  /** Dead man's switch: the attempt is killed unless `extend` comes within this time. */
  readonly leaseMs?: number;
  /** -20 to 19, as of nice(1). */
  readonly nice?: number;
}

/** Change how many attempts may run at once. Fewer than are running stops nothing. */
export interface SlotsMessage {
  readonly kind: "slots";
  readonly slots: number;
}

/** Signal the whole tree, and after the grace kill what is left of it. A queued attempt is only removed. */
export interface StopMessage {
  readonly kind: "stop";
  readonly attempt: string;
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/** Send a signal to the main process, or to every process of the attempt. */
export interface SignalMessage {
  readonly kind: "signal";
  readonly attempt: string;
  readonly signal: NodeJS.Signals;
  readonly to: "main" | "tree";
}

/** Renew the leases of attempts. */
export interface ExtendMessage {
  readonly kind: "extend";
  readonly attempts: readonly string[];
  readonly leaseMs: number;
}

/** Ask for everything that is not forgotten. */
export interface ListRequest {
  readonly kind: "list";
}

/** The worker has these ends durably: the launcher may forget them. Attempts that have not ended are kept. */
export interface ForgetMessage {
  readonly kind: "forget";
  readonly attempts: readonly string[];
}

/** End the launcher. Without `killAll` it is refused while attempts are queued or running. */
export interface ShutdownMessage {
  readonly kind: "shutdown";
  readonly killAll: boolean;
}

/** All that a worker may say. */
export type WorkerMessage =
  | WorkerHello
  | StartMessage
  | SlotsMessage
  | StopMessage
  | SignalMessage
  | ExtendMessage
  | ListRequest
  | ForgetMessage
  | ShutdownMessage;

/** The launcher's answer to `hello`. */
export interface LauncherHello {
  readonly kind: "hello";
  readonly version: number;
  /** A new one for each launcher process. */
  readonly incarnation: string;
  readonly pid: number;
  readonly bootId: string;
  readonly pidNamespace: string;
  readonly spawner: SpawnerName;
  /** The means for an attempt that asks for nothing special. */
  readonly stopMeans: StopMeans;
  readonly limits: { readonly memory: Enforcement; readonly cpu: Enforcement };
}

/** The attempt's main process runs. */
export interface StartedMessage {
  readonly kind: "started";
  readonly attempt: string;
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, clock ticks since boot; 0 where there is no /proc. */
  readonly startTime: number;
  /** Wall clock. */
  readonly atMs: number;
  readonly means: StopMeans;
}

/** Why an attempt was not started. */
export type RefusalCode =
  | "log_exists"
  | "log_failed"
  | "cwd_missing"
  | "command_missing"
  | "spawn_failed"
  | "journal_failed"
  | "shutting_down";

/** A start that did not happen. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** What the attempt used. `null` where the spawner cannot know (the `node` spawner has no rusage per child). */
export interface Usage {
  readonly wallMs: number;
  readonly userMs: number | null;
  readonly systemMs: number | null;
  readonly maxRssBytes: number | null;
}

/** Why the launcher itself ended an attempt. */
export type EndCause = "stop" | "lease" | "memory_limit" | "shutdown";

/** The attempt ended, and so did every process of it except the survivors. */
export interface ExitedMessage {
  readonly kind: "exited";
  readonly attempt: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Wall clock. */
  readonly atMs: number;
  readonly usage: Usage;
  /** Processes that could not be killed. */
  readonly survivors: readonly number[];
  readonly stopMeans: StopMeans;
  /** Nothing was started by this launcher. */
  readonly notStarted?: true;
  readonly refused?: Refusal;
  /** The kernel killed a process of it at its memory limit. */
  readonly oom?: true;
  /** Absent when the attempt ended by itself. */
  readonly cause?: EndCause;
  /** The launcher that was its parent died (or the machine was restarted): its true exit is not known. */
  readonly lost?: true;
}

/** One attempt that is not forgotten. */
export interface AttemptView {
  readonly attempt: string;
  readonly state: "queued" | "running" | "exited";
  readonly meta: Json;
  readonly logPath: string;
  /** Asked to stop, not yet proved. */
  readonly stopping?: true;
  readonly started?: StartedMessage;
  readonly exited?: ExitedMessage;
}

/** Answer to `list`. */
export interface ListMessage {
  readonly kind: "list";
  readonly attempts: readonly AttemptView[];
}

/** Something the launcher could not make sense of, or refuses. It goes on. */
export interface ErrorMessage {
  readonly kind: "error";
  readonly code: "malformed" | "version" | "replaced" | "unknown_attempt" | "busy";
  readonly message: string;
}

/** All that a launcher may say. */
export type LauncherMessage = LauncherHello | StartedMessage | ExitedMessage | ListMessage | ErrorMessage;
