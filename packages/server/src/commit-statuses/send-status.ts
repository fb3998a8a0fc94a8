import { FORGE_NAMES, LIMITS } from "@gaia/contracts";
import { VERSION } from "@gaia/contracts/version.ts";
import { type CommitStatus, FORGE_CLIENTS, type ForgeClient } from "./forges/index.ts";

/** What became of a try. */
export type Sent =
  | { readonly kind: "told" }
  | {
      readonly kind: "failed";
      /** Why, and where it helps what to do; nothing secret is in it. */
      readonly problem: string;
      /** How long the forge wants to be left alone; null: it does not say. */
      readonly retryAfterMs: number | null;
    };

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;
/** So much of what a forge answers is shown. */
const ANSWER_CHARACTERS = 300;

/**
 * Tells a forge of a status, once.
 * @param abort ends it before its time
 */
export async function sendStatus(status: CommitStatus, token: string, abort: AbortSignal): Promise<Sent> {
  const { forge } = status.target;
  const client = FORGE_CLIENTS[forge];
  const name = FORGE_NAMES[forge];
  if (client.wantsUrl && status.url === null)
    return failed(
      `${name} takes no status without an address of the run: set \`public_url\` under [server] of config.toml`,
    );
  // Headers carry nothing else, and the error of `fetch` would repeat the whole.
  if (!/^[\x21-\x7e]+$/.test(token))
    return failed(
      `the secret ${status.target.token} is no token: it has spaces, line breaks or letters that no header takes`,
    );
  const { url, headers, body } = client.request(status, token);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "user-agent": `gaia/${VERSION}` },
      body: JSON.stringify(body),
      // The token is for this address only.
      redirect: "manual",
      signal: AbortSignal.any([abort, AbortSignal.timeout(LIMITS.statusRequestMs)]),
    });
    const text = await beginningOf(response);
    if (hasTaken(client, response) || client.hasAlready(status, { status: response.status, text }))
      return { kind: "told" };
    const retryAfterMs = retryAfter(response.headers.get("retry-after"));
    return failed(refusalOf(name, response, text, token), retryAfterMs);
  } catch (caught) {
    return failed(`${name} cannot be reached at ${status.target.api}: ${networkProblem(caught)}`);
  }
}

function failed(problem: string, retryAfterMs: number | null = null): Sent {
  return { kind: "failed", problem, retryAfterMs };
}

/** Whatever else stands at that address, such as a page to sign in, may answer that all is well, too. */
function hasTaken({ taken }: ForgeClient, response: Response): boolean {
  return taken.includes(response.status) && JSON_TYPE.test(response.headers.get("content-type") ?? "");
}

/** What is read of an answer: the rest is not waited for. */
async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size >= LIMITS.statusAnswerBytes) break;
  }
  return Buffer.concat(parts).subarray(0, LIMITS.statusAnswerBytes).toString("utf8");
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: "is the token right, and still valid?",
  403: "may the token write commit statuses?",
  404: "does the repository have this commit, and may the token see it?",
};

function refusalOf(name: string, response: Response, text: string, token: string): string {
  const { status, headers } = response;
  const place = headers.get("location");
  if (status >= 300 && status < 400)
    return `${name} answered ${status}, which leads to ${shown(place ?? "nowhere", token)}: name that place as \`api\``;
  if (response.ok) {
    const type = shown(headers.get("content-type") ?? "no type", token);
    return `${name} answered ${status} with ${type}, which is not how its API takes a status: is \`api\` the address of the API?`;
  }
  const remedy = REMEDIES[status];
  const said = shown(messageOf(text), token);
  return `${name} answered ${status}${said === "" ? "" : `: ${said}`}${remedy === undefined ? "" : ` (${remedy})`}`;
}

/** What the answer says to people, where it has one of the forms that forges have; else the whole. */
function messageOf(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    for (const said of [message, error, (error as { message?: unknown } | undefined)?.message])
      if (typeof said === "string" && said !== "") return said;
    if (typeof message === "object" && message !== null) return JSON.stringify(message);
  } catch {
    // Not JSON, or not all of it: shown as it is.
  }
  return text;
}

/** On one line, without the token (before it is cut, so that no half of it is left). */
function shown(text: string, token: string): string {
  const line = text
    .replaceAll(token, "***")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length <= ANSWER_CHARACTERS ? line : `${line.slice(0, ANSWER_CHARACTERS - 1)}…`;
}

/** Seconds, or a date. */
function retryAfter(text: string | null): number | null {
  if (text === null) return null;
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

/** The cause says more than "fetch failed". */
function networkProblem(caught: unknown): string {
  if (!(caught instanceof Error)) return String(caught);
  if (caught.name === "TimeoutError") return `no answer within ${LIMITS.statusRequestMs / 1_000} s`;
  const { cause } = caught;
  if (!(cause instanceof Error)) return caught.message;
  // Where a host has several addresses, the error that collects theirs has a code and no message.
  return cause.message || ("code" in cause ? String(cause.code) : caught.message);
}
