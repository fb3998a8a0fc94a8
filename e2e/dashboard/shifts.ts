import type { Page } from "playwright-core";

/** "Good" cumulative layout shift (web.dev/cls): a sentence that wraps is within it, a table that is laid out anew is not. */
export const WELL = 0.1;

/** Something that moved, and how far it did. */
export interface Shift {
  readonly value: number;
  readonly of: readonly string[];
}

/** Watches from now on. What follows from a person's own act within half a second is his, says the standard. */
export async function watchShifts(page: Page): Promise<() => Promise<readonly Shift[]>> {
  await page.evaluate(`{
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries())
        if (!hadRecentInput)
          shifts.push({ value, of: sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 120)) });
    }).observe({ type: "layout-shift" });
  }`);
  return () => page.evaluate<readonly Shift[]>("shifts");
}

export function sumOf(shifts: readonly Shift[]): number {
  return shifts.reduce((sum, { value }) => sum + value, 0);
}
