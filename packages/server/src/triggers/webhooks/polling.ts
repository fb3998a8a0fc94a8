import { errorFrom, GaiaError } from "@gaia/contracts";
import { GitError } from "@gaia/git";
import type { Batch } from "../../engine/batch.ts";
import type { Cancel, Clock } from "../../engine/clock.ts";
import type { Logger } from "../../observe/port.ts";
import { type GitTrigger, renderTriggerInputs } from "../../pipelines/index.ts";
import type { TriggerRow } from "../../store/port.ts";
import { newRunId } from "../firing.ts";
import type { ForgeEvent } from "./forge-event.ts";
import { eventRefusal, gitFactsOf } from "./git-filter.ts";
import { mayPass, type StartOnTrigger, statusWish } from "./start.ts";

/** The commits at which branches and tags stand, by their whole names. */
export type Refs = Readonly<Record<string, string>>;

/** What is kept of a trigger that is looked at: what it says, and what was seen last. */
export interface PolledSpec extends GitTrigger {
  /** Not there: it was not looked at yet, and what is there then starts nothing. */
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
  /** Told why a repository cannot be looked at; null: it can. */
  readonly onProblem: (row: TriggerRow, problem: string | null) => void;
}

/** Triggers are gone through at this pace: new ones, and those that are due. */
const TICK_MS = 1_000;
/** Each is a `git` and a connection. */
const LOOKS_AT_ONCE = 4;
/** A repository that cannot be read is looked at more and more seldom, but at least so often. */
const SELDOM_MS = 3_600_000;

interface Due {
  /** By the monotonic clock. */
  at: number;
  failures: number;
}

/** Looks at repositories for commits, where no forge tells of them. What was seen and the run on it are one commit. */
export class CommitPolling {
  readonly #options: PollingOptions;
  readonly #due = new Map<string, Due>();
  readonly #looking = new Map<string, Promise<void>>();
  readonly #abort = new AbortController();
  #cancel: Cancel | null = null;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(TICK_MS, () => {
      this.#tick();
      this.start();
    });
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#abort.abort();
    await Promise.all(this.#looking.values());
  }

  #tick(): void {
    const rows = this.#options.rows().filter(({ paused }) => !paused);
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.#due.keys()) if (!ids.has(id)) this.#due.delete(id);
    const now = this.#options.clock.elapsed();
    for (const row of rows) {
      if (this.#looking.size >= LOOKS_AT_ONCE) return;
      const due = this.#due.get(row.id) ?? { at: now, failures: 0 };
      this.#due.set(row.id, due);
      if (due.at > now || this.#looking.has(row.id)) continue;
      const looking = this.#look(row, due).finally(() => this.#looking.delete(row.id));
      this.#looking.set(row.id, looking);
    }
  }

  async #look(row: TriggerRow, due: Due): Promise<void> {
    const { look, onProblem, log, clock } = this.#options;
    const trigger = specOf(row);
    try {
      const refs = ofInterest(trigger, await look(row, trigger, this.#abort.signal));
      due.failures = 0;
      onProblem(row, null);
      await this.#compare(row.id, refs);
    } catch (caught) {
      if (this.#abort.signal.aborted) return;
      due.failures += 1;
      const problem = caught instanceof GitError ? caught.message : errorFrom(caught).message;
      // Told once: it would be the same each minute.
      if (due.failures === 1)
        log.warn({ pipeline: row.pipeline, why: problem }, "a repository cannot be looked at");
      onProblem(row, problem);
    } finally {
      const wait = trigger.intervalMs * 2 ** Math.min(due.failures, 20);
      due.at = clock.elapsed() + Math.min(wait, Math.max(trigger.intervalMs, SELDOM_MS));
    }
  }

  async #compare(id: string, refs: Refs): Promise<void> {
    const row = this.#options.row(id);
    if (row === null || row.paused) return;
    const { seen } = specOf(row);
    if (seen === undefined) return this.#see(id, () => refs);
    for (const [ref, commit] of Object.entries(refs))
      if (seen[ref] !== commit) await this.#startOn(row, ref, commit, seen[ref] ?? null);
    const gone = Object.keys(seen).filter((ref) => refs[ref] === undefined);
    if (gone.length > 0)
      await this.#see(id, (known) =>
        Object.fromEntries(Object.entries(known).filter(([ref]) => !gone.includes(ref))),
      );
  }

  async #startOn(row: TriggerRow, ref: string, commit: string, before: string | null): Promise<void> {
    const { start, clock, submit } = this.#options;
    const event = eventOf(ref, commit, before);
    const at = clock.now();
    const change = (known: Refs): Refs => ({ ...known, [ref]: commit });
    try {
      const inputs = renderTriggerInputs(specOf(row).inputs, { git: gitFactsOf(event) });
      if (inputs.kind === "error") throw new GaiaError("invalid_input", `${inputs.message}.`);
      const held = await start({
        namespace: row.namespace,
        pipeline: row.pipeline,
        inputs: { ...inputs.inputs, commit },
        id: newRunId(at, `${row.id}@${ref}@${commit}@${before ?? ""}`),
        trigger: "git",
        actor: { kind: "system", id: "git", via: "trigger" },
        extra: (batch) => this.#keep(batch, row.id, change, at),
        status: statusWish(row, commit),
      });
      // Paused since: what comes in a pause starts nothing.
      if (held === null) await this.#see(row.id, change);
    } catch (caught) {
      const error = errorFrom(caught);
      if (mayPass(error)) throw error;
      await submit((batch) => {
        this.#keep(batch, row.id, change, null);
        const actor = { kind: "system", id: "git", via: "trigger" } as const;
        const body = { trigger: row.id, ref, commit, message: error.message };
        batch.note({
          namespace: row.namespace,
          at: batch.now,
          actor,
          kind: "trigger.failed",
          subject: row.pipeline,
          body,
        });
      });
    }
  }

  #see(id: string, change: (known: Refs) => Refs): Promise<void> {
    return this.#options.submit((batch) => this.#keep(batch, id, change, null));
  }

  /** What was seen becomes different, in whatever the trigger is by now. */
  #keep(batch: Batch, id: string, change: (known: Refs) => Refs, firedAt: number | null): void {
    const row = this.#options.row(id);
    if (row === null) return;
    const spec = specOf(row);
    this.#options.save(batch, {
      ...row,
      lastAt: firedAt ?? row.lastAt,
      spec: { ...spec, seen: change(spec.seen ?? {}) } satisfies PolledSpec,
    });
  }
}

/** Whether a repository has to be looked at: nobody tells of it. */
export function isPolled({
  repository,
  secret,
  paths,
}: Pick<GitTrigger, "repository" | "secret" | "paths">): boolean {
  return repository !== null && secret === null && paths === null;
}

/** Branches and tags that can start runs: of the others nothing is remembered. */
function ofInterest(trigger: GitTrigger, refs: Refs): Refs {
  return Object.fromEntries(
    Object.entries(refs).filter(([ref, commit]) => {
      const event = eventOf(ref, commit, null);
      return eventRefusal({ ...trigger, repository: `/${event.repository}` }, event) === null;
    }),
  );
}

function eventOf(ref: string, commit: string, before: string | null): ForgeEvent {
  const isTag = ref.startsWith("refs/tags/");
  const name = ref.replace(/^refs\/(heads|tags)\//, "");
  return {
    kind: isTag ? "tag" : "push",
    repository: "polled",
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

/** Written by `follow`, and here. */
function specOf(row: TriggerRow): PolledSpec {
  return row.spec as PolledSpec;
}
