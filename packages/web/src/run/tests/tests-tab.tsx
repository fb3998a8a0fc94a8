import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import {
  Button,
  Empty,
  Failure,
  Icon,
  SectionHead,
  SkeletonRows,
  spoken,
  StatusMark,
} from "../../design/index.ts";
import { useKeptTests } from "../kept.ts";
import { Only } from "../only.tsx";
import type { TestCase, TestReport } from "../queries.ts";
import type { TabProps } from "../tabs.ts";
import { type CaseFilter, casesOf, failedFirst, verdictOf } from "./report.ts";

const FILTERS: readonly { readonly name: CaseFilter; readonly title: string }[] = [
  { name: "all", title: "All" },
  { name: "failed", title: "Failed" },
  { name: "skipped", title: "Skipped" },
  { name: "passed", title: "Passed" },
];
const MARKS = { passed: "completed", failed: "failed", skipped: "skipped" } as const;
const SHOWN = 200;

/** What test reports among the jobs' files say, by job, failed ones first. */
export function TestsTab({ id, state, selected, select }: TabProps) {
  const { search, set } = useAddress();
  const { items, isPending, refusal, retry, more } = useKeptTests(id, state, selected);
  const filter = FILTERS.find(({ name }) => name === search["cases"])?.name ?? "all";
  const text = search["q"] ?? "";
  const reports = failedFirst(items);
  const sum = totalOf(reports.map(({ report }) => report));
  return (
    <div className="tab-page">
      <Only job={selected} select={select} />
      {reports.length > 0 && (
        <>
          <h2>
            {verdictOf(sum)}
            {more === null ? "" : ", so far"}
          </h2>
          <div className="btns filters">
            <div className="search">
              <Icon name="find" />
              <input
                type="search"
                aria-label="Find tests"
                placeholder="a part of a name"
                defaultValue={text}
                onChange={(event) => set({ q: event.target.value }, { replace: true })}
              />
            </div>
            <div className="chips" role="group" aria-label="Filter">
              {FILTERS.map(({ name, title }) => (
                <button
                  key={name}
                  type="button"
                  className="chip"
                  aria-pressed={filter === name}
                  onClick={() => set({ cases: name === "all" ? null : name })}
                >
                  {title}
                </button>
              ))}
            </div>
          </div>
        </>
      )}
      {refusal !== null && <Failure what="Not all reports can be read." refusal={refusal} retry={retry} />}
      {reports.map(({ job, report }) => (
        <Report key={job} job={job} report={report} filter={filter} text={text} />
      ))}
      {isPending && <SkeletonRows rows={3} label="Tests" />}
      {!isPending && reports.length === 0 && refusal === null && (
        <Empty title="No test report">
          <p className="mid">
            Let a test tool write JUnit XML into the folder <code>$GAIA_ARTIFACTS</code>: its cases are listed
            here.
          </p>
        </Empty>
      )}
      {more !== null && (
        <div className="btns">
          <Button onClick={more}>Reports of more jobs</Button>
        </div>
      )}
    </div>
  );
}

function Report({
  job,
  report,
  filter,
  text,
}: {
  readonly job: string;
  readonly report: TestReport;
  readonly filter: CaseFilter;
  readonly text: string;
}) {
  const [most, setMost] = useState(SHOWN);
  const cases = casesOf(report.cases, filter, text);
  return (
    <section aria-label={job}>
      <SectionHead title={job} note={`${verdictOf(report)}, ${spoken(report.duration_ms)}`} />
      {report.problems.map((problem) => (
        <p key={problem} className="status-failed small">
          {problem}
        </p>
      ))}
      {report.truncated && <p className="soft small">The report has more cases than are listed.</p>}
      {cases.length === 0 && <p className="soft">No test is like that.</p>}
      <ul className="cases">
        {cases.slice(0, most).map((entry, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- two cases may have the same name
          <Case key={`${at} ${entry.name}`} entry={entry} />
        ))}
      </ul>
      {cases.length > most && (
        <Button size="small" onClick={() => setMost(most + SHOWN)}>
          {cases.length - most} more
        </Button>
      )}
    </section>
  );
}

function Case({ entry }: { readonly entry: TestCase }) {
  const name = (
    <>
      {entry.suite !== "" && <span className="soft">{entry.suite} › </span>}
      {entry.name}
    </>
  );
  const hasMore = entry.message !== "" || entry.details !== "";
  return (
    <li>
      <StatusMark status={MARKS[entry.status]} alone />
      {hasMore ? (
        <details open={entry.status === "failed"}>
          <summary>{name}</summary>
          {entry.message !== "" && <p className="mid">{entry.message}</p>}
          {entry.details !== "" && (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area takes focus
            <pre className="code" tabIndex={0}>
              {entry.details}
            </pre>
          )}
        </details>
      ) : (
        <span className="case-name">{name}</span>
      )}
      <span className="mono small soft nowrap">{spoken(entry.duration_ms)}</span>
    </li>
  );
}

function totalOf(reports: readonly TestReport[]): Pick<TestReport, "passed" | "failed" | "skipped"> {
  const sum = (key: "passed" | "failed" | "skipped"): number =>
    reports.reduce((total, report) => total + report[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}
