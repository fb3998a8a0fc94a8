import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { watchVitals } from "./vitals.ts";

test("a loop that was held up shows it, and memory is told", async () => {
  const vitals = watchVitals();
  try {
    await pause(50);
    const until = performance.now() + 500;
    while (performance.now() < until);
    await vi.waitFor(() => expect(vitals.read().loopDelayP99Ms).toBeGreaterThan(300), { timeout: 20_000 });
    expect(vitals.read().memoryBytes).toBeGreaterThan(1_000_000);
  } finally {
    vitals.close();
  }
});
