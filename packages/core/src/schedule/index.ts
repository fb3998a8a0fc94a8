/** Schedule: when a cron schedule fires next, in any time zone, and what it missed. */
export { FIELD_RULES, type FieldRule } from "./cron-field.ts";
export { parseCron, type ParsedSchedule, type Schedule } from "./cron.ts";
export { type Due, dueBetween, MISSED_POLICIES, type MissedPolicy } from "./due.ts";
export { nextAfter } from "./next.ts";
export { UTC, type Zone } from "./zone.ts";
