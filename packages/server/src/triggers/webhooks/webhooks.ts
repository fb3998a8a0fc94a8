import { errorFrom, GaiaError, LIMITS } from "@gaia/contracts";
import { GitError } from "@gaia/git";
import type { Batch } from "../../engine/batch.ts";
import type { SecretResolver } from "../../engine/options.ts";
import type { Logger } from "../../observe/port.ts";
import { type DeliveredFacts, type GitTrigger, renderTriggerInputs } from "../../pipelines/index.ts";
import { type Problem, SharedLooks } from "../../repositories/index.ts";
import type { Actor, DeliveryRow, TriggerRow, TriggerStore } from "../../store/port.ts";
import { newRunId } from "../firing.ts";
import { type ArmedTriggers, triggerOf } from "./armed.ts";
import { bodyKey, type Delivery, factsOf, refusalOf } from "./delivery.ts";
import { type ForgeEvent, forgeEventsOf, isWholeCommit } from "./forge-event.ts";
import { eventRefusal, gitFactsOf } from "./git-filter.ts";
import { identityOf, type Refs } from "./polling.ts";
import { SenderProofs, type SignedAddress, type TurnedAway } from "./sender-proofs.ts";
import type { Proof } from "./signature.ts";
import { mayPass, type StartOnTrigger, statusWish } from "./start.ts";

export interface WebhookOptions {
  readonly armed: ArmedTriggers;
  readonly store: Pick<TriggerStore, "delivery">;
  readonly log: Logger;
  readonly now: () => number;
  readonly secret: SecretResolver;
  readonly start: StartOnTrigger;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  /** Why the repository of a trigger cannot be looked at; null: it can, or is not. */
  readonly lookProblem: (trigger: string) => Problem | null;
  /** Asks a repository for its branches and tags. @throws when it cannot be read */
  readonly refs: (row: TriggerRow, trigger: GitTrigger) => Promise<Refs>;
}

/** A delivery whose sender knows the secret. */
export interface ProvedDelivery {
  readonly row: TriggerRow;
  readonly delivery: Delivery;
  readonly proof: Proof;
}

/** What became of a delivery. */
export interface DeliveryOutcome {
  /** `repeated`: it had started a run before. */
  readonly status: "started" | "repeated" | "ignored";
  readonly run: string | null;
  /** Why it started none; empty: it did. */
  readonly message: string;
}

/** What is known of a delivery before it is dealt with. */
type Kept = Omit<DeliveryRow, "status" | "message" | "run">;

