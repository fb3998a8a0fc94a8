/** How things are put into words: lists, amounts, times. */

/** "4 s", "1 min 12 s", "2 h 5 min", "320 ms". */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return parts(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? parts(hours, "h", minutes % 60, "min")
    : parts(Math.floor(hours / 24), "d", hours % 24, "h");
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "a, b, c and 2 more". */
export function listText(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(", ") : `${shown.join(", ")} and ${more} more`;
}

/** "1 task", "3 tasks". */
export function amount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "2026-11-21T09:00:00Z": an instant, not a span, so that a sentence stays the same until something happens. */
export function instantText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A person's or program's text as a part of one line. */
export function oneLine(text: string, most = 300): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** ": text", or nothing when there is none. */
export function behindColon(text: string): string {
  const line = oneLine(text);
  return line === "" ? "" : `: ${line}`;
}
