import { SkeletonRows } from "../design/index.ts";
import { took } from "./facts.ts";
import type { PipelineStatistics, RunFigures } from "./queries.ts";

/** How the runs of 30 days ended, and how long each task takes. */
export function Statistics({
  figures,
  statistics,
}: {
  readonly figures: RunFigures;
  readonly statistics: PipelineStatistics | undefined;
}) {
  if (statistics === undefined) return <SkeletonRows rows={5} label="Statistics" />;
  if (statistics.runs === 0)
    return <p className="mid">No run has ended yet, so there is nothing to measure.</p>;
  return (
    <>
      <section aria-label="Outcomes">
        <p className="mid">
          {figures.runs} runs ended in the last 30 days: {figures.completed} completed, {figures.failed}{" "}
          failed, {figures.cancelled} cancelled.
        </p>
        {figures.runs > 0 && (
          <div className="bar outcome-bar" aria-hidden="true">
            {figures.completed > 0 && (
              <i className="core-completed" style={{ flexGrow: figures.completed }} />
            )}
            {figures.failed > 0 && <i className="core-failed" style={{ flexGrow: figures.failed }} />}
            {figures.cancelled > 0 && (
              <i className="core-cancelled" style={{ flexGrow: figures.cancelled }} />
            )}
          </div>
        )}
      </section>
      <section aria-label="Tasks">
        <p className="soft small">
          Over the last {statistics.runs === 1 ? "run" : `${statistics.runs} runs`}. Flaky: failed first,
          succeeded in a later attempt of the same run.
        </p>
        <div className="scroll-x" role="region" aria-label="Tasks, table" tabIndex={0}>
          <table>
            <caption className="vh">How long tasks take, the longest first</caption>
            <thead>
              <tr>
                <th scope="col">Task</th>
                {["Typical", "Slow (p95)", "Waiting", "Runs", "Failed", "Flaky"].map((head) => (
                  <th key={head} scope="col" className="num">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {statistics.tasks.map((task) => (
                <tr key={task.key}>
                  <th scope="row">{task.key}</th>
                  <td className="num mono">{took(task.typical_ms)}</td>
                  <td className="num mono">{took(task.slow_ms)}</td>
                  <td className="num mono">{task.waiting_ms === 0 ? "–" : took(task.waiting_ms)}</td>
                  <td className="num">{task.runs}</td>
                  <td className="num">{task.failed === 0 ? "–" : task.failed}</td>
                  <td className="num">{task.flaky === 0 ? "–" : task.flaky}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}
