import type { RunView } from "../api/client.ts";
import { numberWord, numberWordFirst as number } from "../design/number.ts";

/** What the live runs do, as a sentence. @param isMore there are more than these */
export function answerOf(live: readonly Pick<RunView, "status">[], isMore = false): string {
  if (isMore) return `More than ${live.length} runs are live.`;
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
    ? `${numberWord(count)} ${verb} ${what}`
    : `${number(count)} ${count === 1 ? "run" : "runs"} ${verb} ${what}`;
}
