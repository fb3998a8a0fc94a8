import type { Page } from "playwright-core";

/** When a page can be used. All times are the browser's own, in ms since it began to ask for the page. */
export interface Interactive {
  /** What was waited for was painted. */
  readonly shownMs: number;
  /** Painted, and the last task of 50 ms or longer has ended: nothing has kept the page busy for half a second after. */
  readonly interactiveMs: number;
  /** A key that was pressed at the moment it was painted: until the frame after it was handled. */
  readonly answerMs: number;
  /** What tasks took over 50 ms, together (total blocking time). */
  readonly blockedMs: number;
}

const QUIET_MS = 500;
const LONG_MS = 50;

/** @param shown JavaScript that is true once what the page is for can be seen */
export async function interactiveOf(page: Page, address: string, shown: string): Promise<Interactive> {
  await page.addInitScript(watch(shown));
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction("globalThis.gaiaShown !== undefined", undefined, { polling: 10 });
  await page.keyboard.press("Shift");
  await page.waitForFunction(
    `globalThis.gaiaAnswer !== undefined && performance.now() - globalThis.gaiaReady() > ${QUIET_MS}`,
    undefined,
    { polling: 100 },
  );
  const [shownMs, interactiveMs, answerMs, blockedMs] = await page.evaluate<[number, number, number, number]>(
    "[gaiaShown, gaiaReady(), gaiaAnswer, gaiaTasks.reduce((sum, { ms }) => sum + ms - 50, 0)]",
  );
  return { shownMs, interactiveMs, answerMs, blockedMs };
}

/** The least disturbed value would flatter a start: the middle one counts. */
export function medianOf(found: readonly Interactive[]): Interactive {
  const middle = (what: keyof Interactive): number =>
    found.map((one) => one[what]).toSorted((one, other) => one - other)[Math.floor(found.length / 2)] ??
    Number.NaN;
  return {
    shownMs: middle("shownMs"),
    interactiveMs: middle("interactiveMs"),
    answerMs: middle("answerMs"),
    blockedMs: middle("blockedMs"),
  };
}

function watch(shown: string): string {
  return `(() => {
    globalThis.gaiaTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        if (duration >= ${LONG_MS}) gaiaTasks.push({ end: startTime + duration, ms: duration });
    }).observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.gaiaAnswer ??= duration;
    }).observe({ type: "first-input", buffered: true });
    globalThis.gaiaReady = () => Math.max(gaiaShown, ...gaiaTasks.map(({ end }) => end));
    const look = () => {
      if (!(${shown})) return requestAnimationFrame(look);
      // The frame that it is in has been made when a task after it runs.
      requestAnimationFrame(() => setTimeout(() => (globalThis.gaiaShown = performance.now())));
    };
    requestAnimationFrame(look);
  })()`;
}
