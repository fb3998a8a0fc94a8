import { parseCron, type Schedule } from "@gaia/core";
import { listText } from "./text.ts";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
/** More times of day than these are not listed. */
const LISTED_TIMES = 6;

/**
 * A schedule in words: "Monday to Friday at 06:30, Europe/Berlin", "every 15 minutes, UTC". What words would only
 * make longer is told as it was written: "cron 5-10 3 1,2,3 * 2, UTC".
 */
export function scheduleText(cron: string, timezone: string): string {
  const parsed = parseCron(cron);
  const words = parsed.kind === "ok" ? wordsOf(parsed.schedule) : null;
  return `${words ?? `cron ${cron}`}, ${timezone}`;
}

function wordsOf(schedule: Schedule): string | null {
  const days = daysText(schedule);
  if (days === null || schedule.seconds.length !== 1 || schedule.seconds[0] !== 0) return null;
  const interval = intervalText(schedule);
  if (interval !== null) return days === "" ? interval : `${interval}, ${days}`;
  const times = timesText(schedule);
  return times === null ? null : `${days === "" ? "every day" : days} at ${times}`;
}

/** "every 5 minutes", "every 2 hours at :15"; null: the times are too few, or have no one step. */
function intervalText({ minutes, hours }: Schedule): string | null {
  const [minute = 0] = minutes;
  if (minutes.length === 1 && hours.length > LISTED_TIMES) {
    const step = stepOf(hours, 24);
    if (step === null) return null;
    const every = step === 1 ? "every hour" : `every ${step} hours`;
    return minute === 0 ? every : `${every} at :${twoDigits(minute)}`;
  }
  const step = minutes.length > 1 && hours.length === 24 ? stepOf(minutes, 60) : null;
  if (step === null) return null;
  return step === 1 ? "every minute" : `every ${step} minutes`;
}

/** The step of values that go through the whole circle, from 0 on. */
function stepOf(values: readonly number[], circle: number): number | null {
  const step = circle / values.length;
  return Number.isInteger(step) && values.every((value, index) => value === index * step) ? step : null;
}

function timesText({ minutes, hours }: Schedule): string | null {
  if (minutes.length * hours.length > LISTED_TIMES) return null;
  const times = hours.flatMap((hour) => minutes.map((minute) => `${twoDigits(hour)}:${twoDigits(minute)}`));
  return andText(times);
}

/** Empty: every day. */
function daysText({ days, lastDay, months, weekdays }: Schedule): string | null {
  const isAnyDay = days === null && !lastDay;
  if (!isAnyDay && weekdays !== null) return null;
  const inMonths =
    months.length === 12 ? "" : ` in ${andText(months.map((month) => MONTHS[month - 1] ?? ""))}`;
  if (weekdays !== null) return `${weekdaysText(weekdays)}${inMonths}`;
  if (isAnyDay) return inMonths === "" ? "" : `every day${inMonths}`;
  const ordinals = [...(days ?? []).map(ordinal), ...(lastDay ? ["last day"] : [])];
  return `on the ${andText(ordinals)}${inMonths === "" ? " of the month" : inMonths}`;
}

/** From Monday on, as weeks go where "Saturday and Sunday" is a weekend. */
function weekdaysText(weekdays: readonly number[]): string {
  const ordered = weekdays.toSorted((one, other) => ((one + 6) % 7) - ((other + 6) % 7));
  if (ordered.length === 7) return "every day";
  const names = ordered.map((day) => WEEKDAYS[day] ?? "");
  const isRow = ordered.every((day, index) => index === 0 || day === ((ordered[index - 1] ?? 0) + 1) % 7);
  return isRow && names.length > 2 ? `${names[0]} to ${names.at(-1)}` : andText(names);
}

function andText(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${listText(words.slice(0, -1), words.length)} and ${last}`;
}

function ordinal(day: number): string {
  const teens = day >= 11 && day <= 13;
  const ending = teens ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${ending}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
