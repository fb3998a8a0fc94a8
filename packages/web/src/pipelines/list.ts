import type { Status } from "../design/index.ts";
import { type BuildState, buildState, hasFailedBuild } from "./program.ts";
import type { PipelineView } from "./queries.ts";

/** What stands in the state's place of a pipeline. */
export interface PipelineState {
  readonly status: Status | "paused" | "never";
  /** Where the status is not that of a run. */
  readonly word?: string;
  /** In words; empty when there is nothing to explain. */
  readonly reason: string;
}

export type FilterName = "" | "working" | "person" | "failed" | "unbuilt" | "paused";
export type SortName = "name" | "typical" | "last";

const WORDS = [
  "No",
  "One",
  "Two",
  "Three",
  "Four",
  "Five",
  "Six",
  "Seven",
  "Eight",
  "Nine",
  "Ten",
  "Eleven",
  "Twelve",
];
const ORDINALS = ["", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

/** The state of a pipeline: that of its latest run, unless it is paused, or none was built yet that could run. */
export function stateOf(pipeline: PipelineView): PipelineState {
  const build = buildState(pipeline);
  if (pipeline.version === 0 && build !== null) return unbuiltState(build);
  const state = stateOfRuns(pipeline);
  if (build?.kind === "failed")
    return { ...state, reason: `its last build failed; version ${pipeline.version} runs` };
  return build?.kind === "building" && state.reason === "" ? { ...state, reason: "is being built" } : state;
}

function unbuiltState({ kind }: BuildState): PipelineState {
  switch (kind) {
    case "building":
      return { status: "running", word: "Being built", reason: "" };
    case "failed":
      return { status: "failed", word: "Not built", reason: "its build failed" };
    case "cancelled":
      return { status: "cancelled", word: "Not built", reason: "its build was stopped" };
    case "unbuilt":
      return { status: "never", word: "Not built yet", reason: "" };
  }
}

function stateOfRuns(pipeline: PipelineView): PipelineState {
  const last = pipeline.recent.at(-1);
  if (pipeline.paused) return { status: "paused", reason: "no trigger starts it" };
  if (last === undefined) return { status: "never", reason: "" };
  if (last.status === "failed") {
    const streak = failuresInARow(pipeline);
    const isAll = streak === pipeline.recent.length;
    if (streak < 2) return { status: last.status, reason: "" };
    return {
      status: last.status,
      reason: isAll ? `${streak} times in a row` : `${ORDINALS[streak] ?? `${streak}th`} time in a row`,
    };
  }
  const isMore = pipeline.live_runs > 1;
  return { status: last.status, reason: isMore ? `${pipeline.live_runs} runs are live` : "" };
}

/** How many of the last ended runs failed one after another. */
export function failuresInARow(pipeline: PipelineView): number {
  const ended = pipeline.recent.filter((run) => run.ended_at !== null);
  const good = ended.findLastIndex((run) => run.status !== "failed");
  return ended.length - 1 - good;
}

/** Whether its last run that ended did so badly. */
export function hasFailedLast(pipeline: PipelineView): boolean {
  return failuresInARow(pipeline) > 0;
}

/** Filters with how many pipelines each leaves; those that leave none are left out, but the first. */
export function filterCounts(
  pipelines: readonly PipelineView[],
  asking: ReadonlySet<string>,
): readonly { readonly name: FilterName; readonly count: number }[] {
  const names: readonly FilterName[] = ["", "working", "person", "failed", "unbuilt", "paused"];
  return names
    .map((name) => ({ name, count: pipelines.filter((each) => fits(each, name, asking)).length }))
    .filter(({ name, count }) => name === "" || count > 0);
}

export function fits(pipeline: PipelineView, filter: FilterName, asking: ReadonlySet<string>): boolean {
  switch (filter) {
    case "":
      return true;
    case "working":
      return pipeline.live_runs > 0;
    case "person":
      return asking.has(pipeline.name);
    case "failed":
      return hasFailedLast(pipeline);
    case "unbuilt":
      return hasFailedBuild(pipeline);
    case "paused":
      return pipeline.paused;
  }
}

/** What a person typed: words, and tokens such as `kind:program`, `status:failed`, `tag:shop`, `is:paused`. */
export function matches(pipeline: PipelineView, search: string): boolean {
  return search
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((term) => term === "" || matchesTerm(pipeline, term));
}

function matchesTerm(pipeline: PipelineView, term: string): boolean {
  const [, key, value = ""] = /^(kind|status|tag|is):(.*)$/.exec(term) ?? [];
  if (key === "kind") return pipeline.kind.toLowerCase().startsWith(value);
  if (key === "tag") return pipeline.tags.some((tag) => tag.toLowerCase().startsWith(value));
  if (key !== undefined) return stateOf(pipeline).status.startsWith(value);
  const texts = [pipeline.name, pipeline.description, pipeline.kind, ...pipeline.tags];
  return texts.some((text) => text.toLowerCase().includes(term));
}

/** Sorts a copy; `-` before the name turns the order. What has no value comes last either way. */
export function sorted(pipelines: readonly PipelineView[], order: string): readonly PipelineView[] {
  const isDown = order.startsWith("-");
  const name = isDown ? order.slice(1) : order;
  const valueOf = (pipeline: PipelineView): number | null => {
    if (name === "typical") return pipeline.figures.typical_ms;
    const last = pipeline.recent.at(-1);
    return last === undefined ? null : Date.parse(last.created_at);
  };
  if (name !== "typical" && name !== "last")
    return pipelines.toSorted((a, b) => a.name.localeCompare(b.name) * (isDown ? -1 : 1));
  return pipelines.toSorted((a, b) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return (left - right) * (isDown ? -1 : 1);
  });
}

