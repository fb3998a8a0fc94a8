/** How times and amounts are written. Durations: `m:ss` in tables, words in sentences. */

/** `0:04`, `11:12`, `1:02:03`; when `fine`, `1.6 s` below ten seconds and `12 ms` below a tenth. */
export function clock(ms: number | null, fine = false): string {
  if (ms === null) return "–";
  if (fine && ms < 100) return `${Math.round(ms)} ms`;
  if (fine && ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** `380 ms`, `4.2 s`, `38 s`, `6 min 5 s`, `2 h 10 min`, `3 days`. */
export function spoken(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `just now`, `6 min ago`, `in 12 min`, `3 days ago`. */
export function relative(at: number, now: number): string {
  const ms = Math.abs(now - at);
  if (ms < 5_000) return at > now ? "in a moment" : "just now";
  const seconds = Math.round(ms / 1_000);
  const text =
    seconds < 60
      ? `${seconds} s`
      : seconds < 3_600
        ? `${Math.round(seconds / 60)} min`
        : seconds < 86_400
          ? `${Math.round(seconds / 3_600)} h`
          : daysText(Math.round(seconds / 86_400));
  return at > now ? `in ${text}` : `${text} ago`;
}

function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

const EXACT = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
});
// 24 hours, whatever the language: times stand in columns, and beside those of logs.
const TIME = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** Date and time of day, in the reader's zone. */
export function exact(at: number): string {
  return EXACT.format(at);
}

/** Time of day to the second. */
export function timeOfDay(at: number): string {
  return TIME.format(at);
}

/** `412 MB`, `1.8 GB`; decimal units, as disks are sold. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let amount = value;
  let unit = 0;
  while (amount >= 1_000 && unit < units.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit] ?? ""}`;
}

/** `18,204` in the reader's way of writing. */
export function count(value: number): string {
  return value.toLocaleString();
}
