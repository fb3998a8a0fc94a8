import type {
  AttemptView,
  EndCause,
  ExitedMessage,
  Json,
  ResourceLimits,
  StartedMessage,
  StartMessage,
  StopMeans,
} from "./protocol.ts";
import type { ProcessExit } from "./spawner.ts";
import type { Tree } from "./tree.ts";

/**
 * An attempt, from the start message until the worker lets it be forgotten.
 *
 *     queued ──start──► running ──main process ended, nothing left, or swept──► exited
 *        └──────────── stop, lease, refusal ───────────────────────────────────►┘
 */
export interface Attempt {
  readonly id: string;
  readonly logPath: string;
  readonly meta: Json;
  readonly isSecret: boolean;
  /** By the launcher's monotonic clock; null without a lease. */
  leaseEndsMs: number | null;
  state: AttemptState;
}

/** Where an attempt is. */
export type AttemptState = QueuedState | RunningState | ExitedState;

/** Waits for a slot. */
export interface QueuedState {
  readonly kind: "queued";
  readonly start: StartMessage;
}

/** Has processes, or may have. */
export interface RunningState {
  readonly kind: "running";
  readonly attempt: Attempt;
  readonly started: StartedMessage;
  readonly startedMs: number;
  readonly tree: Tree;
  readonly means: StopMeans;
  /** Limits that this launcher has to watch itself. */
  readonly sampled: ResourceLimits | null;
  /** How the main process ended, and when; null while it runs. */
  exit: { readonly how: ProcessExit; readonly atMs: number; readonly monotonicMs: number } | null;
  stop: { readonly cause: EndCause; readonly killAtMs: number } | null;
  isKilling: boolean;
  timer: NodeJS.Timeout | null;
}

/** Ended; kept until forgotten. */
export interface ExitedState {
  readonly kind: "exited";
  readonly started: StartedMessage | null;
  readonly exited: ExitedMessage;
}

/** The attempt as `list` shows it. */
export function viewOf({ id, meta, logPath, state }: Attempt): AttemptView {
  const started = state.kind === "queued" ? null : state.started;
  return {
    attempt: id,
    state: state.kind,
    meta,
    logPath,
    ...(state.kind === "running" && state.stop !== null && { stopping: true }),
    ...(started !== null && { started }),
    ...(state.kind === "exited" && { exited: state.exited }),
  };
}

/** The end of an attempt that never ran. */
export function notStarted(
  attempt: string,
  stopMeans: StopMeans,
  why: Pick<ExitedMessage, "refused" | "cause">,
): ExitedMessage {
  // A log that exists may be the trace of an earlier start, so there nothing can be said about what ran.
  const isCertain = why.refused?.code !== "log_exists";
  return {
    kind: "exited",
    attempt,
    code: null,
    signal: null,
    atMs: Date.now(),
    usage: { wallMs: 0, userMs: null, systemMs: null, maxRssBytes: null },
    survivors: [],
    stopMeans,
    ...(isCertain && { notStarted: true }),
    ...why,
  };
}

/** The end of an attempt that ran. */
export function endOf(state: RunningState, survivors: readonly number[], nowMs: number): ExitedMessage {
  const exit = state.exit;
  const oomKills = state.tree.cgroup?.oomKills() ?? 0;
  return {
    kind: "exited",
    attempt: state.attempt.id,
    code: exit?.how.code ?? null,
    signal: exit?.how.signal ?? null,
    atMs: exit?.atMs ?? Date.now(),
    usage: {
      wallMs: Math.round(((exit?.monotonicMs ?? nowMs) - state.startedMs) * 1000) / 1000,
      userMs: exit?.how.userMs ?? null,
      systemMs: exit?.how.systemMs ?? null,
      maxRssBytes: exit?.how.maxRssBytes ?? null,
    },
    survivors,
    stopMeans: state.means,
    ...(oomKills > 0 && { oom: true }),
    ...(state.stop !== null && { cause: state.stop.cause }),
  };
}
