import type { JobView, RunView } from "@gaia/contracts/api.ts";
import { glyph, hasEnded, statusPaint, type Status } from "../terminal/glyphs.ts";
import type { Style } from "../terminal/style.ts";
import { clockText, countText } from "../terminal/time.ts";
import { fitMiddle, padEnd, padStart, textWidth } from "../terminal/width.ts";
import { foldJobs } from "./fold.ts";
import { rowText } from "./row.ts";
import { jobsInOrder, type LiveState } from "./state.ts";

/** How the live view is to be drawn. */
export interface View {
  readonly columns: number;
  /** Lines that may be drawn at most; null: all of them. */
  readonly rows: number | null;
  readonly now: number;
  readonly style: Style;
  /** Frames drawn so far; turns the marks of what is running. Null: they stand. */
  readonly spin: number | null;
  readonly showLogs: boolean;
  readonly showKeys: boolean;
  /** The foot of the view: which keys there are, or what Ctrl-C has done. Null: none. */
  readonly foot: string | null;
}

/** Past this the clock and the bar would stand too far from the names to be read with them. */
const HEAD_COLUMNS_MAX = 100;
const NAME_COLUMNS_MIN = 12;
const DURATION_COLUMNS = 8;

/** The live view as lines, none wider than `columns`, no more than `rows`. Pure. */
export function render(state: LiveState, view: View): string[] {
  const keys = view.showKeys ? keyLines(view) : [];
  const feet = [
    ...(state.connection === null ? [] : [view.style.warn(`  ! ${state.connection}`)]),
    ...(view.foot === null ? [] : ["", view.style.faint(`  ${view.foot}`)]),
  ];
  const head = state.run === null ? [] : [headLine(state.run, view)];
  const room =
    view.rows === null ? Number.POSITIVE_INFINITY : view.rows - head.length - feet.length - keys.length;
  const logRoom = view.showLogs ? Math.max(3, Math.floor(Math.min(room, 200) / 2)) : 0;
  const tree = treeLines(state, view, Math.max(1, room - logRoom));
  const logs = view.showLogs ? logLines(state, view, Math.min(logRoom, room - tree.length)) : [];
  const lines = [...head, ...tree, ...logs, ...keys, ...feet];
  return (view.rows === null ? lines : lines.slice(0, Math.max(1, view.rows))).map((line) =>
    fitted(line, view.columns),
  );
}

/** `ci · run #14      00:12.7   ████████░░░░░░  5/9` */
function headLine(run: RunView, view: View): string {
  const columns = Math.min(view.columns, HEAD_COLUMNS_MAX);
  const elapsed = clockText(elapsedMs(run, view.now));
  const counted = `${countText(endedCount(run))}/${countText(run.progress.total)}`;
  const barColumns = columns < 50 ? 0 : columns < 80 ? 10 : 14;
  const state = run.status === "stopping" ? ` · ${view.style.warn("stopping")}` : "";
  const right = [elapsed, ...(barColumns === 0 ? [] : [bar(run, barColumns, view.style)]), counted].join(
    "   ",
  );
  const left = fitMiddle(
    `${run.pipeline} · run #${run.number}`,
    columns - textWidth(right) - textWidth(state) - 5,
  );
  const painted = left.replace(run.pipeline, view.style.strong(run.pipeline));
  return `  ${padEnd(`${painted}${state}`, columns - textWidth(right) - 4)}  ${right}`;
}

function bar(run: RunView, columns: number, style: Style): string {
  const { total } = run.progress;
  const ended = endedCount(run);
  const full = total === 0 ? (hasEnded(run.status) ? columns : 0) : Math.floor((ended / total) * columns);
  const paint = run.progress.failed > 0 || run.status === "failed" ? style.bad : style.good;
  return `${paint("█".repeat(full))}${style.faint("░".repeat(columns - full))}`;
}

/** Jobs that have ended in any way; the progress counts only those that completed or failed. */
export function endedCount(run: RunView): number {
  const { completed, failed, skipped, cancelled } = run.counts;
  const counted = completed + failed + skipped + cancelled;
  return Math.min(run.progress.total, Math.max(counted, run.progress.completed + run.progress.failed));
}

