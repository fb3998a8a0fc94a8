import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Vitals } from "./metrics-port.ts";

/** The loop is asked 50 times a second: 0.1 % of a processor. */
const RESOLUTION_MS = 20;
const WINDOW_MS = 60_000;

/** Watches the process until `close`. */
export function watchVitals(): { readonly read: () => Vitals; readonly close: () => void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // What it records is the time between two looks, of which the resolution is meant to pass.
  const p99 = (): number =>
    histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
  let former = 0;
  const timer = setInterval(() => {
    former = p99();
    histogram.reset();
  }, WINDOW_MS).unref();
  return {
    read: () => ({ memoryBytes: process.memoryUsage.rss(), loopDelayP99Ms: Math.max(former, p99()) }),
    close: () => {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