/** Starts runs when senders deliver. A delivery and its run are one commit: however often it comes, it starts one run. */
export class Webhooks {
  readonly #options: WebhookOptions;
  readonly #senders: SenderProofs;
  /** For deliveries that wait for what a repository says. */
  readonly #looks = new SharedLooks<Refs>();
  /** Deliveries that are being dealt with: the same one again waits for what becomes of the first. */
  readonly #underWay = new Map<string, Promise<DeliveryOutcome>>();

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#senders = new SenderProofs(options);
  }

  /** The last delivery to a trigger that was turned away since the server started, or why it cannot be looked at. */
  turnedAway(trigger: string): (TurnedAway & { readonly status: "refused" | "unreachable" }) | null {
    const problem = this.#options.lookProblem(trigger);
    if (problem !== null) return { ...problem, status: "unreachable" };
    const last = this.#senders.turnedAway(trigger);
    return last && { ...last, status: "refused" };
  }

  /** What a sender that is wrong would have to change to be another try. */
  fingerprint(delivery: Delivery): string {
    const { pipeline, name } = delivery;
    return this.#senders.fingerprint(addressOf(this.#called(delivery)), [pipeline, name], delivery);
  }

  /** Null: there is no such webhook, or the sender does not know its secret; which of them is not told. */
  prove(delivery: Delivery): ProvedDelivery | null {
    const row = this.#called(delivery);
    const proof = this.#senders.prove(addressOf(row), delivery);
    return row && proof && { row, delivery, proof };
  }

  /**
   * Deals with a delivery.
   * @throws GaiaError `invalid_request` (too old, not JSON), `invalid_input` (no run can be started from it), or what
   * keeps the server from starting it now: then the sender tries again
   */
  async accept(proved: ProvedDelivery): Promise<DeliveryOutcome> {
    this.#senders.checkAge(addressOf(proved.row), proved.proof);
    const facts = this.#read(proved);
    const key = keyOf(proved, facts);
    const place = JSON.stringify([proved.row.id, key]);
    const first = this.#underWay.get(place);
    if (first !== undefined) {
      const { status, run, message } = await first;
      return status === "started" ? repeated(run) : { status, run, message };
    }
    const work = this.#deal(proved, facts, key);
    this.#underWay.set(place, work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(place);
    }
  }

  async #deal(
    { row, delivery }: ProvedDelivery,
    facts: DeliveredFacts,
    key: string,
  ): Promise<DeliveryOutcome> {
    const known = await this.#options.store.delivery(row.id, key);
    if (known?.status === "started") return repeated(known.run);
    const kept: Kept = {
      trigger: row.id,
      key,
      at: this.#options.now(),
      event: facts.event?.slice(0, LIMITS.nameCharacters) ?? null,
    };
    try {
      const trigger = triggerOf(row);
      if (trigger.kind === "webhook") {
        const why = refusalOf(trigger, facts);
        if (why !== null) return await this.#ignore(kept, why);
        return await this.#start(row, delivery, renderTriggerInputs(trigger.inputs, facts), kept, null);
      }
      return await this.#startOnCommits(row, trigger, delivery, facts, kept, known);
    } catch (caught) {
      const error = errorFrom(caught);
      if (mayPass(error)) throw error;
      await this.#fail(row, delivery, kept, error.message);
      throw error;
    }
  }

  /** One run for each event that counts; most deliveries tell of one. What the sender hears is about the first. */
  async #startOnCommits(
    row: TriggerRow,
    trigger: GitTrigger,
    delivery: Delivery,
    { headers, body }: DeliveredFacts,
    kept: Kept,
    before: DeliveryRow | null,
  ): Promise<DeliveryOutcome> {
    const events: { readonly event: ForgeEvent; readonly why: string | null }[] = [];
    for (const told of forgeEventsOf(headers, body)) {
      const stray = strayOf(told, trigger);
      // That it was none is known, and no reason to look each time that it is sent again.
      const why = eventRefusal(trigger, told) ?? (before?.message === stray ? stray : null);
      const event = why === null ? await this.#withCommit(row, trigger, told) : null;
      events.push({ event: event ?? told, why: why ?? (event === null ? stray : null) });
    }
    const counting = events.filter(({ why }) => why === null);
    if (counting.length === 0) {
      const [first] = events;
      return this.#ignore(kept, first?.why ?? "it is no push, tag or pull request that brings commits");
    }
    const outcomes: DeliveryOutcome[] = [];
    for (const [index, { event }] of counting.entries()) {
      const rendered = renderTriggerInputs(trigger.inputs, { git: gitFactsOf(event) });
      if (rendered.kind === "error") throw new GaiaError("invalid_input", `${rendered.message}.`);
      // The row that stands for the whole delivery comes with the last run: sent again, it goes on where it was cut off.
      const key = index === counting.length - 1 ? kept.key : `${kept.key}#${index}`;
      const known: DeliveryRow | null = await this.#options.store.delivery(row.id, key);
      const isStarted = known?.status === "started";
      outcomes.push(
        isStarted
          ? repeated(known.run)
          : await this.#start(row, delivery, rendered, { ...kept, key }, event.commit),
      );
    }
    return outcomes.find(({ status }) => status === "started") ?? outcomes[0] ?? repeated(null);
  }

  /** Bitbucket Cloud abbreviates the commits of pull requests. Null: their branch does not stand there. */
  async #withCommit(row: TriggerRow, trigger: GitTrigger, event: ForgeEvent): Promise<ForgeEvent | null> {
    if (isWholeCommit(event.commit)) return event;
    try {
      const place = JSON.stringify([row.id, identityOf(trigger)]);
      const refs = await this.#looks.ask(place, () => this.#options.refs(row, trigger));
      const commit = refs[event.ref];
      return commit?.startsWith(event.commit) === true ? { ...event, commit } : null;
    } catch (caught) {
      const why = caught instanceof GitError ? caught.message : errorFrom(caught).message;
      const message = `which commit ${event.commit} is cannot be asked: ${why}`;
      this.#turnAway(row, message);
      throw new GaiaError("unavailable", `The delivery has to come again: ${message}`);
    }
  }

  async #start(
    row: TriggerRow,
    delivery: Delivery,
    inputs: ReturnType<typeof renderTriggerInputs>,
    kept: Kept,
    commit: string | null,
  ): Promise<DeliveryOutcome> {
    if (inputs.kind === "error") throw new GaiaError("invalid_input", `${inputs.message}.`);
    const { namespace, pipeline } = row;
    const { kind } = triggerOf(row);
    const id = newRunId(kept.at, `${row.id}@${kept.key}`);
    const held = await this.#options.start({
      namespace,
      pipeline,
      inputs: inputs.inputs,
      id,
      trigger: kind,
      actor: { kind: "system", id: kind, via: "trigger" },
      extra: (batch) => {
        const { armed } = this.#options;
        const now = armed.row(row.id);
        if (now !== null) armed.save(batch, { ...now, lastAt: kept.at });
        batch.saveDelivery({ ...kept, status: "started", message: "", run: id });
        note(batch, row, "trigger.fired", { ...noted(row, delivery, kept), run: id });
      },
      status: commit === null ? null : statusWish(row, commit),
    });
    return held === null
      ? this.#ignore(kept, "the pipeline is paused")
      : { status: "started", run: id, message: "" };
  }

  async #ignore(kept: Kept, message: string): Promise<DeliveryOutcome> {
    await this.#options.submit((batch) =>
      batch.saveDelivery({ ...kept, status: "ignored", message, run: null }),
    );
    return { status: "ignored", run: null, message };
  }

  async #fail(row: TriggerRow, delivery: Delivery, kept: Kept, message: string): Promise<void> {
    this.#options.log.error(
      { trigger: row.id, pipeline: row.pipeline, delivery: kept.key, why: message },
      "a trigger could not start its run",
    );
    await this.#options.submit((batch) => {
      batch.saveDelivery({ ...kept, status: "failed", message, run: null });
      note(batch, row, "trigger.failed", { ...noted(row, delivery, kept), message });
    });
  }

  #read({ row, delivery }: ProvedDelivery): DeliveredFacts {
    try {
      return factsOf(delivery);
    } catch (caught) {
      this.#turnAway(row, errorFrom(caught).message);
      throw caught;
    }
  }

  /** Null: there is none at that address. */
  #called({ namespace, pipeline, name }: Delivery): TriggerRow | null {
    return this.#options.armed.named(namespace, pipeline, name);
  }

  #turnAway(row: TriggerRow, message: string): void {
    this.#senders.turnAway(addressOf(row), message);
  }
}

