import { applyAttempts, type MutableAttempts } from "./apply.ts";
import type { AttemptInput } from "./input.ts";
import type { AttemptOutput, NumberedReport } from "./output.ts";
import {
  noAttempts,
  type AttemptEnding,
  type AttemptOrder,
  type ProcessExit,
  type StartedProcess,
} from "./state.ts";
import { STARTED_HOLD_MS } from "./processes.ts";
import { transitionAttempts } from "./transition.ts";

/** A worker's attempts for tests: applies each transition and keeps the outputs. */
export class TestWorker {
  readonly held: MutableAttempts;
  now = 1_000;

  constructor(options: { readonly launchMax?: number; readonly heldMax?: number } = {}) {
    const { header } = noAttempts({ launchMax: 4, heldMax: 100, firstSeq: 10, ...options });
    this.held = { header, attempts: new Map() };
  }

  /** The outputs of the last of these inputs. */
  tell(...inputs: readonly AttemptInput[]): readonly AttemptOutput[] {
    let last: readonly AttemptOutput[] = [];
    for (const input of inputs) {
      const { changes, outputs } = transitionAttempts(this.held, input, this.now);
      applyAttempts(this.held, changes);
      last = outputs;
    }
    return last;
  }

  /** A worker with a stream. */
  connected(): this {
    this.tell({ kind: "connected", at: 1, ackedSeq: 0, unknown: [], leaseMs: 10_000 });
    return this;
  }

  /** What goes out once nothing is held back any more. */
  flush(afterMs = STARTED_HOLD_MS): readonly NumberedReport[] {
    this.now += afterMs;
    return this.tell({ kind: "flush" }).flatMap((output) => (output.kind === "send" ? output.reports : []));
  }

  /** The only attempt's state, as a word. */
  kindOf(key: string): string {
    return this.held.attempts.get(key)?.kind ?? "gone";
  }
}

export const KEY = "run_a.0.1";

export function order(wishes: Partial<AttemptOrder> = {}, run = "run_a", token = 1): AttemptOrder {
  return {
    name: { run, job: 0, attempt: 1, token },
    timeoutMs: null,
    graceMs: 500,
    killWhenLeaseEnds: false,
    ...wishes,
  };
}

export const PROCESS: StartedProcess = { startedAt: 5_000, pid: 42, stopMeans: "cgroup" };

export function exit(wishes: Partial<ProcessExit> = {}): ProcessExit {
  return {
    at: 6_000,
    exitCode: 0,
    signal: null,
    cause: "none",
    outOfMemory: false,
    survivors: [],
    ...wishes,
  };
}

export function ending(outcome: AttemptEnding["outcome"] = "succeeded"): AttemptEnding {
  return {
    outcome,
    startedAt: 5_000,
    exitCode: 0,
    message: "",
    outputs: {},
    growth: "",
    survivors: [],
    usage: null,
    stopMeans: "cgroup",
  };
}

export const assign = (wish = order()): AttemptInput => ({ kind: "assign", at: 1, order: wish });
export const launched = (key = KEY, ranMs = 0): AttemptInput => ({
  kind: "launched",
  key,
  process: PROCESS,
  ranMs,
});
export const exited = (wishes: Partial<ProcessExit> = {}, key = KEY): AttemptInput => ({
  kind: "exited",
  key,
  process: PROCESS,
  exit: exit(wishes),
});
export const finished = (outcome: AttemptEnding["outcome"] = "succeeded", key = KEY): AttemptInput => ({
  kind: "finished",
  key,
  at: 7,
  ending: ending(outcome),
});
export const stop = (wishes: { force?: boolean; run?: string; token?: number } = {}): AttemptInput => ({
  kind: "stop",
  at: 2,
  name: order({}, wishes.run ?? "run_a", wishes.token ?? 1).name,
  graceMs: 300,
  force: wishes.force ?? false,
  cause: "a person",
});
