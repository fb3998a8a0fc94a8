import { availableParallelism } from "node:os";
import { type Dashboard, withDashboard } from "../browser/dashboard.ts";
import { smoothness, type Smoothness, smoothnessText } from "../browser/frames.ts";
import { type Interactive, medianOf } from "../browser/interactive.ts";
import { until } from "../lab.ts";
import { plain, type Result, ROUNDS } from "../row.ts";
import { layers, workload } from "../workloads.ts";
import { BARE, opened, openedAt } from "./dashboard-load.ts";

const JOBS = 1_000;
const FEW = 10;
const ENDS_PER_SECOND = 50;
const WATCH_MS = 10_000;
/** A worker has two slots more than there are processors. */
const SLOTS = availableParallelism() + 2;
/** So long does each task take, that so many end in a second. */
const TASK_S = (SLOTS / ENDS_PER_SECOND - 0.008).toFixed(3);

/** A graph of 1,000 jobs: until it can be used, and its frames while 50 of them end each second. */
export const graphInBrowser = (): Promise<readonly Result[]> =>
  withDashboard(async (dashboard) => {
    const many = await endedRun(dashboard, JOBS);
    const few = await endedRun(dashboard, FEW);
    const found = { many: [] as Interactive[], few: [] as Interactive[] };
    await openedAt(dashboard, `/runs/${few}`, shows(FEW));
    for (let round = 0; round < ROUNDS; round++) {
      found.few.push(await openedAt(dashboard, `/runs/${few}`, shows(FEW)));
      found.many.push(await openedAt(dashboard, `/runs/${many}`, shows(JOBS)));
    }
    const bare = await watched(dashboard, () => BARE);
    const live = await watched(dashboard, (run) => `/runs/${run}`);
    return [
      opened(
        "the graph of 1,000 jobs",
        medianOf(found.many),
        "a graph of 10 jobs",
        medianOf(found.few),
        "≤ 1 s",
      ),
      {
        ...plain(
          `the graph of 1,000 jobs while ${live.perSecond.toFixed(0)} of them end each second, for 10 s`,
          smoothnessText(live.seen),
          "without a stutter",
        ),
        against: `a page without a script, with such a run beside: ${smoothnessText(bare.seen)}`,
        cpu: `browser ${percent(live.seen.cpuShare)} : ${percent(bare.seen.cpuShare)} of a processor`,
      },
    ];
  });

/** Every job has its node: with so many of them most are dots, but all in sight are there. */
function shows(jobs: number): string {
  return `document.querySelectorAll("svg.graph [data-key]").length === ${jobs}`;
}

async function endedRun({ lab }: Dashboard, jobs: number): Promise<string> {
  const id = await lab.run(workload(`graph-${jobs}`, "true", layers(jobs, Math.min(jobs, 50))).definition);
  await lab.ended(id);
  return id;
}

interface Watched {
  readonly seen: Smoothness;
  /** Jobs that ended a second, as the server counts them. */
  readonly perSecond: number;
}

/** The frames of a page while a run of 1,000 jobs goes on that waited until the page was there. */
async function watched(dashboard: Dashboard, pathOf: (run: string) => string): Promise<Watched> {
  const { lab, address, fresh } = dashboard;
  const gate = "  - {id: go, type: approval, description: Begin}\n";
  const { definition } = workload("live", `sleep ${TASK_S}`, layers(JOBS - 1, 50));
  const behindGate = definition.replaceAll("dependencies: []", "dependencies: [go]") + gate;
  const run = await lab.run(behindGate);
  const page = await fresh();
  try {
    await page.goto(address + pathOf(run));
    if (pathOf(run) !== BARE) await page.waitForFunction(shows(JOBS));
    await lab.call("POST", `/api/v1/runs/${run}/jobs/go/approve`, {});
    await until(async () => (await completed(dashboard, run)) > ENDS_PER_SECOND);
    const before = await completed(dashboard, run);
    const startedAt = performance.now();
    const seen = await smoothness(page, () => new Promise((resolve) => setTimeout(resolve, WATCH_MS)));
    const perSecond =
      ((await completed(dashboard, run)) - before) / ((performance.now() - startedAt) / 1_000);
    return { seen, perSecond };
  } finally {
    await page.context().close();
    await lab.call("POST", `/api/v1/runs/${run}/stop`, { force: true });
    await lab.ended(run);
  }
}

/** Out of the list, which is cheap to make: asking for the run itself would make all its jobs each time. */
async function completed({ lab }: Dashboard, run: string): Promise<number> {
  const { items } = (await lab.get("/api/v1/runs?limit=5")) as {
    items: { id: string; counts: { completed?: number } }[];
  };
  return items.find(({ id }) => id === run)?.counts.completed ?? 0;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
