import type { Page } from "playwright-core";
import { type Dashboard, withDashboard } from "../browser/dashboard.ts";
import { type Interactive, interactiveOf, medianOf } from "../browser/interactive.ts";
import { pageMemory, type PageMemory } from "../browser/memory.ts";
import { mebibytes, ms, plain, quantile, type Result, ROUNDS, times } from "../row.ts";
import { NO_COPIES, seedHistory } from "./history.ts";
import { opened } from "./dashboard-load.ts";

const LONG = 100_000;
const SHORT = 1_000;
/** Pages of 50 that are turned after the first. */
const DEEP = 15;
const GIVEN_UP_MS = 60_000;
const SHOWN = 'document.querySelectorAll("main tbody tr").length >= 50';

interface Listed {
  readonly first: Interactive;
  readonly filterMs: number;
  readonly searchMs: number;
  readonly turnsMs: readonly number[];
  readonly memory: PageMemory;
}

/** The list of 100,000 runs, beside the same list of 1,000. */
export const runsInBrowser = (): Promise<readonly Result[]> =>
  withRuns(LONG, (long) =>
    withRuns(SHORT, async (short) => {
      const found = { long: [] as Listed[], short: [] as Listed[] };
      await listed(short);
      await listed(long);
      for (let round = 0; round < ROUNDS; round++) {
        found.short.push(await listed(short));
        found.long.push(await listed(long));
      }
      return results(found.long, found.short);
    }),
  );

function withRuns<T>(count: number, use: (dashboard: Dashboard) => Promise<T>): Promise<T> {
  return withDashboard(use, (home) => seedHistory(home, count, Date.now()), NO_COPIES);
}

function results(long: readonly Listed[], short: readonly Listed[]): readonly Result[] {
  const line = (what: string, of: (found: Listed) => readonly number[], share: number): Result => {
    const [ours, floor] = [long, short].map((all) => quantile(all.flatMap(of), share)) as [number, number];
    return {
      ...plain(`list of 100,000 runs in the browser: ${what}`, ms(ours)),
      against: `1,000 runs ${ms(floor)}`,
      ratio: times(ours / floor),
    };
  };
  const [ours, floor] = [long, short].map((all) => medianOf(all.map(({ first }) => first))) as [
    Interactive,
    Interactive,
  ];
  const memory = [long, short].map((all) => all.at(-1)?.memory ?? { heapMiB: NaN, processMiB: NaN });
  const [most, least] = memory.map(
    ({ heapMiB, processMiB }) => `${mebibytes(heapMiB)}, ${mebibytes(processMiB)}`,
  );
  return [
    opened("list of 100,000 runs", ours, "1,000 runs", floor, "≤ 1 s"),
    line("only failed ones, median", ({ filterMs }) => [filterMs], 0.5),
    line("search for a part of a name, median", ({ searchMs }) => [searchMs], 0.5),
    line(`next 50, ${DEEP} times, p95`, ({ turnsMs }) => turnsMs, 0.95),
    {
      ...plain(`list of 100,000 runs after all that: heap of the page, its process (PSS)`, most ?? ""),
      against: `1,000 runs ${least ?? ""}`,
    },
  ];
}

/** What somebody does who looks for a run. */
async function listed({ address, fresh }: Dashboard): Promise<Listed> {
  const page = await fresh();
  try {
    const first = await interactiveOf(page, `${address}/runs`, SHOWN);
    const turnsMs: number[] = [];
    for (let turn = 0; turn < DEEP; turn++) turnsMs.push(await changes(page, press("Older")));
    await changes(page, press("All"));
    const filterMs = await changes(page, press("Failed"));
    await changes(page, press("All"));
    const searchMs = await changes(page, SEARCH);
    return { first, filterMs, searchMs, turnsMs, memory: await pageMemory(page) };
  } finally {
    await page.context().close();
  }
}

/** Does something, and waits until other runs are shown and painted. Measured within the page. */
function changes(page: Page, deed: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve, reject) => {
    const rows = () => [...document.querySelectorAll("main tbody tr a")].map(({ href }) => href).join();
    const before = rows();
    const startedAt = performance.now();
    ${deed}
    const look = () => {
      const now = rows();
      if (performance.now() - startedAt > ${GIVEN_UP_MS}) return reject(new Error("no other runs are shown"));
      if (now === before || now === "") return requestAnimationFrame(look);
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startedAt)));
    };
    requestAnimationFrame(look);
  })`);
}

function press(name: string): string {
  return `[...document.querySelectorAll("main button")].find(({ textContent }) => textContent === ${JSON.stringify(name)}).click();`;
}

/** As React hears it. */
const SEARCH = `{
  const field = document.querySelector('main input[type="search"]');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "line-42");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}`;
