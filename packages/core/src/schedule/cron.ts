import { daysInMonth } from "./calendar.ts";
import { FIELD_RULES, type FieldRule, parseField } from "./cron-field.ts";

/** A schedule that was read; plain data. All lists are in rising order. */
export interface Schedule {
  /** The text as it was written. */
  readonly source: string;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Days of the month; null when the field is `*`. */
  readonly days: readonly number[] | null;
  /** Whether the last day of the month counts too, whichever it is. */
  readonly lastDay: boolean;
  readonly months: readonly number[];
  /** Days of the week, 0 for Sunday; null when the field is `*`. */
  readonly weekdays: readonly number[] | null;
  /**
   * Whether the field of the minute or the hour begins with `*`: such a schedule goes by real time when the clocks
   * change, others by the times that they name (see `nextAfter`).
   */
  readonly interval: boolean;
}

/** A schedule, or what is wrong with its text. */
export type ParsedSchedule =
  | { readonly kind: "ok"; readonly schedule: Schedule }
  | { readonly kind: "error"; readonly message: string };

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);
const LAYOUT = "minute hour day-of-month month day-of-week, and optionally a second in front";

/**
 * Reads a cron schedule of five fields (minute, hour, day of the month, month, day of the week) or six (a second in
 * front), or an alias such as `@daily`. Fields take `*`, values, names (JAN, MON), ranges, steps and lists; the two
 * day fields take `?` for `*`, and the day of the month takes `L` for the last one.
 *
 * When both day fields are given, a day that meets *either* counts (POSIX); `*` alone leaves a field out. (Vixie cron
 * also leaves out what begins with `*`, such as `*` + `/2`; here that is a restriction like any other.)
 *
 * A schedule that could never fire, such as the 30th of February, is an error.
 */
export function parseCron(text: string): ParsedSchedule {
  const trimmed = text.trim();
  const source = ALIASES.get(trimmed.toLowerCase()) ?? trimmed;
  if (source.startsWith("@")) return refuse(text, `is not one of ${[...ALIASES.keys()].join(", ")}`);
  const fields = source.split(/\s+/);
  if (source === "" || fields.length < 5 || fields.length > 6) {
    const count = source === "" ? 0 : fields.length;
    return refuse(text, `has ${count} field${count === 1 ? "" : "s"}; a schedule has 5 or 6: ${LAYOUT}`);
  }
  return read(text, fields.length === 5 ? ["0", ...fields] : fields);
}

function read(text: string, fields: readonly string[]): ParsedSchedule {
  const [second = "", minute = "", hour = "", dayField = "", month = "", weekdayField = ""] = fields;
  const day = dayField === "?" ? "*" : dayField;
  const weekday = weekdayField === "?" ? "*" : weekdayField;
  let problem: string | null = null;
  const valuesOf = (field: string, rule: FieldRule): readonly number[] => {
    const parsed = parseField(field, rule);
    if (parsed.kind === "ok") return parsed.values;
    problem ??= parsed.message;
    return [];
  };
  const dayItems = day.split(",");
  const numbered = dayItems.filter((item) => item.toUpperCase() !== "L");
  const days = numbered.length === 0 ? [] : valuesOf(numbered.join(","), FIELD_RULES.day);
  const schedule: Schedule = {
    source: text,
    seconds: valuesOf(second, FIELD_RULES.second),
    minutes: valuesOf(minute, FIELD_RULES.minute),
    hours: valuesOf(hour, FIELD_RULES.hour),
    days: day === "*" ? null : days,
    lastDay: numbered.length < dayItems.length,
    months: valuesOf(month, FIELD_RULES.month),
    weekdays: weekday === "*" ? null : valuesOf(weekday, FIELD_RULES.weekday),
    interval: minute.startsWith("*") || hour.startsWith("*"),
  };
  if (problem !== null) return refuse(text, problem);
  if (canFire(schedule)) return { kind: "ok", schedule };
  const names = schedule.months.map((value) => FIELD_RULES.month.names[value - 1]).join(", ");
  return refuse(text, `it never fires: there is no day ${days.join(", ")} in ${names}`);
}

/** Only a day that none of the months has can keep a schedule from firing. */
function canFire({ days, lastDay, months, weekdays }: Schedule): boolean {
  if (days === null || lastDay || weekdays !== null) return true;
  return months.some((month) => days.some((day) => day <= longest(month)));
}

/** The number of days in the longest month of that name: 2000 was a leap year. */
function longest(month: number): number {
  return daysInMonth(2000, month);
}

function refuse(text: string, problem: string): ParsedSchedule {
  return { kind: "error", message: `the schedule "${text}" is not valid: ${problem}` };
}
