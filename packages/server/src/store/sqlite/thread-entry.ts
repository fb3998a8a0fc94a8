import { parentPort } from "node:worker_threads";

import { failureOf, storageError } from "./failure.ts";
import type { FromThread, ToThread } from "./thread.ts";

/** A call as the thread receives it. */
export type Call = Extract<ToThread, { kind: "call" }>;

/** The port to the main thread. */
export function portOfThread(): NonNullable<typeof parentPort> {
  if (parentPort === null)
    throw new Error("This module is the entry of a worker thread. Start it with `new Worker`.");
  return parentPort;
}

/** Performs a call with what the thread offers, and sends its answer or refusal; at once, if the offer is synchronous. */
export function answerCall(
  offers: Readonly<Record<string, (argument: never) => unknown>>,
  call: Call,
  send: (message: FromThread) => void,
): void {
  const { id, name, argument } = call;
  const answer = (value: unknown): void => send({ kind: "answer", id, value });
  const refuse = (reason: unknown): void =>
    send({
      kind: "refusal",
      id,
      failure: failureOf(storageError(reason, "use", "the database")),
    });
  try {
    const offer = offers[name];
    if (offer === undefined) throw new Error(`The thread offers no "${name}".`);
    const value = offer(argument as never);
    if (value instanceof Promise) void value.then(answer, refuse);
    else answer(value);
  } catch (reason) {
    refuse(reason);
  }
}
