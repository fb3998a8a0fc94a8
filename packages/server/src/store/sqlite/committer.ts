import { GaiaError } from "@gaia/contracts/errors.ts";

import type { Commit, Committed } from "../port.ts";
import { errorOf } from "./failure.ts";
import { encodeCommit, type WireCommit } from "./wire.ts";
import type { PostedCommits, PostedResults } from "./writer-thread.ts";

interface Waiting {
  resolve(committed: Committed): void;
  reject(error: GaiaError): void;
}

/** Collects the commits of one turn of the event loop into one message, and hands out the results. */
export class Committer {
  #post: ((commits: PostedCommits) => void) | null = null;
  #outgoing: WireCommit[] = [];
  readonly #waiting: Waiting[] = [];
  #refusal: GaiaError | null = null;
  #isDead = false;
  #onIdle: (() => void) | null = null;

  /** The thread has ended: nothing can be asked of it any more. */
  get isDead(): boolean {
    return this.#isDead;
  }

  start(post: (commits: PostedCommits) => void): void {
    this.#post = post;
  }

  commit(commit: Commit): Promise<Committed> {
    if (this.#refusal !== null) return Promise.reject(this.#refusal);
    this.#outgoing.push(encodeCommit(commit));
    if (this.#outgoing.length === 1) queueMicrotask(() => this.#send());
    const { promise, resolve, reject } = Promise.withResolvers<Committed>();
    this.#waiting.push({ resolve, reject });
    return promise;
  }

  /** The thread answers in the order in which it was asked. */
  settle(results: PostedResults): void {
    for (const [index, waiting] of this.#waiting.splice(0, results.length).entries()) {
      const result = results[index];
      if (typeof result === "number") waiting.resolve({ firstPosition: result });
      else if (result !== undefined) waiting.reject(errorOf(result));
    }
    if (this.#waiting.length === 0) this.#onIdle?.();
  }

  /** Refuses further commits; resolves when those that were accepted are settled. */
  stop(): Promise<void> {
    this.#refusal ??= new GaiaError("unavailable", "The store was closed.");
    if (this.#waiting.length === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    return promise;
  }

  die(error: GaiaError): void {
    this.#isDead = true;
    this.#refusal = error;
    this.#outgoing = [];
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    this.#onIdle?.();
  }

  #send(): void {
    const commits = this.#outgoing;
    this.#outgoing = [];
    if (commits.length > 0) this.#post?.(commits);
  }
}
