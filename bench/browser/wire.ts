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

/** Of all that a first load brings as `codeBytes`, compressed with gzip. */
export const FIRST_LOAD_MAX = 150_000;

const CODE = new Set(["Document", "Script", "Stylesheet", "Image", "Other"]);
const QUIET_MS = 1_000;

/**
 * Opens an address in a page that has nothing cached, and counts until nothing more has come for a second.
 *
 * @param encodings that the browser is to accept: `gzip` is what it asks for over plain http from another machine
 */
export async function wireOf(
  page: Page,
  address: string,
  encodings: readonly ("gzip" | "br")[],
): Promise<Wire> {
  const session = await page.context().newCDPSession(page);
  const begun = new Map<string, { readonly kind: string; readonly bodyBytes: number | null }>();
  const loaded: { readonly kind: string; readonly bodyBytes: number; readonly headBytes: number }[] = [];
  let last = performance.now();
  session.on("Network.responseReceived", ({ requestId, type, response }) => {
    const length = Object.entries(response.headers).find(([name]) => name.toLowerCase() === "content-length");
    begun.set(requestId, { kind: type, bodyBytes: length === undefined ? null : Number(length[1]) });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength: all }) => {
    last = performance.now();
    const answer = begun.get(requestId);
    if (answer === undefined) return;
    const bodyBytes = answer.bodyBytes ?? all;
    loaded.push({ kind: answer.kind, bodyBytes, headBytes: all - bodyBytes });
  });
  await session.send("Network.enable");
  await page.setExtraHTTPHeaders({ "accept-encoding": encodings.join(", ") });
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  while (performance.now() - last < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
  await session.detach();
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
