import { GaiaError } from "@gaia/contracts";
import { basename, isAbsolute, join } from "node:path";
import type { Workflow } from "../pipelines/index.ts";
import type { PipelineRow, Store } from "../store/port.ts";
import type { Caller, RunService } from "./port.ts";
import type { Workflows } from "./workflows.ts";

type KeepOrder = Parameters<RunService["createWorkflow"]>[0];

export interface KeptDefinitionsOptions {
  readonly pipelines: Pick<Store["pipelines"], "newest">;
  readonly workflows: Workflows;
  readonly now: () => number;
  /** Resolves when the version is durable. */
  readonly save: (row: PipelineRow) => Promise<unknown>;
  /** Changes of one pipeline, one after the other. */
  readonly inTurn: <T>(namespace: string, pipeline: string, change: () => Promise<T>) => Promise<T>;
}

/** Definitions as versions of their pipelines. */
export class KeptDefinitions {
  readonly #options: KeptDefinitionsOptions;

  constructor(options: KeptDefinitionsOptions) {
    this.#options = options;
  }

  /** `check` refuses what is not to be kept. @throws GaiaError `invalid_definition`; `conflict` when another version than the order's base is the newest. */
  async keep(
    order: KeepOrder,
    caller: Caller,
    check: (workflow: Workflow) => void = () => undefined,
  ): Promise<{ readonly row: PipelineRow; readonly workflow: Workflow }> {
    if (order.workDir !== undefined && !caller.local)
      throw new GaiaError("forbidden", "A folder can be named only over the socket of the same user.");
    const workflow = await this.#options.workflows.parse(
      order.definition,
      order.file ?? "workflow.yaml",
      order.variables ?? {},
    );
    check(workflow);
    const row = await this.#kept(order, workflow, caller);
    if (typeof row === "object") return { row, workflow };
    // One after another: of two that were written over the same version one is told, and neither is lost.
    const saving = this.#options.inTurn(caller.namespace, workflow.name, () =>
      this.#saveNext(order, workflow, caller),
    );
    return { row: await saving, workflow };
  }

  /** The newest version where it is this very text from this very place; else the number of the newest, 0 without one. */
  async #kept(order: KeepOrder, workflow: Workflow, caller: Caller): Promise<PipelineRow | number> {
    const newest = await this.#options.pipelines.newest(caller.namespace, workflow.name);
    if (newest === null || newest.removedAt !== null) return 0;
    if (newest.kind !== "workflow") {
      throw new GaiaError(
        "conflict",
        `\`${workflow.name}\` is a pipeline that is a program. Give the workflow another \`name\`.`,
      );
    }
    const isSame =
      newest.hash === workflow.hash &&
      // Who writes over a version means the text, comments and all; a file that is kept again means what it says.
      (order.baseVersion === undefined || newest.source === order.definition) &&
      newest.origin === originFor(order, newest, caller);
    return isSame ? newest : newest.version;
  }

  async #saveNext(order: KeepOrder, workflow: Workflow, caller: Caller): Promise<PipelineRow> {
    const kept = await this.#kept(order, workflow, caller);
    if (typeof kept === "object") return kept;
    const { baseVersion } = order;
    if (baseVersion !== undefined && baseVersion !== kept) throw outdated(workflow.name, baseVersion, kept);
    const newest = await this.#options.pipelines.newest(caller.namespace, workflow.name);
    const row: PipelineRow = {
      namespace: caller.namespace,
      name: workflow.name,
      version: (newest?.version ?? 0) + 1,
      kind: "workflow",
      hash: workflow.hash,
      source: order.definition,
      definition: workflow.definition,
      origin: originFor(order, newest, caller),
      commit: null,
      at: this.#options.now(),
      actor: caller.actor,
      paused: newest?.paused ?? false,
      removedAt: null,
    };
    await this.#options.save(row);
    return row;
  }
}

function outdated(name: string, base: number, newest: number): GaiaError {
  const text =
    newest === 0
      ? `\`${name}\` was removed since your text was begun (over version ${base}). Save it with base_version 0 to make it again.`
      : base === 0
        ? `There is a pipeline \`${name}\` already, at version ${newest}. Choose another name, or look at it first and save with base_version ${newest}.`
        : `Version ${newest} of \`${name}\` was saved since your text was begun (over version ${base}). Look at what it changed, then save with base_version ${newest}.`;
  return new GaiaError("conflict", text, { base_version: base, version: newest });
}

/** A text that is written over a version stays where that came from: its tasks start in the same folder. */
function originFor(order: KeepOrder, newest: PipelineRow | null, caller: Caller): string | null {
  const isWrittenOver =
    (order.baseVersion ?? 0) > 0 && order.file === undefined && order.workDir === undefined;
  if (isWrittenOver && newest !== null) return newest.origin;
  return originOf(caller.local ? (order.file ?? null) : null, order.workDir ?? null);
}

/** The file that a definition came from; of a text without a file, its folder with a slash at its end. */
function originOf(file: string | null, folder: string | null): string | null {
  if (file !== null) return folder === null ? (isAbsolute(file) ? file : null) : join(folder, basename(file));
  return folder === null ? null : `${folder}/`;
}
