import type { EventView } from "../../api/client.ts";
import { spoken } from "../../design/duration.ts";
import { numberIn, numberOrNullIn, textIn, textOrNullIn } from "./body.ts";

/** An event in words: what was decided, and by which facts. */
export interface Decision {
  readonly title: string;
  /** Empty: there is nothing more to say. */
  readonly detail: string;
}

type NameOf = (worker: string) => string;
const SAME: NameOf = (worker) => worker;

/** Puts an event into words. `nameOf`: what people call a worker. */
export function decisionOf(event: EventView, nameOf: NameOf = SAME): Decision {
  const job = event.job ?? "";
  switch (event.kind) {
    case "run.created":
      return {
        title: "The run was created",
        detail: `${amount(numberIn(event, "jobs"), "task")}, by ${byWhom(event)}`,
      };
    case "run.started":
      return { title: "The run started", detail: "" };
    case "run.stopping":
      return {
        title: "The run was told to stop",
        detail: joined([`by ${textIn(event, "by")}`, textIn(event, "comment")]),
      };
    case "run.ended":
      return { title: `The run ${endWord(textIn(event, "status"))}`, detail: "" };
    case "graph.grown":
      return { title: `${job} grew the graph`, detail: amount(numberIn(event, "jobs"), "task") };
    case "growth.refused":
      return { title: `${job} could not grow the graph`, detail: textIn(event, "message") };
    default:
      return jobDecision(event, job, nameOf);
  }
}

function jobDecision(event: EventView, job: string, nameOf: NameOf): Decision {
  const worker = nameOf(textIn(event, "worker"));
  switch (event.kind) {
    case "job.queued":
      return { title: `${job} queued`, detail: attemptDetail(event) };
    case "job.assigned":
      return {
        title: `${job} assigned`,
        detail: joined([`to ${worker}`, attemptDetail(event)]),
      };
    case "job.returned":
      return {
        title: `${job} given back`,
        detail: joined([`by ${worker}`, textIn(event, "message")]),
      };
    case "job.started":
      return { title: `${job} started`, detail: attemptDetail(event) };
    case "attempt.ended":
      return {
        title: `${job}: attempt ${numberIn(event, "attempt")} ${outcomeWord(textIn(event, "outcome"))}`,
        detail: endDetail(event),
      };
    case "job.backoff":
      return { title: `${job} will be tried again`, detail: backoffDetail(event) };
    case "job.asked":
      return { title: `${job} asked a person`, detail: textIn(event, "prompt") };
    case "job.child":
      return { title: `${job} started a run`, detail: textIn(event, "child_run") };
    case "child.ended":
      return {
        title: `${job}: run of attempt ${numberIn(event, "attempt")} ${outcomeWord(textIn(event, "outcome"))}`,
        detail: textIn(event, "message"),
      };
    case "job.expanded":
      return { title: `${job} became its members`, detail: amount(numberIn(event, "members"), "member") };
    case "job.stopping":
      return { title: `${job} is being stopped`, detail: textIn(event, "reason") };
    case "job.ended":
      return { title: `${job} ${endWord(textIn(event, "status"))}`, detail: textIn(event, "reason") };
    default:
      return { title: job === "" ? event.kind : `${job}: ${event.kind}`, detail: "" };
  }
}

function attemptDetail(event: EventView): string {
  const attempt = numberIn(event, "attempt");
  return attempt > 1 ? `attempt ${attempt}` : "";
}

function endDetail(event: EventView): string {
  const exit = numberOrNullIn(event, "exit_code");
  const reason = textIn(event, "reason");
  return reason === "" ? (exit === null ? "" : `exit ${exit}`) : reason;
}

function backoffDetail(event: EventView): string {
  const due = textOrNullIn(event, "due_at");
  return due === null ? "" : `in ${spoken(Math.max(0, Date.parse(due) - Date.parse(event.at)))}`;
}

function byWhom(event: EventView): string {
  return event.actor.id === "" ? event.actor.kind : event.actor.id;
}

function endWord(status: string): string {
  return status === "skipped" || status === "cancelled" ? `was ${status}` : status;
}

function outcomeWord(outcome: string): string {
  switch (outcome) {
    case "timed_out":
      return "timed out";
    case "lost":
    case "cancelled":
      return `was ${outcome}`;
    case "limit":
      return "went past a limit";
    case "rejected":
      return "was refused";
    default:
      return outcome;
  }
}

function amount(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

/** Events of one kind that were decided together, about members of one group, are one line: "4 of e2e queued". */
export interface DecisionLine extends Decision {
  /** First and last event of the line. */
  readonly first: number;
  readonly last: number;
  readonly at: string;
}

const TOGETHER: Readonly<Record<string, string>> = {
  "job.queued": "queued",
  "job.assigned": "assigned",
  "job.started": "started",
  "job.stopping": "are being stopped",
};

/** All lines, the oldest first. */
export function linesOf(events: readonly EventView[], nameOf: NameOf = SAME): readonly DecisionLine[] {
  const lines: DecisionLine[] = [];
  for (let index = 0; index < events.length; ) {
    const event = events[index];
    if (event === undefined) break;
    const count = togetherFrom(events, index);
    const last = events[index + count - 1] ?? event;
    const place = { first: event.seq, last: last.seq, at: event.at };
    lines.push(
      count === 1
        ? { ...decisionOf(event, nameOf), ...place }
        : {
            title: `${count} of ${groupOf(event) ?? ""} ${TOGETHER[event.kind] ?? event.kind}`,
            detail:
              textIn(event, "worker") === "" ? "" : workersOf(events.slice(index, index + count), nameOf),
            ...place,
          },
    );
    index += count;
  }
  return lines;
}

/** How many events from here on are one line. */
function togetherFrom(events: readonly EventView[], from: number): number {
  const first = events[from];
  if (first === undefined || TOGETHER[first.kind] === undefined) return 1;
  const group = groupOf(first);
  if (group === null) return 1;
  let count = 1;
  for (let next = events[from + count]; next !== undefined; next = events[from + count]) {
    if (next.kind !== first.kind || next.at !== first.at || groupOf(next) !== group) break;
    count += 1;
  }
  return count;
}

function workersOf(events: readonly EventView[], nameOf: NameOf): string {
  const names = [...new Set(events.map((event) => nameOf(textIn(event, "worker"))))];
  return names.length > 3 ? `${names.length} workers` : names.join(", ");
}

/** `e2e` of `e2e[firefox]`; null: it is no member of a group. */
function groupOf(event: EventView): string | null {
  const found = event.job === null ? null : /^(.+)\[[^[\]]*\]$/.exec(event.job);
  return found?.[1] ?? null;
}
