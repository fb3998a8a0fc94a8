import type { Page } from "playwright-core";
import { type Dashboard, withDashboard } from "../browser/dashboard.ts";
import { type Interactive, interactiveOf, medianOf } from "../browser/interactive.ts";
import { FIRST_LOAD_MAX, type Wire, wireOf } from "../browser/wire.ts";
import { ms, plain, type Result, ROUNDS, times } from "../row.ts";
import { layers, workload } from "../workloads.ts";

/** Something to see on every page. */
const RUN = workload("small", "echo done", layers(12, 3)).definition;
/** A page of the server's own, without a script: what browser, server and machine take by themselves. */
export const BARE = "/sign-in";
export const BARE_SHOWN = 'document.querySelector("h1") !== null';
const HOME_SHOWN =
  'document.querySelector("main .cols") !== null && document.querySelector("main [aria-busy]") === null';

/** Bytes of the first screen, from the answers that the browser gets. */
export const firstLoad = (): Promise<readonly Result[]> =>
  withDashboard(async (dashboard) => {
    const run = await ended(dashboard);
    const lines: Result[] = [];
    for (const [name, path] of [
      ["home", "/"],
      ["a run", `/runs/${run}`],
    ] as const) {
      const gzip = await wireAt(dashboard, path, ["gzip"]);
      const brotli = await wireAt(dashboard, path, ["gzip", "br"]);
      lines.push(
        plain(
          `first load of ${name}, over the wire: page, scripts and styles with gzip (brotli); besides: their heads, fonts, answers of the API`,
          `${kilobytes(gzip.codeBytes)} (${kilobytes(brotli.codeBytes)}); ${kilobytes(gzip.headBytes)}, ${kilobytes(gzip.fontBytes)}, ${kilobytes(gzip.apiBytes)}`,
          path === "/" ? `≤ ${kilobytes(FIRST_LOAD_MAX)}` : "",
        ),
      );
    }
    return lines;
  });

/** Until home and a small run can be used, with nothing cached, beside a page without a script. */
export const interactive = (): Promise<readonly Result[]> =>
  withDashboard(async (dashboard) => {
    const run = `/runs/${await ended(dashboard)}`;
    const runShown = 'document.querySelectorAll("svg.graph [data-key]").length === 12';
    const found = { bare: [] as Interactive[], home: [] as Interactive[], run: [] as Interactive[] };
    await openedAt(dashboard, "/", HOME_SHOWN);
    for (let round = 0; round < ROUNDS; round++) {
      found.bare.push(await openedAt(dashboard, BARE, BARE_SHOWN));
      found.home.push(await openedAt(dashboard, "/", HOME_SHOWN));
      found.run.push(await openedAt(dashboard, run, runShown));
    }
    const bare = medianOf(found.bare);
    return [
      opened("home", medianOf(found.home), "a page without a script", bare, ""),
      opened("a run of 12 jobs", medianOf(found.run), "a page without a script", bare, ""),
    ];
  });

/** Opens an address in a browser that has never been here. */
export async function openedAt(dashboard: Dashboard, path: string, shown: string): Promise<Interactive> {
  return away(dashboard, (page) => interactiveOf(page, dashboard.address + path, shown));
}

export function opened(
  what: string,
  found: Interactive,
  floorName: string,
  floor: Interactive,
  reach: string,
): Result {
  return {
    ...plain(
      `${what}, nothing cached: shown, interactive; first key answered after; main thread blocked`,
      `${ms(found.shownMs)}, ${ms(found.interactiveMs)}; ${ms(found.answerMs)}; ${ms(found.blockedMs)}`,
      reach,
    ),
    against: `${floorName} ${ms(floor.interactiveMs)}`,
    ratio: times(found.interactiveMs / floor.interactiveMs),
  };
}

function wireAt(dashboard: Dashboard, path: string, encodings: readonly ("gzip" | "br")[]): Promise<Wire> {
  return away(dashboard, (page) => wireOf(page, dashboard.address + path, encodings));
}

async function away<T>({ fresh }: Dashboard, use: (page: Page) => Promise<T>): Promise<T> {
  const page = await fresh();
  try {
    return await use(page);
  } finally {
    await page.context().close();
  }
}

async function ended({ lab }: Dashboard): Promise<string> {
  const id = await lab.run(RUN);
  await lab.ended(id);
  return id;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
}
