import type { Page } from "playwright-core";
import { pssMiB } from "../processes.ts";

/** What a page takes, after its garbage was collected. */
export interface PageMemory {
  readonly heapMiB: number;
  /** Proportional set size of the process that has the page: also what is drawn, laid out and decoded. */
  readonly processMiB: number;
}

/** The only page that is open: of the browser's other processes for pages, which wait to be used, each is smaller. */
export async function pageMemory(page: Page): Promise<PageMemory> {
  const session = await page.context().newCDPSession(page);
  const all = await page.context().browser()?.newBrowserCDPSession();
  try {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    const processes = (await all?.send("SystemInfo.getProcessInfo"))?.processInfo ?? [];
    const renderers = processes.filter(({ type }) => type === "renderer").map(({ id }) => pssMiB(id));
    return { heapMiB: usedSize / 2 ** 20, processMiB: Math.max(...renderers) };
  } finally {
    await session.detach();
    await all?.detach();
  }
}