/** The page's answer in parts, so that what is bad can be a link. */
export function answerParts(pipelines: readonly PipelineView[]): {
  readonly total: string;
  readonly bad: string;
  readonly rest: string;
  /** Programs whose last build failed; empty: there are none. */
  readonly unbuilt: string;
} {
  const builds = pipelines.filter(hasFailedBuild).length;
  const unbuilt = builds === 0 ? "" : `${word(builds)} could not be built.`;
  const bad = pipelines.filter(hasFailedLast).length;
  const working = pipelines.filter((pipeline) => pipeline.live_runs > 0).length;
  const total = pipelines.length === 1 ? "One pipeline." : `${word(pipelines.length)} pipelines.`;
  const works = working === 0 ? "" : `${word(working)} ${working === 1 ? "is" : "are"} working`;
  if (bad === 0) {
    const well = quiet(pipelines);
    return { total, unbuilt, bad: "", rest: works === "" ? `${well}.` : `${well}; ${works.toLowerCase()}.` };
  }
  return {
    total,
    unbuilt,
    bad: `${word(bad)} ended badly`,
    rest: works === "" ? "last time." : `last time; ${works.toLowerCase()}.`,
  };
}

function quiet(pipelines: readonly PipelineView[]): string {
  const runs = pipelines.flatMap(({ recent }) => recent);
  const hasEnded = runs.some((run) => run.ended_at !== null);
  return `None ${hasEnded ? "failed last time" : runs.length > 0 ? "has ended yet" : "has run yet"}`;
}

/** `96 %` of the runs that ended by themselves; null: none did. */
export function endedWell({ completed, failed }: PipelineView["figures"]): string | null {
  const ended = completed + failed;
  if (ended === 0) return null;
  // 99.6 % is not all of them.
  const percent = completed === ended ? 100 : Math.min(99, Math.round((completed / ended) * 100));
  return `${percent} %`;
}

/** `push to main, daily 03:00`; what starts it besides a person. */
export function startsText(pipeline: PipelineView): string {
  const armed = pipeline.triggers.filter((trigger) => trigger.armed);
  return armed.length === 0 ? "by hand" : armed.map(({ text }) => text).join(", ");
}

/** The soonest start that a trigger will make; null: none is planned. */
export function nextStart(pipeline: Pick<PipelineView, "triggers" | "paused">): string | null {
  if (pipeline.paused) return null;
  const times = pipeline.triggers.flatMap(({ next_at: at }) => (at === null ? [] : [at]));
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

function word(count: number): string {
  return WORDS[count] ?? count.toLocaleString();
}
