import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JobDetail, JobView } from "../../api/client.ts";
import { StatusMark } from "../../design/index.ts";
import { testsQuery } from "../queries.ts";
import { looksLikeReport, verdictOf } from "../tests/report.ts";

const FAILURES = 3;

/** What the job's test reports say; nothing when it kept none. */
export function TestSummary({
  id,
  job,
  detail,
  changed,
}: {
  readonly id: string;
  readonly job: JobView;
  readonly detail: JobDetail;
  readonly changed: string;
}) {
  const isThere = detail.artifacts.some(({ path }) => looksLikeReport(path));
  const { data: report } = useQuery({ ...testsQuery(id, job.key, changed), enabled: isThere });
  if (report === undefined || report.passed + report.failed + report.skipped === 0) return null;
  return (
    <section>
      <h3>Tests</h3>
      <p>
        <StatusMark status={report.failed > 0 ? "failed" : "completed"} /> {verdictOf(report)}
      </p>
      <ul className="small mid">
        {report.cases.slice(0, FAILURES).flatMap((entry) =>
          entry.status === "failed"
            ? [
                <li key={`${entry.suite} ${entry.name}`}>
                  {entry.suite === "" ? "" : `${entry.suite} › `}
                  {entry.name}
                </li>,
              ]
            : [],
        )}
      </ul>
      <Link className="link" to="/runs/$run" params={{ run: id }} search={{ tab: "tests", job: job.key }}>
        All tests
      </Link>
    </section>
  );
}
