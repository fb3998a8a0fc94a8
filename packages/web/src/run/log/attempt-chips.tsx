import type { JobDetail } from "../../api/client.ts";
import { type Status, StatusMark } from "../../design/index.ts";

type Attempt = JobDetail["attempts"][number];

/** One chip an attempt, when there are several. */
export function AttemptChips({
  job,
  attempt,
  choose,
}: {
  readonly job: JobDetail;
  readonly attempt: number;
  readonly choose: (attempt: number) => void;
}) {
  if (job.attempts.length < 2) return null;
  return (
    <div className="chips" role="group" aria-label="Attempt">
      {job.attempts.map((each) => (
        <button
          key={each.number}
          type="button"
          className="chip"
          aria-pressed={each.number === attempt}
          title={each.message === "" ? undefined : each.message}
          onClick={() => choose(each.number)}
        >
          <StatusMark status={attemptStatus(each)} />
          Attempt {each.number}
          <span className="vh">, {attemptStatus(each)}</span>
        </button>
      ))}
    </div>
  );
}

/** The mark that stands for an attempt. */
export function attemptStatus({ outcome, started_at }: Attempt): Status {
  if (outcome === null) return started_at === null ? "queued" : "running";
  if (outcome === "succeeded") return "completed";
  return outcome === "cancelled" ? "cancelled" : "failed";
}
