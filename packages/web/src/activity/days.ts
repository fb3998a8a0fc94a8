import { numberWordFirst } from "../design/number.ts";

/** Entries by the day on which they were, the newest day first; days are the reader's. */
export interface Day<Entry> {
  readonly key: string;
  /** Noon of it, milliseconds since 1970. */
  readonly at: number;
  readonly entries: readonly Entry[];
}

/** @param entries the newest first */
export function daysOf<Entry extends { readonly at: string }>(
  entries: readonly Entry[],
): readonly Day<Entry>[] {
  return [...Map.groupBy(entries, ({ at }) => new Date(at).toDateString())].map(([key, own]) => ({
    key,
    at: new Date(key).setHours(12),
    entries: own,
  }));
}

const DATE = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const DATE_AND_YEAR = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const DAY_MS = 86_400_000;

/** `Today`, `Yesterday`, `Thursday, 19 November`. */
export function dayText(at: number, now: number): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return "Today";
  if (day === new Date(now - DAY_MS).toDateString()) return "Yesterday";
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? DATE : DATE_AND_YEAR).format(at);
}

/** How much was done today. @param hasMore there are more than these, all of them older */
export function todayText(moments: readonly number[], now: number, hasMore: boolean): string {
  const today = new Date(now).toDateString();
  const count = moments.filter((at) => new Date(at).toDateString() === today).length;
  if (count === 0) return "Nothing was done today.";
  if (hasMore && count === moments.length) return `More than ${count} things were done today.`;
  return `${numberWordFirst(count)} ${count === 1 ? "thing was" : "things were"} done today.`;
}
