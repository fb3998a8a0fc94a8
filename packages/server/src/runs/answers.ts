import { GaiaError } from "@gaia/contracts";
import { createHash } from "node:crypto";
import type { Batch } from "../engine/batch.ts";
import type { HeldRun } from "../engine/port.ts";
import type { Store } from "../store/port.ts";
import type { Caller } from "./port.ts";

/** A repeated request is recognised for so long. */
const KEPT_MS = 24 * 3_600_000;

/** Answers a repeated request as it was answered before: the answer is written in the commit that creates the run. */
export class Answers {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #underWay = new Map<string, Promise<HeldRun>>();

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async once(
    caller: Caller,
    request: unknown,
    make: (extra: (batch: Batch, held: HeldRun) => void) => Promise<HeldRun>,
    find: (id: string) => Promise<HeldRun>,
  ): Promise<HeldRun> {
    const key = caller.idempotencyKey;
    if (key === null) return make(() => undefined);
    const { namespace } = caller;
    const fingerprint = createHash("sha256").update(JSON.stringify(request)).digest("hex");
    const name = `${namespace}\n${key}`;
    await this.#underWay.get(name)?.catch(() => undefined);
    const known = await this.#store.runs.answer(namespace, key, this.#now() - KEPT_MS);
    if (known !== null) {
      if (known.fingerprint !== fingerprint) {
        throw new GaiaError(
          "idempotency_conflict",
          `The idempotency key \`${key}\` was used for another request. Use a new key.`,
        );
      }
      return find(String((known.answer as { run_id?: unknown }).run_id));
    }
    const made = make((batch, held) =>
      batch.answer({ namespace, key, fingerprint, at: batch.now, answer: { run_id: held.id } }),
    );
    this.#underWay.set(name, made);
    return made.finally(() => this.#underWay.delete(name));
  }
}
