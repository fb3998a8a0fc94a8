import type { EventView } from "../../api/client.ts";
import { type Status, timeOfDay } from "../../design/index.ts";

/** An event as a person reads it. */
export interface EventWords {
  readonly text: string;
  /** What it means for its job or the run; null: nothing changes its state. */
  readonly status: Status | null;
}

type Body = EventView["body"];

const CAUSES: Readonly<Record<string, string>> = {
  run_stopped: "the run is stopped",
  run_timed_out: "the run ran out of time",
  fail_fast: "another job failed, and fail_fast ends the rest",
  pipeline_ended: "a job ended the pipeline",
  job_timed_out: "it took longer than its timeout",
  job_stopped: "somebody stopped it",
};
const OUTCOMES: Readonly<Record<string, string>> = {
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed out",
  cancelled: "was stopped",
  lost: "was lost with its worker",
  rejected: "was refused before it started",
  limit: "went past a limit",
};
const ENDS: readonly Status[] = ["completed", "failed", "skipped", "cancelled"];

/** An event of a kind that this page does not know yet is told by its kind. */
export function wordsOf(event: EventView, workerName: (id: string) => string): EventWords {
  const { kind, body } = event;
  switch (kind) {
    case "run.created":
      return { text: `created with ${amount(number(body, "jobs"), "job")}`, status: "pending" };
    case "run.started":
      return { text: "started", status: "running" };
    case "run.stopping":
      return {
        text: `to be stopped${behind(causeOf(body))}${behind(text(body, "comment"))}`,
        status: "stopping",
      };
    case "run.ended":
      return { text: text(body, "status"), status: endOf(body) };
    case "job.queued":
      return { text: `queued for attempt ${number(body, "attempt")}`, status: "queued" };
    case "job.assigned":
      return {
        text: `attempt ${number(body, "attempt")} given to ${workerName(text(body, "worker"))}`,
        status: null,
      };
    case "job.returned":
      return {
        text: `given back by ${workerName(text(body, "worker"))}${behind(text(body, "message"))}`,
        status: "queued",
      };
    case "job.started":
      return {
        text: `attempt ${number(body, "attempt")} started on ${workerName(text(body, "worker"))}`,
        status: "running",
      };
    case "attempt.ended":
      return { text: attemptText(body), status: null };
    case "job.backoff":
      return { text: `waits for its next attempt until ${timeOf(text(body, "due_at"))}`, status: "waiting" };
    case "job.asked":
      return { text: `asks${behind(text(body, "prompt"))}`, status: "waiting" };
    case "job.child":
      return { text: `started the run ${text(body, "child_run")}`, status: "waiting" };
    case "job.expanded":
      return { text: `became ${amount(number(body, "members"), "job")}`, status: "running" };
    case "job.stopping":
      return {
        text: `${body["force"] === true ? "killed" : "asked to end"}${behind(causeOf(body))}`,
        status: "stopping",
      };
    case "job.ended":
      return { text: `${text(body, "status")}${behind(text(body, "reason"))}`, status: endOf(body) };
    case "graph.grown":
      return {
        text: `the graph grew by ${amount(number(body, "jobs"), "job")}${behind(keysOf(body))}`,
        status: null,
      };
    case "growth.refused":
      return { text: `a fragment of the graph was refused${behind(text(body, "message"))}`, status: null };
    default:
      return { text: kind.replaceAll(/[._]/g, " "), status: null };
  }
}

/** "marta, over the terminal", "Gaia", "worker-a". */
export function actorText({ kind, id, via }: EventView["actor"], workerName: (id: string) => string): string {
  if (kind === "user") return via === "" ? id : `${id}, over ${via}`;
  if (via === "worker") return workerName(id);
  return kind === "run" ? `run ${id}` : "Gaia";
}

function attemptText(body: Body): string {
  const outcome = OUTCOMES[text(body, "outcome")] ?? text(body, "outcome");
  const exit = body["exit_code"];
  const code = typeof exit === "number" && exit !== 0 ? `, exit ${exit}` : "";
  const message = text(body, "message");
  const isSaid = /^exit code \d+$/.test(message);
  return `attempt ${number(body, "attempt")} ${outcome}${code}${isSaid ? "" : behind(message)}`;
}

function endOf(body: Body): Status | null {
  return ENDS.find((status) => status === body["status"]) ?? null;
}

function causeOf(body: Body): string {
  const cause = text(body, "cause");
  const by = text(body, "by");
  return `${CAUSES[cause] ?? cause}${by === "" ? "" : `, by ${by}`}`;
}

function keysOf(body: Body): string {
  const keys = body["keys"];
  if (!Array.isArray(keys)) return "";
  const names = keys.filter((key) => typeof key === "string");
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and more` : names.join(", ");
}

function behind(what: string): string {
  return what === "" ? "" : `: ${what}`;
}

function timeOf(at: string): string {
  return at === "" ? "later" : timeOfDay(Date.parse(at));
}

function amount(count: number, what: string): string {
  return `${count.toLocaleString()} ${what}${count === 1 ? "" : "s"}`;
}

function text(body: Body, key: string): string {
  const value = body[key];
  return typeof value === "string" ? value : "";
}

function number(body: Body, key: string): number {
  const value = body[key];
  return typeof value === "number" ? value : Array.isArray(value) ? value.length : 0;
}
