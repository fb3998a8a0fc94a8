import { buildPipelineOf, type PipelineView } from "@gaia/contracts";
import type { ProgramState } from "../programs/port.ts";
import type { Caller } from "../runs/port.ts";
import type { PipelineHistory, PipelineRow, TriggerRow } from "../store/port.ts";
import type { ApiContext } from "./context.ts";
import type { DescribedWorkflow, StatusDesk } from "./port.ts";
import { type Firing, lastFirings, shownTriggers } from "./triggers.ts";
import { pipelineView } from "./views/pipeline-view.ts";
import { workflowRow } from "./workflows.ts";

const FIGURES_MS = 30 * 86_400_000;
/** What definitions say is kept of so many versions; a definition itself may be a megabyte. */
const DESCRIBED_KEPT = 2_000;

/** What lists show of a definition. */
export type Brief = Pick<
  DescribedWorkflow,
  "description" | "inputs" | "triggers" | "tags" | "settings" | "concurrency"
>;

/** What a pipeline is shown with. */
export interface PipelineParts {
  /** The version in force. */
  readonly row: PipelineRow;
  readonly newestVersion: number;
  /** Null: it is not built from anywhere. */
  readonly program: ProgramState | null;
  /** Why its forge could not be told of a build; null: it could. */
  readonly statusProblem: ReturnType<StatusDesk["problemOf"]>;
  readonly brief: Brief;
  readonly history: PipelineHistory;
  readonly triggers: readonly TriggerRow[];
  readonly firings: ReadonlyMap<string, Firing>;
}

export interface PipelineQuery {
  readonly namespace: string;
  readonly search: string | null;
  readonly kind: string | null;
  readonly tag: string | null;
  /** Of the latest run. */
  readonly status: string | null;
  readonly paused: boolean | null;
  readonly cursor: string | null;
  readonly limit: number;
}

/** Pipelines with their last runs, as lists and pages show them. */
export class Pipelines {
  readonly #context: ApiContext;
  readonly #briefs = new Map<string, Brief>();

  constructor(context: ApiContext) {
    this.#context = context;
  }

  /** By name. What the store does not filter is read page by page until enough match: a page is not empty before the end. */
  async page(query: PipelineQuery): Promise<{
    readonly items: readonly PipelineView[];
    readonly next_cursor: string | null;
  }> {
    const { store, now } = this.#context.deps;
    const { namespace, search, limit } = query;
    const items: PipelineView[] = [];
    let from = query.cursor;
    for (;;) {
      const page = await store.pipelines.list(namespace, search, from, limit - items.length);
      const rows = await this.#matching(page.items, query);
      const parts = await this.parts(namespace, rows);
      const views = parts.map((one) => pipelineView(one, now()));
      items.push(
        ...views.filter((view) => query.status === null || view.recent.at(-1)?.status === query.status),
      );
      from = page.nextCursor;
      if (from === null || items.length >= limit) return { items, next_cursor: from };
    }
  }

  /** One, as a list would show it. @throws GaiaError `not_found` */
  async named(caller: Caller, name: string): Promise<PipelineView> {
    const row = await workflowRow(this.#context, caller, name);
    const [parts] = await this.parts(caller.namespace, [row]);
    if (parts === undefined) throw new Error("one row has one view");
    return pipelineView(parts, this.#context.deps.now());
  }

  /** Runs and triggers of several are read at once. @param rows newest versions */
  async parts(namespace: string, rows: readonly PipelineRow[]): Promise<readonly PipelineParts[]> {
    if (rows.length === 0) return [];
    const { store, now, programs, commitStatuses } = this.#context.deps;
    const names = rows.map((row) => row.name);
    // First: who is told that a build has ended is shown the version that it made, and the triggers of that.
    const states = names.map((name) => programs.state(namespace, name));
    const [histories, triggers] = await Promise.all([
      store.history.ofPipelines(namespace, names, now() - FIGURES_MS),
      store.triggers.all(),
    ]);
    return Promise.all(
      rows.map(async (given, index) => {
        const program = states[index] ?? null;
        const read = program === null ? null : await store.pipelines.newest(namespace, given.name);
        const newest = read ?? given;
        const row = await programs.inForce(newest);
        const history = histories.get(row.name);
        if (history === undefined) throw new Error("each name that was asked for is answered");
        const own = shownTriggers(triggers, namespace, row.name);
        const [brief, firings] = await Promise.all([this.#brief(row), lastFirings(this.#context, own)]);
        const newestVersion = newest.version;
        const statusProblem = commitStatuses.problemOf({ namespace, pipeline: buildPipelineOf(row.name) });
        return { row, newestVersion, program, statusProblem, brief, history, triggers: own, firings };
      }),
    );
  }

  async #matching(
    rows: readonly PipelineRow[],
    { kind, tag, paused }: PipelineQuery,
  ): Promise<readonly PipelineRow[]> {
    const chosen = rows.filter(
      (row) => (kind === null || row.kind === kind) && (paused === null || row.paused === paused),
    );
    if (tag === null) return chosen;
    const briefs = await Promise.all(chosen.map((row) => this.#brief(row)));
    return chosen.filter((_, index) => briefs[index]?.tags.includes(tag));
  }

  async #brief(row: PipelineRow): Promise<Brief> {
    const key = `${row.name}\n${row.hash}`;
    const known = this.#briefs.get(key);
    if (known !== undefined) return known;
    const { description, inputs, triggers, tags, settings, concurrency } =
      await this.#context.deps.describe(row);
    const brief: Brief = { description, inputs, triggers, tags, settings, concurrency };
    this.#briefs.set(key, brief);
    const [oldest] = this.#briefs.keys();
    if (this.#briefs.size > DESCRIBED_KEPT && oldest !== undefined) this.#briefs.delete(oldest);
    return brief;
  }
}
