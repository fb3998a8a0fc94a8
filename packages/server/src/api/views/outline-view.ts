import type { LogGroup, LogOutline } from "@gaia/contracts";
import type { AttemptPlace, LogReader, Outlined } from "../../logs/index.ts";
import type { JobLog } from "../job-logs.ts";

/** How much of an outline somebody knows already. */
export interface OutlineMark {
  readonly errors: number;
  readonly warnings: number;
  readonly touched: number;
}

export const NOTHING_KNOWN: OutlineMark = { errors: 0, warnings: 0, touched: 0 };

/** What is in an outline beyond what is known: new places, and groups and repetitions that changed. */
export async function outlineView(
  logs: LogReader,
  log: JobLog,
  attempts: number,
  { outline, sizeBytes, isWhole }: Outlined,
  known: OutlineMark,
): Promise<LogOutline> {
  const { place } = log;
  const groups = outline.groups.filter(({ touched }) => touched > known.touched);
  const [start, ...moments] = await timesOf(logs, place, [
    0,
    ...groups.flatMap(({ offset, end }) => [offset, end === null ? null : end.offset]),
  ]);
  return {
    attempt: place.attempt,
    attempts,
    ended: log.isEnded,
    size_bytes: sizeBytes,
    scanned_bytes: isWhole ? sizeBytes : outline.scannedBytes,
    lines: outline.lines + (isWhole && outline.scannedBytes < sizeBytes ? 1 : 0),
    binary: outline.isBinary,
    started_at: start ?? null,
    errors_total: outline.errorsTotal,
    warnings_total: outline.warningsTotal,
    errors: outline.errors.slice(known.errors).map(fromOne),
    warnings: outline.warnings.slice(known.warnings).map(fromOne),
    groups: groups.map(
      ({ line, end, title, open }, at): LogGroup => ({
        line: fromOne(line),
        end: end === null ? null : fromOne(end.line),
        title,
        open,
        at: moments[at * 2] ?? null,
        until: moments[at * 2 + 1] ?? null,
      }),
    ),
    repeats: outline.repeats
      .filter(({ touched }) => touched > known.touched)
      .map(({ line, end, period }) => ({ line: fromOne(line), end: fromOne(end), period })),
  };
}

/** When the bytes at these places, in any order, came. */
export async function timesOf(
  logs: LogReader,
  place: AttemptPlace,
  offsets: readonly (number | null)[],
): Promise<readonly (string | null)[]> {
  const asked = [...new Set(offsets)].filter((offset) => offset !== null).toSorted((a, b) => a - b);
  if (place.attempt === 0 || asked.length === 0) return offsets.map(() => null);
  const times = await logs.times(place, asked);
  const byOffset = new Map(asked.map((offset, at) => [offset, times[at] ?? null]));
  return offsets.map((offset) => {
    const ms = offset === null ? null : (byOffset.get(offset) ?? null);
    return ms === null ? null : new Date(ms).toISOString();
  });
}

function fromOne(line: number): number {
  return line + 1;
}
