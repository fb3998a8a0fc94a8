import { BUILD_HOOK, buildPipelineOf, LIMITS } from "@gaia/contracts";
import type { Batch } from "../engine/batch.ts";
import type { SecretResolver } from "../engine/options.ts";
import type { Logger } from "../observe/port.ts";
import type { DeliveryRow, ProgramSourceRow, TriggerStore } from "../store/port.ts";
import { eventNamed } from "../triggers/webhooks/delivery.ts";
import { SenderProofs, type SignedAddress } from "../triggers/webhooks/sender-proofs.ts";
import type { Headers, Proof } from "../triggers/webhooks/signature.ts";
import type { BuildHookDesk, HookDelivery, PushDelivery } from "./port.ts";
import type { Sources } from "./sources.ts";

export interface BuildHooksOptions {
  readonly sources: Sources;
  readonly store: Pick<TriggerStore, "lastDeliveries">;
  readonly secret: SecretResolver;
  readonly now: () => number;
  readonly log: Logger;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  /** Looks at a source as soon as can be, and until that succeeds. */
  readonly soon: (row: ProgramSourceRow) => void;
}

/** A delivery whose sender knows the secret. */
export interface ProvedPush {
  readonly row: ProgramSourceRow;
  readonly proof: Proof;
  /** By the name that the sender gives it; null: none. */
  readonly event: string | null;
}

/** Of what came to an address only the last is remembered. */
const LAST = "last";
/** Forges try an address when it is entered. */
const PINGS: ReadonlySet<string | null> = new Set(["ping", "diagnostics:ping"]);

/**
 * Where forges tell of pushes to the repositories of programs. What they tell is a hint, and the repository is the fact:
 * it is looked at, so that nothing depends on what a delivery says, how often it comes, or in which order.
 */
export class BuildHooks implements BuildHookDesk {
  readonly #options: BuildHooksOptions;
  readonly #senders: SenderProofs;
  /** What was kept last of each address, by its id. */
  readonly #last = new Map<string, HookDelivery>();

  constructor(options: BuildHooksOptions) {
    this.#options = options;
    this.#senders = new SenderProofs(options);
  }

  /** Takes up what the store remembers. */
  async load(): Promise<void> {
    const { sources, store } = this.#options;
    const ids = sources
      .all()
      .filter(({ source }) => source.webhook !== null)
      .map(idOf);
    for (const { trigger, at, status, event, message } of await store.lastDeliveries(ids))
      this.#last.set(trigger, { at, status, event, message });
  }

  isOne(namespace: string, pipeline: string): boolean {
    return this.#options.sources.get(namespace, pipeline) !== null;
  }

  lastOf(row: ProgramSourceRow): HookDelivery | null {
    const kept = this.#last.get(idOf(row)) ?? null;
    const refused = this.#senders.turnedAway(idOf(row));
    if (refused === null || (kept !== null && kept.at > refused.at)) return kept;
    return { ...refused, status: "refused", event: null };
  }

  fingerprint(delivery: PushDelivery): string {
    const address = addressOf(this.#called(delivery));
    return this.#senders.fingerprint(address, [delivery.pipeline, BUILD_HOOK], delivery);
  }

  prove(delivery: PushDelivery): ProvedPush | null {
    const row = this.#called(delivery);
    const proof = this.#senders.prove(addressOf(row), delivery);
    return row && proof && { row, proof, event: eventOf(delivery.headers) };
  }

  async accept({ row, proof, event }: ProvedPush): ReturnType<BuildHookDesk["accept"]> {
    this.#senders.checkAge(addressOf(row), proof);
    if (PINGS.has(event)) {
      const message = "a ping starts nothing";
      await this.#keep([row], { status: "ignored", event, message });
      return { status: "ignored", run: null, message };
    }
    const rows = this.#toldBy(row);
    await this.#keep(rows, { status: "looking", event, message: "" });
    for (const one of rows) this.#options.soon(one);
    return { status: "looking", run: null, message: "" };
  }

  /** One address serves all pipelines of a repository that name its secret. */
  #toldBy({ namespace, source }: ProgramSourceRow): readonly ProgramSourceRow[] {
    return this.#options.sources
      .all()
      .filter(
        (other) =>
          other.namespace === namespace &&
          other.source.kind === "git" &&
          other.source.webhook === source.webhook &&
          plainAddress(other.source.url) === plainAddress(source.url),
      );
  }

  async #keep(
    rows: readonly ProgramSourceRow[],
    what: Pick<DeliveryRow, "status" | "event" | "message">,
  ): Promise<void> {
    const at = this.#options.now();
    const kept = { at, ...what };
    await this.#options.submit((batch) => {
      for (const row of rows) batch.saveDelivery({ trigger: idOf(row), key: LAST, run: null, ...kept });
    });
    for (const row of rows) this.#last.set(idOf(row), kept);
  }

  /** Null: there is none at that address. */
  #called({ namespace, pipeline }: PushDelivery): ProgramSourceRow | null {
    return this.#options.sources.get(namespace, pipeline);
  }
}

function addressOf(row: ProgramSourceRow): SignedAddress;
function addressOf(row: ProgramSourceRow | null): SignedAddress | null;
function addressOf(row: ProgramSourceRow | null): SignedAddress | null {
  if (row === null) return null;
  const { namespace, pipeline, source } = row;
  const asker = { namespace, pipeline: buildPipelineOf(pipeline) };
  return { id: idOf(row), pipeline, secret: source.webhook, asker };
}

/** Of a pipeline that was removed another one of its name has nothing. */
function idOf({ namespace, pipeline, firstVersion }: ProgramSourceRow): string {
  return `build ${namespace} ${pipeline} ${firstVersion}`;
}

/** Forges take an address with `.git` and without. */
function plainAddress(url: string): string {
  return url.replace(/\/+$/, "").replace(/\.git$/, "");
}

function eventOf(headers: Headers): string | null {
  return eventNamed(headers)?.slice(0, LIMITS.nameCharacters) ?? null;
}
