import { clock, spoken } from "../design/duration.ts";
import { endedWell } from "./list.ts";
import { buildState } from "./program.ts";
import type { PipelineDetail, PipelineStatistics } from "./queries.ts";

/** A sentence in parts: what is strong is what was measured. */
export interface Phrase {
  readonly text: string;
  readonly isStrong: boolean;
}

const strong = (text: string): Phrase => ({ text, isStrong: true });
const soft = (text: string): Phrase => ({ text, isStrong: false });

/** A duration in a table: `75 ms`, `0:04`, `11:12`. */
export function took(ms: number | null): string {
  return ms !== null && ms < 1_000 ? `${Math.round(ms)} ms` : clock(ms);
}

/** What a person wants to know of a pipeline first: how long it takes, and whether it ends well. */
export function answerOf(pipeline: PipelineDetail): readonly Phrase[] {
  const { figures, recent } = pipeline;
  const name = strong(pipeline.name);
  if (pipeline.version === 0) return [name, soft(unbuiltText(pipeline))];
  if (recent.length === 0 && figures.runs === 0) return [name, soft("has not run yet.")];
  if (figures.runs === 0) {
    const isFirst = recent.every((run) => run.ended_at === null);
    return [name, soft(isFirst ? "has not ended a run yet." : "has not ended a run in 30 days.")];
  }
  const well = endedWell(figures);
  if (figures.typical_ms === null) {
    const ended = [
      figures.failed === 0 ? "" : `${figures.failed} failed`,
      figures.cancelled === 0
        ? ""
        : `${figures.cancelled} ${figures.cancelled === 1 ? "was" : "were"} cancelled`,
    ].filter((part) => part !== "");
    return [name, soft("has not ended well in 30 days:"), strong(`${ended.join(", ")}.`)];
  }
  return [
    name,
    soft("takes about"),
    strong(`${spoken(figures.typical_ms)};`),
    strong(well ?? ""),
    soft("end well."),
  ];
}

function unbuiltText(pipeline: PipelineDetail): string {
  const state = buildState(pipeline);
  if (state?.kind === "building") return "is being built for the first time.";
  return state?.kind === "failed" ? "could not be built yet." : "has not been built yet.";
}

/** Shares of less than this say nothing: starting a process takes as long. */
const TOLD_FROM_MS = 1_000;

/** Where the time goes, in a sentence; empty while too little is known. */
export function spendingOf(statistics: PipelineStatistics | undefined): string {
  if (statistics === undefined) return "";
  const { working_ms: working, queued_ms: queued, waiting_ms: waiting } = statistics;
  const total = (working ?? 0) + (queued ?? 0) + (waiting ?? 0);
  if (working === null || total < TOLD_FROM_MS) return "";
  const shares = [
    { share: shareText((waiting ?? 0) / total), where: "waiting for a person or a timer" },
    { share: shareText((queued ?? 0) / total), where: "in the queue" },
  ].filter(({ share }) => share !== "");
  const spent = shares.map(({ share, where }, at) =>
    at === 0 ? `${share} of its tasks' time is spent ${where}` : `${share} ${where}`,
  );
  const longest = longestWork(statistics);
  const parts = [spent.join(", "), longest === null ? "" : `${longest} is its longest work`].filter(
    (part) => part !== "",
  );
  if (parts.length === 0) return "";
  const sentence = parts.join("; ");
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** Tasks that failed first and succeeded in a later attempt. */
export function flakyTasks(statistics: PipelineStatistics | undefined): readonly string[] {
  return (statistics?.tasks ?? []).filter(({ flaky }) => flaky > 0).map(({ key }) => key);
}

/** The slowest tasks with their share of the slowest, for a small chart. */
export function slowest(
  statistics: PipelineStatistics,
  most: number,
): readonly {
  readonly key: string;
  readonly ms: number;
  readonly share: number;
  readonly isWaiting: boolean;
}[] {
  const tasks = withoutMembers(statistics.tasks)
    .map(({ key, typical_ms: work, waiting_ms: waiting }) => {
      const isWaiting = (waiting ?? 0) > (work ?? 0);
      return { key, ms: Math.max(work ?? 0, waiting ?? 0), isWaiting };
    })
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, most);
  const longest = tasks[0]?.ms ?? 1;
  return tasks.map((task) => ({ ...task, share: task.ms / longest }));
}

/** A matrix counts as one: its members would push everything else out. */
function withoutMembers(tasks: PipelineStatistics["tasks"]): PipelineStatistics["tasks"] {
  return tasks.filter(({ key }) => !key.endsWith("]"));
}

function longestWork(statistics: PipelineStatistics): string | null {
  const [first, second] = withoutMembers(statistics.tasks)
    .filter(({ kind, typical_ms: ms }) => kind !== "approval" && ms !== null && ms > 0)
    .toSorted((a, b) => (b.typical_ms ?? 0) - (a.typical_ms ?? 0));
  return first === undefined || second === undefined ? null : first.key;
}

/** A share that is worth a word. */
function shareText(share: number): string {
  if (share < 0.1) return "";
  if (share < 0.4) return share < 0.2 ? "a little" : "a third";
  if (share < 0.6) return "half";
  return share < 0.85 ? "most" : "nearly all";
}
