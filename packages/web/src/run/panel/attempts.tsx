import { Link } from "@tanstack/react-router";
import type { JobDetail, JobView } from "../../api/client.ts";
import { Moment, type Status, StatusMark, timeOfDay, Took } from "../../design/index.ts";
import { isEnded } from "../words.ts";

type Attempt = JobDetail["attempts"][number];
type Outcome = NonNullable<Attempt["outcome"]>;

const MARKS: Readonly<Record<Outcome, Status>> = {
  succeeded: "completed",
  failed: "failed",
  timed_out: "failed",
  cancelled: "cancelled",
  lost: "failed",
  rejected: "failed",
  limit: "failed",
};
const WORDS: Readonly<Record<Outcome, string>> = {
  succeeded: "succeeded",
  failed: "failed",
  timed_out: "timed out",
  cancelled: "was stopped",
  lost: "was lost with its worker",
  rejected: "was refused",
  limit: "went past a limit",
};

/** What was tried, oldest first, and what comes only if that fails. */
export function Attempts({
  job,
  attempts,
}: {
  readonly job: JobView;
  readonly attempts: readonly Attempt[];
}) {
  const ahead = isEnded(job.status) ? 0 : Math.max(0, job.max_attempts - attempts.length);
  if (attempts.length === 0 && ahead < 2) return null;
  return (
    <section>
      <h3>Attempts</h3>
      <ol className="attempts">
        {attempts.map((attempt) => (
          <AttemptRow key={attempt.number} attempt={attempt} isStopping={job.status === "stopping"} />
        ))}
        {ahead > 0 && (
          <li>
            <StatusMark status="pending" />
            <span className="soft">
              {ahead === 1 ? "1 more" : `${ahead} more`}
              {attempts.length > 0 && ", only after a failure"}
            </span>
          </li>
        )}
      </ol>
    </section>
  );
}

function AttemptRow({ attempt, isStopping }: { readonly attempt: Attempt; readonly isStopping: boolean }) {
  const { outcome, exit_code: exit, message, child_run: child } = attempt;
  const status = outcome === null ? (isStopping ? "stopping" : "running") : MARKS[outcome];
  const word = outcome === null ? (isStopping ? "being stopped" : "running") : WORDS[outcome];
  const code = exit === null || exit === 0 ? "" : `, exit ${exit}`;
  const isSaid = message === "" || /^(?:exit code \d+|stopped: \w+)$/.test(message);
  const began = attempt.started_at ?? attempt.assigned_at;
  return (
    <li>
      <StatusMark status={status} />
      <span>
        <b>{attempt.number}</b> {word}
        {code}
      </span>
      <span className="mono small soft">
        <Took from={attempt.started_at} to={attempt.ended_at} fine />
      </span>
      {!isSaid && <p>{message}</p>}
      <p className="soft">
        <Moment at={began} text={timeOfDay(Date.parse(began))} />
        {attempt.worker !== "" && <> on {attempt.worker}</>}
        {child !== null && (
          <>
            {" "}
            as{" "}
            <Link className="link" to="/runs/$run" params={{ run: child }} search={{}}>
              a run of its own
            </Link>
          </>
        )}
      </p>
    </li>
  );
}
