import { errorFrom, GaiaError, LIMITS } from "@gaia/contracts";
import type { Batch } from "../../engine/batch.ts";
import type { Clock } from "../../engine/clock.ts";
import type { Logger } from "../../observe/port.ts";
import { type GitTrigger, renderTriggerInputs } from "../../pipelines/index.ts";
import { type Item, Looking, type Problem } from "../../repositories/index.ts";
import type { Actor, DeliveryRow, TriggerRow } from "../../store/port.ts";
import { newRunId } from "../firing.ts";
import type { ForgeEvent } from "./forge-event.ts";
import { filterRefusal, gitFactsOf } from "./git-filter.ts";
import { mayPass, type StartOnTrigger, statusWish } from "./start.ts";

/** The commits at which branches and tags stand, by their whole names. */
export type Refs = Readonly<Record<string, string>>;

/** What is kept of a trigger that is looked at: what it says, and what was seen last. */
export interface PolledSpec extends GitTrigger {
  /**
   * All of them, so that those which a new version wants as well are known already. Not there: it was not looked at yet,
   * or is paused, and what is there then starts nothing.
   */
  readonly seen?: Refs;
}

export interface PollingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that are looked at, as they are now. */
  readonly rows: () => readonly TriggerRow[];
  /** As it is now; null: it is gone. */
  readonly row: (id: string) => TriggerRow | null;
  readonly save: (batch: Batch, row: TriggerRow) => void;
  readonly submit: (work: (batch: Batch) => void) => Promise<void>;
  readonly start: StartOnTrigger;
  /** Asks the repository. @throws when it cannot be read */
  readonly look: (row: TriggerRow, trigger: GitTrigger, signal: AbortSignal) => Promise<Refs>;
  /** Names of the files that differ between two commits; null: it cannot be told. @throws when it cannot be read now */
  readonly changed: (
    row: TriggerRow,
    trigger: GitTrigger,
    commits: { readonly before: string; readonly after: string },
  ) => Promise<readonly string[] | null>;
}

const ACTOR: Actor = { kind: "system", id: "git", via: "trigger" };

/** Looks at repositories for commits, where no forge tells of them. What was seen and the run on it are one commit. */
export class CommitPolling {
  readonly #options: PollingOptions;
  readonly #looking: Looking<Refs>;

