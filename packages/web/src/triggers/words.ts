import type { Schemas } from "../api/client.ts";
import { amount, numberWordFirst } from "../design/number.ts";

type Trigger = Schemas["Trigger"];

/** The page's answer: how many, and what comes next. */
export function answerOf(
  triggers: readonly Pick<Trigger, "pipeline" | "paused" | "next">[],
  inText: (at: string) => string,
): string {
  if (triggers.length === 0) return "Nothing starts by itself.";
  const armed = triggers.filter(({ paused, next }) => !paused && next.length > 0);
  const resting = triggers.length - armed.length;
  const rest = resting === 0 ? "" : ` ${amount(resting, "trigger rests", "triggers rest")}.`;
  const [soonest] = armed.toSorted(
    (one, other) => Date.parse(one.next[0] ?? "") - Date.parse(other.next[0] ?? ""),
  );
  if (soonest === undefined) return `No trigger is armed.${rest}`;
  const count = `${numberWordFirst(armed.length)} ${armed.length === 1 ? "trigger is" : "triggers are"} armed.`;
  return `${count} Next is ${soonest.pipeline}, ${inText(soonest.next[0] ?? "")}.${rest}`;
}

/** What becomes of times at which no server ran. */
export function missedText(missed: string | null): string {
  switch (missed) {
    case null:
      return "";
    case "skip":
      return "missed starts are left out";
    case "once":
      return "of missed starts the last is made up for";
    case "all":
      return "missed starts are made up for";
    default:
      return missed;
  }
}

/** Why a trigger will not fire; empty: it will. */
export function restingText({ paused, next, kind }: Pick<Trigger, "paused" | "next" | "kind">): string {
  if (paused) return "The pipeline is paused: its triggers rest. It can be started by hand.";
  if (next.length > 0) return "";
  return kind === "cron"
    ? "It has no time to come."
    : `Triggers of kind ${kind} are not armed: this Gaia starts runs by schedule, or by hand.`;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const WEEKDAY = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const DATE = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const WEEK_MS = 7 * 86_400_000;

/** A moment as short as it can be told from another: `03:15`, `Mon 05:30`, `12 Dec, 05:30`. */
export function momentText(at: number, from: number): string {
  if (new Date(at).toDateString() === new Date(from).toDateString()) return TIME.format(at);
  return (at - from < WEEK_MS ? WEEKDAY : DATE).format(at);
}
