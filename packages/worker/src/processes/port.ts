import type { AttemptView, ExitedMessage, LauncherHello, StartedMessage, StartMessage } from "@gaia/launcher";

/** What to start; the fields are explained with the launcher's protocol. */
export type ProcessSpec = Omit<StartMessage, "kind">;

/** How to end an attempt. */
export interface StopRequest {
  /** SIGTERM unless told otherwise. */
  readonly signal?: NodeJS.Signals;
  /** Time between the signal and the kill of what is left. */
  readonly graceMs: number;
}

/** Something that happened between worker and launcher, for the log: what, and what is done about it. */
export interface ProcessTrouble {
  readonly kind: "disconnected" | "launcher_failed" | "replaced" | "version" | "protocol";
  readonly message: string;
}

/** Takes a batch: everything that happened in one turn. */
export type Listener<Item> = (batch: readonly Item[]) => void;

/**
 * The processes of this host, as the worker sees them. Requests return at once and survive a lost connection, or a
 * launcher that died: each attempt that was started ends in exactly one `exited`.
 */
export interface Processes {
  /** Resolves when a launcher is connected; rejects when the port is closed before. */
  ready(): Promise<LauncherHello>;
  /** Starts the attempt as soon as a slot is free; `onStarted` and `onExited` tell. At most once per attempt. */
  start(spec: ProcessSpec): void;
  /** Ends an attempt, started or not; `onExited` tells. */
  stop(attempt: string, request: StopRequest): void;
  /** Sends a signal to the main process, or to all of the attempt's. */
  signal(attempt: string, signal: NodeJS.Signals, to?: "main" | "tree"): void;
  /** How many attempts may run at once. */
  setSlots(slots: number): void;
  /** Renews leases. */
  extend(attempts: readonly string[], leaseMs: number): void;
  /** The ends of these are durable elsewhere. */
  forget(attempts: readonly string[]): void;
  /** All attempts that are not forgotten, those of former workers included: to be read once after the start. */
  list(): Promise<readonly AttemptView[]>;
  /** Returns the function that ends the listening. */
  onStarted(listener: Listener<StartedMessage>): () => void;
  onExited(listener: Listener<ExitedMessage>): () => void;
  onTrouble(listener: (trouble: ProcessTrouble) => void): () => void;
  /** Leaves the launcher and its attempts running. */
  close(): Promise<void>;
  /** Kills every attempt, ends the launcher and removes its files. */
  shutdown(): Promise<void>;
}