function addressOf(row: TriggerRow): SignedAddress;
function addressOf(row: TriggerRow | null): SignedAddress | null;
function addressOf(row: TriggerRow | null): SignedAddress | null {
  return row && { id: row.id, pipeline: row.pipeline, secret: triggerOf(row).secret, asker: row };
}

/**
 * What a delivery is known by when it comes again. No two events of a forge have the same body, and unlike the id of a
 * delivery the body is signed: whoever sends it under another id starts nothing.
 */
function keyOf({ row, delivery }: ProvedDelivery, facts: DeliveredFacts): string {
  return row.kind === "git" ? bodyKey(delivery.body) : facts.delivery;
}

/** Says of which repository, so that it is asked anew when the trigger names another one. */
function strayOf({ commit, ref }: ForgeEvent, { repository }: GitTrigger): string {
  return `its commit ${commit} is not what ${ref} of ${repository} leads to: it has moved on since, or is a fork's`;
}

function repeated(run: string | null): DeliveryOutcome {
  return { status: "repeated", run, message: "this delivery has started a run already" };
}

function noted(
  row: TriggerRow,
  delivery: Delivery,
  { key, event }: Pick<DeliveryRow, "key" | "event">,
): Readonly<Record<string, string | null>> {
  return { trigger: row.id, webhook: delivery.name, delivery: key, event, from: delivery.from };
}

function note(batch: Batch, row: TriggerRow, kind: string, body: object): void {
  const actor: Actor = { kind: "system", id: row.kind, via: "trigger" };
  batch.note({ namespace: row.namespace, at: batch.now, actor, kind, subject: row.pipeline, body });
}
