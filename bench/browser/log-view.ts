/**
 * How the log view behaves in a real browser: when its first lines are painted, how long frames take while it is
 * scrolled, what memory it takes. The browser is the caller's (Chromium by `playwright-core`), so that this file needs
 * nothing installed.
 */

/** The part of a playwright page that is used. */
export interface Page {
  goto(address: string): Promise<unknown>;
  waitForFunction(expression: string, argument?: unknown, options?: { timeout: number }): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  fill(selector: string, text: string): Promise<void>;
  readonly mouse: {
    move(x: number, y: number): Promise<void>;
    wheel(x: number, y: number): Promise<void>;
  };
}

export interface LogViewMeasures {
  /** From the request of the page until lines with text were painted, ms. */
  readonly firstLinesMs: number;
  /** Until the whole log was looked through and its length was known, ms. */
  readonly wholeMs: number;
  readonly lines: string;
  /** Between two frames while the wheel turned, ms. */
  readonly frameMedianMs: number;
  readonly frameP95Ms: number;
  /** The longest time the page's thread did nothing else for, ms. */
  readonly longestTaskMs: number;
  /** From a jump to the middle until its lines had text, ms. */
  readonly jumpMs: number;
  /** From a jump to the end until its last lines had text, ms. */
  readonly endMs: number;
  /** From the text in the search field until the whole log was searched, ms. */
  readonly searchMs: number;
  /** What the page says of the search, such as `3 hits`. */
  readonly hits: string;
  readonly heapMb: number;
  readonly elements: number;
}

const WHOLE_MS = 120_000;
const TURNS = 120;
const HAS_TEXT = `[...document.querySelectorAll(".log li .tx")].filter((line) => line.textContent !== "").length > 10`;

/**
 * Opens the log at `address`, of more than 20,100 lines, and measures. The page must be signed in.
 *
 * @param wanted what is searched for in the end
 */
export async function measureLogView(page: Page, address: string, wanted: string): Promise<LogViewMeasures> {
  const started = performance.now();
  await page.goto(address);
  await page.waitForFunction(HAS_TEXT, undefined, { timeout: WHOLE_MS });
  const firstLinesMs = performance.now() - started;
  await page.waitForFunction(
    `/lines? ·/.test(document.querySelector(".log-bar .size")?.textContent ?? "")`,
    undefined,
    { timeout: WHOLE_MS },
  );
  const wholeMs = performance.now() - started;
  await page.evaluate(WATCH);
  await page.mouse.move(640, 500);
  for (let turn = 0; turn < TURNS; turn += 1) await page.mouse.wheel(0, turn % 3 === 2 ? -120 : 240);
  const frames = (await page.evaluate("globalThis.gaiaFrames.slice(1)")) as readonly number[];
  const longestTaskMs = Number(await page.evaluate("Math.max(0, ...globalThis.gaiaTasks)"));
  const jumped = performance.now();
  await page.evaluate(`(() => {
    const log = document.querySelector(".log");
    log.scrollTop = log.scrollHeight / 2;
  })()`);
  await page.waitForFunction(
    `Number(document.querySelector(".log li[data-line]")?.dataset.line) > 10000 && ${HAS_TEXT}`,
  );
  const jumpMs = performance.now() - jumped;
  const ended = performance.now();
  await page.evaluate(`(() => {
    const log = document.querySelector(".log");
    log.scrollTop = log.scrollHeight;
  })()`);
  await page.waitForFunction(
    `(() => {
      const last = [...document.querySelectorAll(".log li[data-line]")].at(-1);
      const lines = document.querySelector(".log-bar .size").textContent.replace(/ lines?.*/, "").replaceAll(/\\D/g, "");
      return last?.dataset.line === lines && (last.querySelector(".tx")?.textContent ?? "") !== "";
    })()`,
  );
  const endMs = performance.now() - ended;
  const searched = performance.now();
  await page.fill('.log-bar input[type="search"]', wanted);
  await page.waitForFunction(
    `/^[^%]*(hits?|of [^%]*)$/i.test(${HITS}) && !/^Searching/.test(${HITS})`,
    undefined,
    {
      timeout: WHOLE_MS,
    },
  );
  const searchMs = performance.now() - searched;
  const hits = String(await page.evaluate(HITS));
  const sorted = frames.toSorted((one, other) => one - other);
  return {
    firstLinesMs,
    wholeMs,
    lines: String(await page.evaluate(`document.querySelector(".log-bar .size").textContent`)),
    frameMedianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    frameP95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    longestTaskMs,
    jumpMs,
    endMs,
    searchMs,
    hits,
    heapMb: Number(await page.evaluate("performance.memory.usedJSHeapSize / 1e6")),
    elements: Number(await page.evaluate(`document.querySelectorAll("*").length`)),
  };
}

const HITS = `document.querySelector(".log-bar .hits").textContent`;

const WATCH = `(() => {
  globalThis.gaiaFrames = [];
  globalThis.gaiaTasks = [];
  let last = performance.now();
  const frame = (now) => {
    globalThis.gaiaFrames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.gaiaTasks.push(entry.duration);
  }).observe({ entryTypes: ["longtask"] });
})()`;
