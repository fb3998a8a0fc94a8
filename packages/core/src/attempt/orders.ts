import { dropUnsent, everyAttempt, isSame, read, report, write, type Draft } from "./draft.ts";
import type { AttemptInput } from "./input.ts";
import { attemptKey, type AttemptEnding, type AttemptName, type AttemptState } from "./state.ts";

const STOPPED_EARLY_MAX = 100;

type Assign = Extract<AttemptInput, { kind: "assign" }>;
type Stop = Extract<AttemptInput, { kind: "stop" }>;

/** Takes an attempt, unless it is known, or gives it back at once where it cannot be started here. */
export function assign(draft: Draft, input: Assign): void {
  const { name } = input.order;
  const key = attemptKey(name);
  const known = read(draft, key);
  if (known !== null && known.order.name.token >= name.token) {
    const why = known.order.name.token === name.token ? "it is known" : "its token is old";
    draft.outputs.push({ kind: "ignored", key, why: `assigned, but ${why}` });
    return;
  }
  if (known !== null && known.kind !== "prepared" && known.kind !== "reported") {
    // The server has given up the former start, whose processes are still there. Both at once must never be.
    draft.outputs.push({ kind: "ignored", key, why: "assigned anew while its former start is being ended" });
    unwanted(draft, known.order.name);
    neverStart(draft, known.order.name);
    report(draft, {
      kind: "returned",
      name,
      at: input.at,
      message: "the former start of this attempt is still being ended here",
    });
    return;
  }
  if (draft.header.stoppedEarly.some((early) => isSame(early, name))) {
    return endBeforeStart(
      draft,
      { kind: "prepared", order: input.order },
      input.at,
      "the order came before the attempt",
    );
  }
  const refusal = refusalOf(draft);
  if (refusal !== null) return giveBack(draft, { kind: "prepared", order: input.order }, input.at, refusal);
  write(draft, key, { kind: "prepared", order: input.order });
}

/** Ends an attempt by the server's order. What has ended already, or is being ended, keeps its outcome. */
export function stop(draft: Draft, input: Stop): void {
  const key = attemptKey(input.name);
  const state = read(draft, key);
  if (state === null || !isSame(state.order.name, input.name)) {
    draft.outputs.push({ kind: "ignored", key, why: "asked to stop it, but it is not held" });
    neverStart(draft, input.name);
    return;
  }
  const cause = { kind: "ordered", cause: input.cause } as const;
  const order = { kind: "stop", key, graceMs: input.graceMs, force: input.force } as const;
  switch (state.kind) {
    case "prepared":
      return endBeforeStart(draft, state, input.at, input.cause);
    case "launching":
      if (state.stop !== null && !input.force) return;
      write(draft, key, { ...state, stop: state.stop ?? cause });
      draft.outputs.push(order);
      return;
    case "running":
      write(draft, key, { kind: "stopping", order: state.order, process: state.process, cause });
      draft.outputs.push(order);
      return;
    case "stopping":
      if (input.force) draft.outputs.push(order);
      return;
    case "finishing":
    case "reported":
      draft.outputs.push({ kind: "ignored", key, why: "asked to stop it, but it has ended" });
  }
}

/** Should it be assigned yet, or once more, it must not start. */
function neverStart(draft: Draft, name: AttemptName): void {
  const stoppedEarly = [...draft.header.stoppedEarly.slice(1 - STOPPED_EARLY_MAX), name];
  draft.header = { ...draft.header, stoppedEarly };
}

/** The server does not want it: it is killed and forgotten, since another worker may have started it. */
export function unwanted(draft: Draft, name: AttemptName): void {
  const key = attemptKey(name);
  const state = read(draft, key);
  if (state === null || !isSame(state.order.name, name)) return;
  const cause = { kind: "unwanted" } as const;
  const kill = { kind: "stop", key, graceMs: 0, force: true } as const;
  dropUnsentUnlessReported(draft, state);
  switch (state.kind) {
    case "prepared":
      write(draft, key, null);
      draft.outputs.push({ kind: "forget", key });
      return;
    case "launching":
      write(draft, key, { ...state, stop: cause });
      draft.outputs.push(kill);
      return;
    case "running":
    case "stopping":
      write(draft, key, { kind: "stopping", order: state.order, process: state.process, cause });
      draft.outputs.push(kill);
      return;
    case "finishing":
      write(draft, key, { ...state, wanted: false });
      return;
    case "reported":
    // Its report is on its way and will be acknowledged as stale.
  }
}

/** Takes nothing new from now on and gives back what has no process. What runs is left to the launcher. */
export function drain(draft: Draft, at: number, message: string): void {
  draft.header = { ...draft.header, draining: true };
  for (const [, state] of everyAttempt(draft)) {
    if (state.kind === "prepared") giveBack(draft, state, at, message);
  }
}

/** Hands prepared attempts to the launcher, in the order in which they came, as far as there is room. */
export function fill(draft: Draft): void {
  if (draft.header.waiting === 0 || draft.header.paused !== null) return;
  for (const [key, state] of everyAttempt(draft)) {
    if (draft.header.launched >= draft.header.launchMax) return;
    if (state.kind !== "prepared") continue;
    const leaseMs = state.order.killWhenLeaseEnds ? Math.floor(draft.header.leaseUntil - draft.now) : null;
    // Another worker may be starting it: this one waits to hear from the server first.
    if (leaseMs !== null && leaseMs <= 0) continue;
    write(draft, key, { kind: "launching", order: state.order, stop: null });
    draft.outputs.push({ kind: "launch", key, order: state.order, leaseMs });
  }
}

/** The end of an attempt that never had a process. */
export function neverStarted(
  message: string,
  outcome: AttemptEnding["outcome"] = "cancelled",
): AttemptEnding {
  return {
    outcome,
    startedAt: null,
    exitCode: null,
    message,
    outputs: {},
    growth: "",
    survivors: [],
    usage: null,
    stopMeans: "",
  };
}

function refusalOf(draft: Draft): string | null {
  if (draft.header.draining) return "the worker is shutting down";
  if (draft.header.paused !== null) return draft.header.paused;
  const held = draft.header.waiting + draft.header.launched;
  return held < draft.header.heldMax ? null : `the worker holds ${held} attempts, which is its limit`;
}

function endBeforeStart(draft: Draft, state: AttemptState, at: number, cause: string): void {
  const { name } = state.order;
  write(draft, attemptKey(name), { kind: "reported", order: state.order, started: false });
  report(draft, { kind: "ended", name, at, ending: neverStarted(`stopped before it was started: ${cause}`) });
}

function giveBack(draft: Draft, state: AttemptState, at: number, message: string): void {
  const { name } = state.order;
  write(draft, attemptKey(name), { kind: "reported", order: state.order, started: false });
  report(draft, { kind: "returned", name, at, message });
}

function dropUnsentUnlessReported(draft: Draft, state: AttemptState): void {
  if (state.kind !== "reported") dropUnsent(draft, state.order.name);
}
