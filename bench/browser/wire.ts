import type { Page } from "playwright-core";

/** What a page costs on the wire, as the browser counts it. */
export interface Wire {
  /** Bodies of page, scripts, styles and pictures as they were compressed: what a first load is allowed 150 kB of. */
  readonly codeBytes: number;
  /** Heads of the same answers. */
  readonly headBytes: number;
  readonly fontBytes: number;
  /** Answers of the API; a stream that goes on is not among them. */
  readonly apiBytes: number;
}

/** A first load's page, scripts, styles and pictures together, compressed with gzip, without what is loaded later. */
export const FIRST_LOAD_MAX = 150_000;

const CODE = new Set(["Document", "Script", "Stylesheet", "Image", "Other"]);
const QUIET_MS = 1_000;
/** Notes when the first screen is there: what is asked for behind that (the palette) is a lazy part. */
const STAMP = `new MutationObserver((_, observer) => {
  if (document.querySelector("h1") === null || document.querySelector("main [aria-busy]") !== null) return;
  globalThis.gaiaFirstScreen = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true, attributes: true });`;
const LATER = `performance.getEntriesByType("resource")
  .filter(({ startTime }) => startTime > (globalThis.gaiaFirstScreen ?? Infinity))
  .map(({ name }) => name)`;

/**
 * Opens an address in a page that has nothing cached, and counts what was asked for until the first screen was there.
 *
 * @param encodings that the browser is to accept: `gzip` is what it asks for over plain http from another machine
 */
export async function wireOf(
  page: Page,
  address: string,
  encodings: readonly ("gzip" | "br")[],
): Promise<Wire> {
  const session = await page.context().newCDPSession(page);
  const begun = new Map<
    string,
    { readonly kind: string; readonly url: string; readonly bodyBytes: number | null }
  >();
  const all: { kind: string; url: string; bodyBytes: number; headBytes: number }[] = [];
  let last = performance.now();
  session.on("Network.responseReceived", ({ requestId, type, response }) => {
    const length = Object.entries(response.headers).find(([name]) => name.toLowerCase() === "content-length");
    begun.set(requestId, {
      kind: type,
      url: response.url,
      bodyBytes: length === undefined ? null : Number(length[1]),
    });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    last = performance.now();
    const answer = begun.get(requestId);
    if (answer === undefined) return;
    const bodyBytes = answer.bodyBytes ?? encodedDataLength;
    all.push({ ...answer, bodyBytes, headBytes: encodedDataLength - bodyBytes });
  });
  await session.send("Network.enable");
  await page.setExtraHTTPHeaders({ "accept-encoding": encodings.join(", ") });
  await page.addInitScript(STAMP);
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  while (performance.now() - last < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
  await session.detach();
  const later = new Set(await page.evaluate<string[]>(LATER));
  const loaded = all.filter(({ url }) => !later.has(url));
  const code = loaded.filter(({ kind }) => CODE.has(kind));
  const bodies = (kinds: readonly string[]): number =>
    loaded.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
  return {
    codeBytes: bodies([...CODE]),
    headBytes: code.reduce((sum, { headBytes }) => sum + headBytes, 0),
    fontBytes: bodies(["Font"]),
    apiBytes: bodies(["Fetch", "XHR"]),
  };
}
