import type { Page } from "playwright-core";

/** How smoothly a page went on, by what `requestAnimationFrame` saw. */
export interface Smoothness {
  readonly frames: number;
  /** Of those that a display of 60 Hz would have shown. */
  readonly lost: number;
  readonly p95Ms: number;
  readonly longestMs: number;
  /** Tasks of 50 ms or longer, and the longest of them (0: there was none). */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** What all processes of the browser used, as a share of one processor: it survives a busy machine, frames do not. */
  readonly cpuShare: number;
}

const FRAME_MS = 1_000 / 60;

/** Watches the frames of a page while something goes on. */
export async function smoothness(page: Page, during: () => Promise<void>): Promise<Smoothness> {
  await page.evaluate(START);
  const startedAt = performance.now();
  const cpuBefore = await browserCpuMs(page);
  await during();
  const cpuShare = ((await browserCpuMs(page)) - cpuBefore) / (performance.now() - startedAt);
  const { frames, tasks } = await page.evaluate<{
    frames: number[];
    tasks: number[];
  }>("gaiaWatch.stop()");
  const sorted = frames.toSorted((one, other) => one - other);
  return {
    frames: frames.length,
    lost: frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / FRAME_MS) - 1), 0),
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    longestMs: sorted.at(-1) ?? Number.NaN,
    longTasks: tasks.length,
    longestTaskMs: Math.max(0, ...tasks),
    cpuShare,
  };
}

async function browserCpuMs(page: Page): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  if (session === undefined) return Number.NaN;
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0);
}

/** `12 of 600 frames lost, p95 17 ms, longest 50 ms, 1 task over 50 ms (64 ms)`. */
export function smoothnessText({
  frames,
  lost,
  p95Ms,
  longestMs,
  longTasks,
  longestTaskMs,
}: Smoothness): string {
  const tasks =
    longTasks === 0
      ? "no task over 50 ms"
      : `${longTasks} task${longTasks === 1 ? "" : "s"} over 50 ms (longest ${longestTaskMs.toFixed(0)} ms)`;
  return `${lost} of ${frames + lost} frames lost, p95 ${p95Ms.toFixed(0)} ms, longest ${longestMs.toFixed(0)} ms, ${tasks}`;
}

const START = `(() => {
  const frames = [];
  const tasks = [];
  let last = null;
  let request = requestAnimationFrame(function next(now) {
    if (last !== null) frames.push(now - last);
    last = now;
    request = requestAnimationFrame(next);
  });
  const take = (entries) => tasks.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: "longtask" });
  globalThis.gaiaWatch = {
    stop: () => {
      cancelAnimationFrame(request);
      take(observer.takeRecords());
      observer.disconnect();
      return { frames, tasks };
    },
  };
})()`;
