import { didYouMean } from "../text/index.ts";

/** What one of the fields of a schedule allows. */
export interface FieldRule {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names for the values from `least` on, in order; empty when there are none. */
  readonly names: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The fields, from left to right. Of the weekdays 0 and 7 are Sunday. */
export const FIELD_RULES = {
  second: { name: "second", least: 0, most: 59, names: [] },
  minute: { name: "minute", least: 0, most: 59, names: [] },
  hour: { name: "hour", least: 0, most: 23, names: [] },
  day: { name: "day of the month", least: 1, most: 31, names: [] },
  month: { name: "month", least: 1, most: 12, names: MONTHS },
  weekday: { name: "day of the week", least: 0, most: 7, names: WEEKDAYS },
} as const satisfies Record<string, FieldRule>;

/** The values of a field in order, or what is wrong with it. */
export type ParsedField =
  | { readonly kind: "ok"; readonly values: readonly number[] }
  | { readonly kind: "error"; readonly message: string };

const ITEM = /^(\*|[^-/]+)(?:-([^-/]+))?(?:\/([^/]+))?$/;

/** Reads a field: `*`, values, ranges `a-b`, steps `*` + `/n` and `a-b/n`, and lists of those. */
export function parseField(text: string, rule: FieldRule): ParsedField {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const parsed = parseItem(item, rule);
    if (parsed.kind === "error") return parsed;
    for (const value of parsed.values) values.add(value);
  }
  return { kind: "ok", values: [...values].sort((one, other) => one - other) };
}

function parseItem(item: string, rule: FieldRule): ParsedField {
  const match = ITEM.exec(item);
  const [, from = "", to, step] = match ?? [];
  if (match === null || (from === "*" && to !== undefined)) {
    return refuse(
      item,
      rule,
      `takes ${allowed(rule)}, ranges as ${rule.least}-${rule.most}, steps as */2, and commas`,
    );
  }
  if (step !== undefined && from !== "*" && to === undefined) {
    return refuse(item, rule, `a step needs a range before it: ${from}-${rule.most}/${step}`);
  }
  const first = from === "*" ? rule.least : valueOf(from, rule);
  if (first === null) return unknownValue(from, item, rule);
  let last = first;
  if (from === "*") last = rule === FIELD_RULES.weekday ? 6 : rule.most;
  if (to !== undefined) {
    const end = valueOf(to, rule);
    if (end === null) return unknownValue(to, item, rule);
    // SAT-SUN: as the end of a range Sunday is 7.
    last = rule === FIELD_RULES.weekday && end === 0 && first > 0 ? 7 : end;
  }
  if (last < first)
    return refuse(item, rule, "the range ends before it begins; write it as two with a comma");
  const stride = step === undefined ? 1 : Number(step);
  if (!Number.isInteger(stride) || stride < 1 || stride > rule.most) {
    return refuse(item, rule, `a step is a whole number from 1 to ${rule.most}`);
  }
  return { kind: "ok", values: enumerate(first, last, stride, rule) };
}

function enumerate(first: number, last: number, stride: number, rule: FieldRule): readonly number[] {
  const values: number[] = [];
  for (let value = first; value <= last; value += stride) {
    values.push(rule === FIELD_RULES.weekday ? value % 7 : value);
  }
  return values;
}

function valueOf(text: string, rule: FieldRule): number | null {
  const position = rule.names.indexOf(text.toUpperCase());
  if (position >= 0) return rule.least + position;
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= rule.least && value <= rule.most ? value : null;
}

function unknownValue(text: string, item: string, rule: FieldRule): ParsedField {
  const hint = didYouMean(text.slice(0, 3), rule.names);
  return refuse(item, rule, `${text} is not allowed; it takes ${allowed(rule)}${hint}`);
}

function allowed(rule: FieldRule): string {
  const [first] = rule.names;
  const names = first === undefined ? "" : ` or ${first} to ${rule.names.at(-1)}`;
  return `${rule.least} to ${rule.most}${names}`;
}

function refuse(item: string, rule: FieldRule, message: string): ParsedField {
  return { kind: "error", message: `the field for the ${rule.name}, "${item}": ${message}` };
}
