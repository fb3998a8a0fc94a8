import { setTimeout as pause } from "node:timers/promises";
import type { EventView, JobView, RunDetail, RunView } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import type { GaiaClient } from "./api.ts";
import { parseAnswer } from "./ask.ts";
import { isConnectionError } from "./http.ts";
import { readStream, type SseMessage } from "./sse.ts";

/** What a run's stream says, and what happens to the connection. */
export type RunNews =
  | { readonly kind: "snapshot"; readonly run: RunDetail }
  | { readonly kind: "event"; readonly event: EventView }
  | { readonly kind: "run"; readonly run: RunView }
  | { readonly kind: "job"; readonly job: JobView }
  /** The connection was lost; `cut`: the server did not end it in good order. */
  | { readonly kind: "lost"; readonly cut: boolean }
  | { readonly kind: "restarting" }
  | { readonly kind: "back" }
  | { readonly kind: "end" };

/** How a lost server is brought back. Null: only waited for (a server elsewhere). */
export type Revive = (() => Promise<void>) | null;

/** A server that was ended in good order is being upgraded, or was stopped on purpose: it is waited for this long. */
const WAIT_FOR_RETURN_MS = 5_000;
/** A server elsewhere may be restarted by others. */
const WAIT_FOR_REMOTE_MS = 120_000;
const TRY_EVERY_MS = 50;

/**
 * Everything that happens to a run, from now (a snapshot first) to its end. Survives the server: it reconnects with the
 * cursor, and a server that died is started again by `revive`. Throws when the server stays away.
 */
export async function* followRun(
  client: GaiaClient,
  ref: string,
  revive: Revive,
  signal: AbortSignal,
  clock: () => number = () => performance.now(),
): AsyncGenerator<RunNews, void> {
  let cursor: string | null = null;
  let lost: Loss | null = null;
  for (;;) {
    let failure: unknown = null;
    let cut = true;
    try {
      const stream = readStream(client.transport, { ...client.runStream(ref), signal }, cursor);
      for (let step = await stream.next(); ; step = await stream.next()) {
        if (step.done === true) {
          cut = step.value === "cut";
          break;
        }
        if (lost !== null) yield { kind: "back" };
        lost = null;
        cursor = step.value.event === "reset" ? null : (step.value.id ?? cursor);
        const news = newsFrom(step.value);
        if (news !== null) yield news;
        if (news?.kind === "end") return;
      }
    } catch (reason) {
      if (!signal.aborted && !isReconnectable(reason)) throw reason;
      failure = reason;
    }
    if (signal.aborted) return;
    if (lost === null) {
      lost = { at: clock(), cut, revived: false };
      yield { kind: "lost", cut };
    } else if (clock() - lost.at > patience(client)) {
      throw failure ?? new GaiaError("unavailable", "The server ends every connection without a word.");
    }
    if (lost.cut && revive !== null && !lost.revived && !(await client.answers())) {
      yield { kind: "restarting" };
      await revive();
      lost = { ...lost, revived: true };
      continue;
    }
    await pause(TRY_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** A connection that was lost, until the first message of the next one. */
interface Loss {
  readonly at: number;
  /** The server did not end it in good order, so it died. */
  readonly cut: boolean;
  /** It was started again since. */
  readonly revived: boolean;
}

function patience(client: GaiaClient): number {
  return client.transport.endpoint.kind === "tcp" ? WAIT_FOR_REMOTE_MS : WAIT_FOR_RETURN_MS;
}

function isReconnectable(reason: unknown): boolean {
  return isConnectionError(reason) || (reason instanceof GaiaError && reason.code === "unavailable");
}

function newsFrom(message: SseMessage): RunNews | null {
  switch (message.event) {
    case "snapshot":
      return { kind: "snapshot", run: parseAnswer<RunDetail>(message.data) };
    case "event":
      return { kind: "event", event: parseAnswer<EventView>(message.data) };
    case "run":
      return { kind: "run", run: parseAnswer<RunView>(message.data) };
    case "job":
      return { kind: "job", job: parseAnswer<JobView>(message.data) };
    case "end":
      return { kind: "end" };
    default:
      // `reset` is followed by a snapshot; names that a later server may add are none of our business.
      return null;
  }
}
