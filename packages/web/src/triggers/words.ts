import type { Schemas } from "../api/client.ts";
import { timeOfDay } from "../design/duration.ts";
import { amount, numberWordFirst } from "../design/number.ts";

type Trigger = Schemas["Trigger"];

/**
 * The page's answer: how many start runs, and what comes next.
 *
 * @param isMore there are more triggers than these
 */
export function answerOf(
  triggers: readonly Pick<Trigger, "pipeline" | "kind" | "armed" | "paused" | "next">[],
  inText: (at: string) => string,
  isMore = false,
): string {
  if (triggers.length === 0) return "Nothing starts by itself.";
  const active = triggers.filter((trigger) => restingText(trigger) === "");
  const resting = triggers.length - active.length;
  const rest = resting === 0 ? "" : ` ${amount(resting, "trigger rests", "triggers rest")}.`;
  const soonest = active
    .flatMap(({ pipeline, next: [at] }) => (at === undefined ? [] : [{ pipeline, at }]))
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))[0];
  const next = soonest === undefined ? "" : ` Next is ${soonest.pipeline}, ${inText(soonest.at)}.`;
  if (isMore) return `There are more than ${triggers.length} triggers.${next}`;
  if (active.length === 0) return `No trigger is armed.${rest}`;
  const count = `${numberWordFirst(active.length)} ${active.length === 1 ? "trigger is" : "triggers are"} armed.`;
  return `${count}${next}${rest}`;
}

/** What became of the last delivery to a webhook; empty: it says so by the run that it started. */
export function deliveryText({ status, event, message }: NonNullable<Trigger["last_delivery"]>): string {
  const what = event === null ? "the last delivery" : `the last delivery (${event})`;
  switch (status) {
    case "started":
      return "";
    case "failed":
      return `${what} could start no run: ${message}`;
    case "refused":
      return `${what} was refused: ${message}`;
    case "unreachable":
      return `its repository cannot be looked at: ${message}`;
    default:
      return `${what} was passed over: ${message}`;
  }
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
export function restingText({
  kind,
  armed,
  paused,
  next,
}: Pick<Trigger, "kind" | "armed" | "paused" | "next">): string {
  if (!armed)
    return kind === "webhook"
      ? "Not armed: it names no secret with which its sender signs, so nobody can call it."
      : "Not armed: it is kept, and starts nothing; its text says what it lacks. The pipeline can be started by hand.";
  if (paused) return "The pipeline is paused: its triggers rest. It can be started by hand.";
  return kind === "cron" && next.length === 0 ? "It has no time to come." : "";
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

/** A moment as short as it can be told from another: `03:15`, `03:15:20`, `Mon 05:30`, `12 Dec, 05:30`. */
export function momentText(at: number, from: number): string {
  if (new Date(at).toDateString() === new Date(from).toDateString())
    return at % 60_000 === 0 ? TIME.format(at) : timeOfDay(at);
  return (at - from < WEEK_MS ? WEEKDAY : DATE).format(at);
}
