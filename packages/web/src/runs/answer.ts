import type { RunView } from "../api/client.ts";

const WORDS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

/** What the live runs do, as a sentence. */
export function answerOf(live: readonly Pick<RunView, "status">[]): string {
  const of = (status: string): number => live.filter((run) => run.status === status).length;
  const running = of("running");
  const parts = [
    running === 0 ? "" : `${number(running)} ${running === 1 ? "run is" : "runs are"} working`,
    clause(of("pending"), running > 0, "pending"),
    clause(of("stopping"), running > 0 || of("pending") > 0, "being stopped"),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "Nothing is running." : `${parts.join(", ")}.`;
}

function clause(count: number, isFollowing: boolean, what: string): string {
  if (count === 0) return "";
  const verb = count === 1 ? "is" : "are";
  return isFollowing
    ? `${number(count).toLowerCase()} ${verb} ${what}`
    : `${number(count)} ${count === 1 ? "run" : "runs"} ${verb} ${what}`;
}

/** Numbers up to ten are words. */
export function number(count: number): string {
  return WORDS[count] ?? String(count);
}
