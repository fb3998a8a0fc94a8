import { type Dashboard, withDashboard } from "../browser/dashboard.ts";
import { type LogViewMeasures, measureLogView } from "../browser/log-view.ts";
import { mebibytes, ms, plain, type Result, times } from "../row.ts";

const MANY = 1_000_000;
const FEW = 50_000;
/** Stands in three lines of each, one of them near the end. */
const WANTED = "needle";

/** A log of a million lines, beside one of 50,000: what is seen of a log should not take longer when there is more. */
export const logInBrowser = (): Promise<readonly Result[]> =>
  withDashboard(async (dashboard) => {
    await measured(dashboard, FEW);
    const few = await measured(dashboard, FEW);
    const many = await measured(dashboard, MANY);
    const line = (what: string, of: (found: LogViewMeasures) => number, reach: string): Result => ({
      ...plain(`a log of 1,000,000 lines in the browser: ${what}`, ms(of(many)), reach),
      against: `50,000 lines ${ms(of(few))}`,
      ratio: times(of(many) / of(few)),
    });
    return [
      line("first lines, nothing cached", ({ firstLinesMs }) => firstLinesMs, ""),
      line("jump to the end", ({ endMs }) => endMs, ""),
      line("jump to the middle", ({ jumpMs }) => jumpMs, ""),
      line(`search, until all of it was searched (${many.hits})`, ({ searchMs }) => searchMs, ""),
      line("scrolled by the wheel: p95 from frame to frame", ({ frameP95Ms }) => frameP95Ms, "≤ 20 ms"),
      line("scrolled by the wheel: longest task", ({ longestTaskMs }) => longestTaskMs, ""),
      {
        ...plain(
          "a log of 1,000,000 lines in the browser: heap of the page, elements",
          `${mebibytes(many.heapMb / 1.048_576)}, ${many.elements}`,
        ),
        against: `50,000 lines ${mebibytes(few.heapMb / 1.048_576)}, ${few.elements}`,
      },
    ];
  });

async function measured({ lab, address, fresh }: Dashboard, lines: number): Promise<LogViewMeasures> {
  const third = Math.floor(lines / 3) - 7;
  const words = `(n % ${third} == 0 ? \\"${WANTED}\\" : \\"compiled\\")`;
  const program = `BEGIN { for (n = 1; n <= ${lines}; n++) print n, ${words}, \\"packages/core/src/run/transition.ts in 12 ms\\" }`;
  const run = await lab.run(`name: log\ntasks:\n  - id: big\n    command: "awk '${program}'"\n`);
  await lab.ended(run);
  const page = await fresh();
  try {
    return await measureLogView(page, `${address}/runs/${run}/log/big`, WANTED);
  } finally {
    await page.context().close();
  }
}
