import {
  type GraphView,
  type PipelineDetail,
  type PipelineVersion as PipelineVersionView,
  type PipelineView,
  type RunFigures,
} from "@gaia/contracts";
import { parse } from "yaml";
import { UNBUILT_HASH } from "../../pipelines/index.ts";
import type { PipelineHistory, PipelineVersion } from "../../store/port.ts";
import type { PipelineParts } from "../pipelines.ts";
import { quantile } from "../quantile.ts";
import { specOf } from "../triggers.ts";
import { isArmed, triggerText } from "../words/index.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";
import { commitView, programView } from "./program-view.ts";
import { stripRunView } from "./strip-run.ts";

/** A pipeline with its last runs as the API shows it; its id is its name. */
export function pipelineView(parts: PipelineParts, now: number): PipelineView {
  const { row, newestVersion, program, statusProblem, brief, history, triggers, firings } = parts;
  const isBuilt = row.hash !== UNBUILT_HASH;
  return {
    id: row.name,
    name: row.name,
    kind: row.kind,
    description: brief.description,
    version: isBuilt ? row.version : 0,
    tags: [...brief.tags],
    paused: row.paused,
    origin: row.origin,
    updated_at: timeText(row.at),
    triggers: triggers.map((trigger) => {
      const spec = specOf(trigger);
      return {
        kind: spec.kind,
        text: triggerText(spec, row.name),
        armed: isArmed(spec),
        next_at: timeTextOrNull(trigger.nextAt),
        last_at: timeTextOrNull(firings.get(trigger.id)?.at ?? null),
      };
    }),
    recent: history.recent.map((run) => stripRunView(run, now)),
    figures: figuresOf(history),
    live_runs: history.live,
    program: program === null ? null : programView(program, isBuilt ? newestVersion : 0, statusProblem),
  };
}

export function pipelineDetailView(parts: PipelineParts, graph: GraphView, now: number): PipelineDetail {
  const { row, brief } = parts;
  return {
    ...pipelineView(parts, now),
    source: row.source,
    hash: row.hash,
    saved_by: { ...row.actor },
    inputs: (row.kind === "program" ? brief.inputs : asWritten(brief.inputs, row.source)).map((input) => ({
      ...input,
      default: input.default ?? null,
      choices: [...input.choices],
    })),
    graph,
    concurrency:
      brief.concurrency === null
        ? null
        : { group: brief.concurrency.text, on_conflict: brief.concurrency.onConflict },
    timeout_ms: brief.settings.timeoutMs,
    required_inputs: brief.inputs.filter((input) => input.required).map((input) => input.name),
  };
}

/** A version as lists show it. @param current the version that is in force */
export function versionView(version: PipelineVersion, current: number): PipelineVersionView {
  return {
    version: version.version,
    created_at: timeText(version.at),
    actor: { ...version.actor },
    hash: version.hash,
    current: version.version === current,
    commit: commitView(version),
  };
}

function figuresOf({ ended, tookMs }: PipelineHistory): RunFigures {
  return {
    runs: ended.completed + ended.failed + ended.cancelled,
    ...ended,
    typical_ms: quantile(tookMs, 0.5),
    slow_ms: quantile(tookMs, 0.95),
  };
}

/** Inputs in the order of the file, as whoever wrote it wants them asked: the normal form has them by name. */
function asWritten<Input extends { readonly name: string }>(
  inputs: readonly Input[],
  source: string,
): readonly Input[] {
  const written = namesIn(source);
  const place = ({ name }: Input): number =>
    written.includes(name) ? written.indexOf(name) : written.length;
  return inputs.toSorted((one, other) => place(one) - place(other));
}

function namesIn(source: string): readonly string[] {
  try {
    const file: unknown = parse(source);
    const given = typeof file === "object" && file !== null && "inputs" in file ? file.inputs : null;
    return typeof given === "object" && given !== null ? Object.keys(given) : [];
  } catch {
    // Kept by another Gaia, whose YAML this one does not read.
    return [];
  }
}
