import { buildPipelineOf, GaiaError, LIMITS } from "@gaia/contracts";
import { createHash } from "node:crypto";
import type { Batch } from "../engine/batch.ts";
import type { SecretResolver } from "../engine/options.ts";
import type { Logger } from "../observe/port.ts";
import type { DeliveryRow, ProgramSourceRow, TriggerStore } from "../store/port.ts";
import { eventNamed } from "../triggers/webhooks/delivery.ts";
import {
  ageProblem,
  type Headers,
  type Proof,
  PROOF_HEADERS,
  proofOf,
} from "../triggers/webhooks/signature.ts";
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

/** A secret for addresses that are none, so that their refusal takes as long as any other. */
const NOBODYS = "no secret at all";
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
  /** What came last to each address, by its id. */
  readonly #last = new Map<string, HookDelivery>();

  constructor(options: BuildHooksOptions) {
    this.#options = options;
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
    return this.#last.get(idOf(row)) ?? null;
  }

  fingerprint({ namespace, pipeline, headers, body }: PushDelivery): string {
    const row = this.#options.sources.get(namespace, pipeline);
    const proofs = [...PROOF_HEADERS].map((header) => headers[header] ?? null);
    return JSON.stringify([
      pipeline,
      proofs,
      hashOf(body),
      hashOf(JSON.stringify(row && this.#secretOf(row))),
    ]);
  }

  prove({ namespace, pipeline, headers, body }: PushDelivery): ProvedPush | null {
    const row = this.#options.sources.get(namespace, pipeline);
    const secret = row && this.#secretOf(row);
    const proof = proofOf(headers, body, secret?.kind === "value" ? secret.value : NOBODYS);
    if (row === null || secret === null) return null;
    const named = row.source.webhook ?? "";
    if (secret.kind === "refused") this.#turnAway(row, `its secret is ${named}, ${secret.why}`);
    else if (proof === null)
      this.#turnAway(row, `its signature is missing or not made with the secret ${named}`);
    else return { row, proof, event: eventOf(headers) };
    return null;
  }

  async accept({ row, proof, event }: ProvedPush): ReturnType<BuildHookDesk["accept"]> {
    const old = ageProblem(proof, this.#options.now());
    if (old !== null) {
      this.#turnAway(row, old);
      throw new GaiaError("invalid_request", `The delivery is refused: ${old}.`);
    }
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
          repositoryOf(other.source.url) === repositoryOf(source.url),
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

  /** Null: it has none, so nobody can call it. */
  #secretOf({ namespace, pipeline, source }: ProgramSourceRow): ReturnType<SecretResolver> | null {
    const { webhook } = source;
    return webhook === null
      ? null
      : this.#options.secret(webhook, { namespace, pipeline: buildPipelineOf(pipeline) });
  }

  /** Not durable: anybody can cause it. */
  #turnAway(row: ProgramSourceRow, message: string): void {
    const { now, log } = this.#options;
    this.#last.set(idOf(row), { at: now(), status: "refused", event: null, message });
    log.warn({ pipeline: row.pipeline, why: message }, "a delivery to a webhook was turned away");
  }
}

/** Of a pipeline that was removed another one of its name has nothing. */
function idOf({ namespace, pipeline, firstVersion }: ProgramSourceRow): string {
  return `build ${namespace} ${pipeline} ${firstVersion}`;
}

/** Forges take an address with `.git` and without. */
function repositoryOf(url: string): string {
  return url.replace(/\/+$/, "").replace(/\.git$/, "");
}

function eventOf(headers: Headers): string | null {
  return eventNamed(headers)?.slice(0, LIMITS.nameCharacters) ?? null;
}

function hashOf(text: string | Buffer): string {
  return createHash("sha256").update(text).digest("hex");
}
