import { GaiaError } from "@gaia/contracts";
import type { Arrival } from "./arrival.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * What a browser that is known by its cookie may ask. Cookies go along with whatever any page makes the browser send,
 * also a page of another port of this host, for which `SameSite` does nothing. So a request that changes something, and
 * one that becomes a WebSocket, must prove that a page of ours sent it. That an `Origin` is ours, `checkOrigin` has seen.
 *
 * @throws GaiaError `forbidden`
 */
export function checkCookieUse({ method, upgrade, headers }: Arrival): void {
  const site = headers["sec-fetch-site"];
  const isSafe = SAFE.has(method) && !upgrade;
  // A person who follows a link comes from elsewhere, and the page that sent him sees nothing of the answer.
  const isNavigation = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  const isForeign = (site === "cross-site" || site === "same-site") && !(isSafe && isNavigation);
  const isProved = headers.origin !== undefined || (site === "same-origin" && !upgrade);
  if (!isForeign && (isProved || isSafe)) return;
  throw new GaiaError("forbidden", `${upgrade ? "A WebSocket" : "A request"} ${WITHOUT_PROOF}`);
}

/**
 * Event streams are held open: a foreign page must not make a browser use them up. A page of ours that is not served
 * over TLS sends neither `Origin` nor `Sec-Fetch-Site` with a GET; it names itself in `X-Gaia-Client`, which no foreign
 * page may send without being asked for.
 *
 * @throws GaiaError `forbidden`
 */
export function checkStreamUse({ headers }: Arrival): void {
  const isProved = headers.origin !== undefined || headers["sec-fetch-site"] === "same-origin";
  if (isProved || headers["x-gaia-client"] !== undefined) return;
  throw new GaiaError("forbidden", `An event stream ${WITHOUT_PROOF}`);
}

const WITHOUT_PROOF =
  "by cookie must come from a page of this server: `Origin` or `Sec-Fetch-Site: same-origin` says so. Programs send the token.";