  constructor(options: PollingOptions) {
    this.#options = options;
    const { clock, log, rows } = options;
    this.#looking = new Looking({
      clock,
      log,
      items: () =>
        rows()
          .filter(({ paused }) => !paused)
          .map((row) => this.#itemOf(row)),
    });
  }

  start(): void {
    this.#looking.start();
  }

  close(): Promise<void> {
    return this.#looking.close();
  }

  /** Why a trigger's repository could not be looked at the last time; null: it could, or was not yet. */
  problemOf(id: string): Problem | null {
    return this.#looking.problemOf(id);
  }

  #itemOf(row: TriggerRow): Item<Refs> {
    const trigger = specOf(row);
    return {
      key: row.id,
      identity: identityOf(trigger),
      pipeline: row.pipeline,
      intervalMs: trigger.intervalMs,
      look: async (signal) => limited(await this.#options.look(row, trigger, signal)),
      found: async (refs) => {
        await this.#compare(row.id, identityOf(trigger), refs);
        return "settled";
      },
    };
  }

  async #compare(id: string, identity: string, refs: Refs): Promise<void> {
    const before = this.#current(id, identity)?.spec.seen;
    for (const [ref, commit] of Object.entries(refs)) {
      if (before === undefined || before[ref] === commit) continue;
      const event = await this.#withPaths(id, identity, eventOf(ref, commit, before[ref] ?? null));
      const now = this.#current(id, identity);
      // Paused since, or another repository: nothing of this look starts anything any more.
      if (now?.spec.seen === undefined) return;
      if (filterRefusal(now.spec, event) === null) await this.#startOn(now.row, now.spec, event);
    }
    if (this.#isSeen(id, identity, refs)) return;
    await this.#options.submit((batch) =>
      this.#keep(batch, id, identity, (seen) => (before === undefined ? (seen ?? refs) : seen && refs)),
    );
  }

  /** With the files that a push changes, where it depends on them. What is new as a whole is not compared. */
  async #withPaths(id: string, identity: string, event: ForgeEvent): Promise<ForgeEvent> {
    const now = this.#current(id, identity);
    const { kind, before, commit: after } = event;
    if (now === null || now.spec.paths === null || kind !== "push" || before === null) return event;
    if (filterRefusal(now.spec, event) !== null) return event;
    return { ...event, paths: await this.#options.changed(now.row, now.spec, { before, after }) };
  }

  async #startOn(row: TriggerRow, trigger: PolledSpec, event: ForgeEvent): Promise<void> {
    const { start, clock, submit } = this.#options;
    const { ref, commit, before } = event;
    const at = clock.now();
    const id = newRunId(at, `${row.id}@${ref}@${commit}@${before ?? ""}`);
    const delivery = { trigger: row.id, key: id, at, event: event.kind };
    const see = (batch: Batch, firedAt: number | null): void =>
      this.#keep(batch, row.id, identityOf(trigger), (seen) => seen && { ...seen, [ref]: commit }, firedAt);
    const noted = { trigger: row.id, ref, commit };
    try {
      const inputs = renderTriggerInputs(trigger.inputs, { git: gitFactsOf(event) });
      if (inputs.kind === "error") throw new GaiaError("invalid_input", `${inputs.message}.`);
      await start({
        namespace: row.namespace,
        pipeline: row.pipeline,
        inputs: inputs.inputs,
        id,
        trigger: "git",
        actor: ACTOR,
        extra: (batch) => {
          see(batch, at);
          batch.saveDelivery({ ...delivery, status: "started", message: "", run: id });
          note(batch, row, "trigger.fired", { ...noted, run: id });
        },
        status: statusWish(row, commit),
      });
    } catch (caught) {
      const error = errorFrom(caught);
      if (mayPass(error)) throw error;
      const { message } = error;
      await submit((batch) => {
        see(batch, null);
        batch.saveDelivery({ ...delivery, status: "failed", message, run: null } satisfies DeliveryRow);
        note(batch, row, "trigger.failed", { ...noted, message });
      });
    }
  }

  /** A trigger as it is now; null: it does not look at that repository any more. */
  #current(id: string, identity: string): { readonly row: TriggerRow; readonly spec: PolledSpec } | null {
    const row = this.#options.row(id);
    if (row === null || row.paused) return null;
    const spec = specOf(row);
    return identityOf(spec) === identity ? { row, spec } : null;
  }

  #isSeen(id: string, identity: string, refs: Refs): boolean {
    const { seen } = this.#current(id, identity)?.spec ?? {};
    if (seen === undefined) return false;
    const names = Object.keys(refs);
    return names.length === Object.keys(seen).length && names.every((ref) => seen[ref] === refs[ref]);
  }

  /** What was seen becomes different, in whatever the trigger is by then; undefined: nothing is known. */
  #keep(
    batch: Batch,
    id: string,
    identity: string,
    change: (seen: Refs | undefined) => Refs | undefined,
    firedAt: number | null = null,
  ): void {
    const now = this.#current(id, identity);
    const seen = now === null ? undefined : change(now.spec.seen);
    if (now === null || seen === undefined) return;
    const { row, spec } = now;
    this.#options.save(batch, {
      ...row,
      lastAt: firedAt ?? row.lastAt,
      spec: { ...spec, seen } satisfies PolledSpec,
    });
  }
}

/** Whether a repository has to be looked at: nobody tells of it. */
export function isPolled({ repository, secret }: Pick<GitTrigger, "repository" | "secret">): boolean {
  return repository !== null && secret === null;
}

/** On what the answer of a look depends. */
export function identityOf({ repository, credential, knownHosts }: GitTrigger): string {
  return JSON.stringify([repository, credential, knownHosts]);
}

/** @throws GaiaError `too_large` */
function limited(refs: Refs): Refs {
  const count = Object.keys(refs).length;
  if (count <= LIMITS.polledRefs) return refs;
  throw new GaiaError(
    "too_large",
    `It has ${count} branches and tags; a repository that is looked at may have ${LIMITS.polledRefs} (polledRefs). Name the \`secret\` with which the forge signs, and let it tell of pushes.`,
  );
}

function eventOf(ref: string, commit: string, before: string | null): ForgeEvent {
  const isTag = ref.startsWith("refs/tags/");
  const name = ref.replace(/^refs\/(heads|tags)\//, "");
  return {
    kind: isTag ? "tag" : "push",
    repository: "",
    ref,
    branch: isTag ? null : name,
    tag: isTag ? name : null,
    commit,
    before,
    number: null,
    title: "",
    author: "",
    url: "",
    paths: null,
  };
}

function note(batch: Batch, { namespace, pipeline }: TriggerRow, kind: string, body: object): void {
  batch.note({ namespace, at: batch.now, actor: ACTOR, kind, subject: pipeline, body });
}

/** Written by `follow`, and here. */
function specOf(row: TriggerRow): PolledSpec {
  return row.spec as PolledSpec;
}
