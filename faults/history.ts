import type { EventView, JobView, RunView } from "@gaia/contracts/api.ts";
import type { GaiaClient } from "../packages/cli/src/client/api.ts";

/** What the log says about one attempt. */
export interface LoggedAttempt {
  readonly number: number;
  readonly assignedAt: number;
  /** Null: the log does not say that it ended. */
  readonly outcome: string | null;
  readonly exitCode: number | null;
  readonly message: string;
  readonly endedAt: number | null;
}

/** One run as rows and log tell it. */
export interface RunHistory {
  readonly run: RunView;
  readonly jobs: readonly JobView[];
  readonly events: readonly EventView[];
  /** By the job's number. */
  readonly attempts: ReadonlyMap<number, readonly LoggedAttempt[]>;
}

/** Every run that the server knows. */
export async function allRuns(client: GaiaClient): Promise<readonly RunView[]> {
  return everyPage((cursor) => client.runs({ cursor, limit: "100" }));
}

/** Everything about one run. */
export async function historyOf(client: GaiaClient, run: RunView): Promise<RunHistory> {
  const jobs = await everyPage((cursor) => client.jobs(run.id, { cursor }));
  const events: EventView[] = [];
  for (let after: string | undefined; ; ) {
    const { items } = await client.events(run.id, after);
    const last = items.at(-1);
    if (last === undefined) break;
    events.push(...items);
    after = last.cursor;
  }
  const numbers = new Map(jobs.map((job) => [job.key, job.number]));
  return { run, jobs, events, attempts: attemptsOf(events, numbers) };
}

function attemptsOf(
  events: readonly EventView[],
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<number, readonly LoggedAttempt[]> {
  const attempts = new Map<number, LoggedAttempt[]>();
  for (const event of events) {
    const number = numbers.get(event.job ?? "");
    if (number === undefined) continue;
    const known = attempts.get(number) ?? [];
    attempts.set(number, known);
    const attempt = Number(event.body["attempt"]);
    const at = Date.parse(event.at);
    if (event.kind === "job.assigned") {
      known.push({
        number: attempt,
        assignedAt: at,
        outcome: null,
        exitCode: null,
        message: "",
        endedAt: null,
      });
    } else if (event.kind === "attempt.ended" || event.kind === "job.returned") {
      const index = known.findLastIndex((logged) => logged.number === attempt && logged.outcome === null);
      const before = known[index];
      if (before === undefined) {
        // An end that nothing began: the checker reports it, as an attempt of that outcome twice.
        known.push({ ...ended(event, at), number: attempt, assignedAt: at });
      } else known[index] = { ...before, ...ended(event, at) };
    }
  }
  return attempts;
}

function ended(event: EventView, at: number): Omit<LoggedAttempt, "number" | "assignedAt"> {
  const { outcome, exit_code: exitCode, message } = event.body;
  return {
    outcome: event.kind === "job.returned" ? "returned" : String(outcome),
    exitCode: typeof exitCode === "number" ? exitCode : null,
    message: typeof message === "string" ? message : "",
    endedAt: at,
  };
}

async function everyPage<T>(
  ask: (cursor: string | undefined) => Promise<{ items: readonly T[]; next_cursor: string | null }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(cursor);
    all.push(...page.items);
    if (page.next_cursor === null) return all;
    cursor = page.next_cursor;
  }
}
