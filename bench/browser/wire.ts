import type { Page } from "playwright-core";

/** What a page costs on the wire, as the browser counts it: bodies as they were compressed, and headers. */
export interface Wire {
  /** Page, scripts, styles and pictures: what a first load is allowed 150 kB of. */
  readonly codeBytes: number;
  readonly fontBytes: number;
  /** Answers of the API; a stream that goes on is not among them. */
  readonly apiBytes: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** A first load's page, scripts, styles and pictures together, compressed with gzip. */
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
  const kinds = new Map<string, { readonly kind: string; readonly path: string }>();
  const loaded: { readonly kind: string; readonly path: string; readonly bytes: number }[] = [];
  let last = performance.now();
  session.on("Network.responseReceived", ({ requestId, type, response }) => {
    kinds.set(requestId, { kind: type, path: new URL(response.url).pathname });
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    last = performance.now();
    const known = kinds.get(requestId);
    if (known !== undefined) loaded.push({ ...known, bytes: encodedDataLength });
  });
  await session.send("Network.enable");
  await page.setExtraHTTPHeaders({ "accept-encoding": encodings.join(", ") });
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  while (performance.now() - last < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
  await session.detach();
  const sum = (isOf: (kind: string) => boolean): number =>
    loaded.filter(({ kind }) => isOf(kind)).reduce((total, { bytes }) => total + bytes, 0);
  return {
    codeBytes: sum((kind) => CODE.has(kind)),
    fontBytes: sum((kind) => kind === "Font"),
    apiBytes: sum((kind) => kind === "Fetch" || kind === "XHR"),
    files: loaded.filter(({ kind }) => CODE.has(kind)).map(({ path, bytes }) => ({ path, bytes })),
  };
}
