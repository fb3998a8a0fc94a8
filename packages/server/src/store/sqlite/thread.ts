import { GaiaError } from "@gaia/contracts/errors.ts";
import { Worker } from "node:worker_threads";

import { errorOf, type WireFailure } from "./failure.ts";

/** What a thread offers by name: each takes one argument and answers with one value, both plain data. */
export type Offers<T> = { readonly [K in keyof T]: (argument: never) => unknown };

type Answer<F> = F extends (argument: never) => infer R ? Awaited<R> : never;

/** To a thread. `posted` has no answer of its own. */
export type ToThread =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly argument: unknown }
  | { readonly kind: "posted"; readonly body: unknown };

/** From a thread. */
export type FromThread =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly id: number; readonly failure: WireFailure }
  | { readonly kind: "posted"; readonly body: unknown };

/** A worker thread seen from the main one. */
export interface Thread<T extends Offers<T>> {
  call<K extends keyof T & string>(name: K, argument: Parameters<T[K]>[0]): Promise<Answer<T[K]>>;
  /** Sends without an answer; what comes back is given to `onPosted`. */
  post(body: unknown): void;
  /** Ends the thread; calls that are still open are refused. */
  end(): Promise<void>;
}

export interface ThreadSettings {
  readonly entry: URL;
  readonly name: string;
  readonly onPosted?: (body: unknown) => void;
  /** The thread ended without being asked to: a bug, or no memory. Called once. */
  readonly onDeath?: (error: GaiaError) => void;
}

interface OpenCall {
  resolve(value: unknown): void;
  reject(error: GaiaError): void;
}

/**
 * A thread that is started by the first call to it (one that is never needed costs neither time nor memory), and again
 * by the first call after its death.
 */
export function startThreadWhenNeeded<T extends Offers<T>>(
  start: (onDeath: () => void) => Promise<Thread<T>>,
): Pick<Thread<T>, "call" | "end"> {
  let started: Promise<Thread<T>> | null = null;
  let isEnded = false;
  const forget = (): void => {
    started = null;
  };
  return {
    async call<K extends keyof T & string>(name: K, argument: Parameters<T[K]>[0]): Promise<Answer<T[K]>> {
      if (isEnded) throw closed();
      started ??= start(forget);
      const thread = await started.catch((error: unknown) => {
        forget();
        throw error;
      });
      return await thread.call(name, argument);
    },
    async end() {
      isEnded = true;
      const thread = await started?.catch(() => null);
      await thread?.end();
    },
  };
}

export function startThread<T extends Offers<T>>(settings: ThreadSettings): Thread<T> {
  const worker = new Worker(settings.entry, { name: settings.name });
  const calls = new Map<number, OpenCall>();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const send = (message: ToThread): void => worker.postMessage(message);
  let lastId = 0;
  let death: GaiaError | null = null;

  function die(error: GaiaError, wasAsked: boolean): void {
    if (death !== null) return;
    death = error;
    for (const call of calls.values()) call.reject(error);
    calls.clear();
    if (!wasAsked) settings.onDeath?.(error);
  }

  function answered(id: number): OpenCall | undefined {
    const call = calls.get(id);
    calls.delete(id);
    return call;
  }

  worker.on("message", (message: FromThread) => {
    switch (message.kind) {
      case "answer":
        return answered(message.id)?.resolve(message.value);
      case "refusal":
        return answered(message.id)?.reject(errorOf(message.failure));
      case "posted":
        return settings.onPosted?.(message.body);
    }
  });
  worker.on("error", (cause) => die(deathOf(settings.name, cause), false));
  worker.on("exit", () => die(deathOf(settings.name, null), false));

  return {
    call(name, argument) {
      if (death !== null) return Promise.reject(death);
      const id = (lastId += 1);
      send({ kind: "call", id, name, argument });
      const { promise, resolve, reject } = Promise.withResolvers<Answer<T[typeof name]>>();
      calls.set(id, { resolve: (value) => resolve(value as Answer<T[typeof name]>), reject });
      return promise;
    },
    post(body) {
      if (death !== null) throw death;
      send({ kind: "posted", body });
    },
    async end() {
      die(closed(), true);
      await worker.terminate();
    },
  };
}

function closed(): GaiaError {
  return new GaiaError("unavailable", "The store was closed.");
}

function deathOf(name: string, cause: unknown): GaiaError {
  const message = `The thread "${name}" of the store ended unexpectedly. Restart Gaia; its log says why.`;
  return new GaiaError("storage_failed", message, { thread: name }, cause === null ? {} : { cause });
}
