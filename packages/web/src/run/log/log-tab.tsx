import type { JobDetail } from "../../api/client.ts";
import { clock, Empty } from "../../design/index.ts";
import { LogView } from "./log-view.tsx";
import { useAttempt } from "./use-attempt.ts";

type Attempt = JobDetail["attempts"][number];

/** The whole viewer for a job, for a page or a tab. Attempt, line and search stand in the address. */
export function LogTab({ run, job }: { readonly run: string; readonly job: JobDetail }) {
  const { attempt } = useAttempt(job);
  const found = job.attempts.find(({ number }) => number === attempt);
  if (found === undefined)
    return (
      <div className="page">
        <Empty title="No log yet">
          <p className="mid">
            {job.ended_at === null
              ? "This job has not begun. What it prints appears here as it comes."
              : "This job ended without an attempt, so nothing was printed."}
          </p>
        </Empty>
      </div>
    );
  const isGood = found.outcome === null || found.outcome === "succeeded";
  return (
    <LogView
      key={`${run}/${job.key}/${attempt}`}
      run={run}
      job={job.key}
      attempt={attempt}
      // What broke stands at the end of what was printed.
      openAt={isGood ? "start" : "end"}
      end={<p>{endText(found)}</p>}
    />
  );
}

const OUTCOMES = {
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "ran out of time",
  cancelled: "was cancelled",
  lost: "was lost with its worker",
  rejected: "was rejected",
  limit: "passed a limit",
} as const;

/** `Attempt 2 failed with exit code 1 after 2:03.` */
export function endText({ number, outcome, exit_code, message, started_at, ended_at }: Attempt): string {
  if (outcome === null) return "";
  const code = exit_code === null || outcome === "succeeded" ? "" : ` with exit code ${exit_code}`;
  const took =
    started_at === null || ended_at === null
      ? ""
      : ` after ${clock(Math.max(0, Date.parse(ended_at) - Date.parse(started_at)), true)}`;
  const words = message === "" || message === `exit code ${exit_code}` ? "" : ` ${message}`;
  return `Attempt ${number} ${OUTCOMES[outcome]}${code}${took}.${words}`;
}
