import { calendarDay, DAY_MS, daysInMonth, weekday } from "./calendar.ts";
import type { Schedule } from "./cron.ts";

/**
 * The first time on a clock, from `localMs` on, that a schedule names. Local times are in milliseconds as if the clock
 * showed UTC; zones do not come into it.
 */
export function nextLocalTime(schedule: Schedule, localMs: number): number {
  const fromMs = Math.ceil(localMs / 1_000) * 1_000;
  let day = Math.floor(fromMs / DAY_MS);
  let time = matchesDay(schedule, day) ? timeOfDay(schedule, fromMs - day * DAY_MS) : null;
  while (time === null) {
    day = nextCandidate(schedule, day);
    if (matchesDay(schedule, day)) time = timeOfDay(schedule, 0);
  }
  return day * DAY_MS + time;
}

/** The day after, or the first day of the next month when the month is not one of the schedule's. */
function nextCandidate(schedule: Schedule, days: number): number {
  const { year, month, day } = calendarDay(days);
  return schedule.months.includes(month) ? days + 1 : days + daysInMonth(year, month) - day + 1;
}

function matchesDay(schedule: Schedule, days: number): boolean {
  const { year, month, day } = calendarDay(days);
  if (!schedule.months.includes(month)) return false;
  const dayOfMonth =
    schedule.days?.includes(day) === true || (schedule.lastDay && day === daysInMonth(year, month));
  const dayOfWeek = schedule.weekdays?.includes(weekday(days)) === true;
  if (schedule.days === null) return schedule.weekdays === null || dayOfWeek;
  return dayOfMonth || dayOfWeek;
}

/** The first time of the day from `fromMs` on, in milliseconds since midnight; null when the day has no more. */
function timeOfDay(schedule: Schedule, fromMs: number): number | null {
  const hour = Math.floor(fromMs / 3_600_000);
  const minute = Math.floor(fromMs / 60_000) % 60;
  const second = Math.floor(fromMs / 1_000) % 60;
  for (const h of schedule.hours) {
    if (h < hour) continue;
    for (const m of schedule.minutes) {
      if (h === hour && m < minute) continue;
      const least = h === hour && m === minute ? second : 0;
      const s = schedule.seconds.find((candidate) => candidate >= least);
      if (s !== undefined) return ((h * 60 + m) * 60 + s) * 1_000;
    }
  }
  return null;
}