function elapsedMs(run: RunView, now: number): number {
  if (hasEnded(run.status)) return run.duration_ms ?? 0;
  return run.started_at === null ? 0 : now - Date.parse(run.started_at);
}

function treeLines(state: LiveState, view: View, room: number): string[] {
  const jobs = jobsInOrder(state);
  const { rows, hidden } = foldJobs(jobs, room);
  const facts = factsOf(jobs);
  const texts = rows.map((job) => ({
    job,
    text: rowText(job, {
      now: view.now,
      members: facts.members.get(job.key) ?? [],
      unfinished: job.status === "pending" ? job.dependencies.filter((key) => facts.open.has(key)) : [],
      lastLine: state.lastLines.get(job.key) ?? null,
      lastLineOf: (key) => state.lastLines.get(key) ?? null,
    }),
  }));
  const nameColumns = nameColumnsFor(
    texts.map(({ text }) => text.name),
    view.columns,
  );
  const lines = texts.map(({ job, text }) => {
    const name = padEnd(fitMiddle(text.name, nameColumns), nameColumns);
    const room = view.columns - nameColumns - DURATION_COLUMNS - 9;
    const detail = fitMiddle(text.detail, Math.max(0, room));
    const painted = text.faint ? view.style.faint(detail) : statusPaint(job.status, view.style)(detail);
    const mark = glyph(job.status, view.style, view.spin);
    return `  ${mark} ${name}  ${padStart(text.duration, DURATION_COLUMNS)}   ${painted}`.trimEnd();
  });
  const unknown = state.jobsTotal - jobs.length;
  return hidden.size === 0 && unknown <= 0 ? lines : [...lines, foldLine(hidden, unknown, view.style)];
}

/** Enough for the longest name, at most a good third of the screen. */
function nameColumnsFor(names: readonly string[], columns: number): number {
  const longest = names.reduce((most, name) => Math.max(most, textWidth(name)), NAME_COLUMNS_MIN);
  return Math.max(NAME_COLUMNS_MIN, Math.min(longest, Math.floor(columns * 0.38)));
}

/** `… 312 completed · 40 pending` */
function foldLine(hidden: ReadonlyMap<Status, number>, unknown: number, style: Style): string {
  const parts = [...hidden].map(([status, count]) => `${countText(count)} ${status}`);
  if (unknown > 0) parts.push(`${countText(unknown)} more`);
  return style.faint(`  … ${parts.join(" · ")}`);
}

interface Facts {
  readonly members: ReadonlyMap<string, readonly JobView[]>;
  readonly open: ReadonlySet<string>;
}

function factsOf(jobs: readonly JobView[]): Facts {
  const members = new Map<string, JobView[]>();
  const open = new Set<string>();
  for (const job of jobs) {
    if (!hasEnded(job.status)) open.add(job.key);
    if (job.group === null) continue;
    const list = members.get(job.group);
    if (list === undefined) members.set(job.group, [job]);
    else list.push(job);
  }
  return { members, open };
}

function logLines(state: LiveState, view: View, room: number): string[] {
  if (room < 2) return [];
  const lines = state.logLines.slice(-(room - 1));
  const widest = lines.reduce((most, line) => Math.max(most, textWidth(line.key)), 0);
  const keyColumns = Math.min(widest, Math.floor(view.columns / 4));
  const title = lines.length === 0 ? "  logs: nothing printed yet" : "  logs";
  return [
    view.style.faint(title),
    ...lines.map((line) => {
      const key = view.style.busy(padEnd(fitMiddle(line.key, keyColumns), keyColumns));
      return `  ${key} ${view.style.faint("│")} ${fitMiddle(line.text, Math.max(0, view.columns - keyColumns - 6))}`;
    }),
  ];
}

function keyLines(view: View): string[] {
  const keys = [
    ["Ctrl-C", "stop the run; once more: leave at once"],
    ["d", "leave; the run goes on"],
    ["l", "show or hide what the tasks print"],
    ["?", "show or hide these lines"],
  ] as const;
  return ["", ...keys.map(([key, what]) => `    ${view.style.strong(key.padEnd(8))}${what}`)];
}

/** The last guard: whatever a line holds, it is not wider than the screen. */
function fitted(line: string, columns: number): string {
  return textWidth(line) <= columns ? line : fitMiddle(line, columns);
}
