import { GaiaError, LIMITS } from "@gaia/contracts";
import { evaluate, parseExpression, type Value } from "@gaia/core";
import { createHash } from "node:crypto";
import type { DeliveredFacts, WebhookTrigger } from "../../pipelines/index.ts";
import { type Headers, PROOF_HEADERS } from "./signature.ts";

/** What arrived at the address of a webhook. */
export interface Delivery {
  readonly namespace: string;
  readonly pipeline: string;
  /** The end of the address. */
  readonly name: string;
  readonly headers: Headers;
  /** As it came: that is what is signed. */
  readonly body: Buffer;
  /** Address of the sender, for the activity. */
  readonly from: string;
}

/** Ids that senders give, the same when they send again. */
const ID_HEADERS = [
  "webhook-id",
  "x-github-delivery",
  "x-gitea-delivery",
  "x-gogs-delivery",
  "x-request-uuid",
];
/** GitLab has one that differs for each event and hook. */
const GITLAB_ID_HEADER = "idempotency-key";
const EVENT_HEADERS = ["x-github-event", "x-gitea-event", "x-gogs-event", "x-gitlab-event", "x-event-key"];
/** What nothing of a run may have, beside proofs. */
const PRIVATE_HEADERS: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "cookie"]);

/**
 * What a trigger can name of a delivery. A sender that gives no id gives the same delivery with the same body.
 * @throws GaiaError `invalid_request`
 */
export function factsOf({ headers, body }: Pick<Delivery, "headers" | "body">): DeliveredFacts {
  const value = jsonOf(body);
  const shown = Object.entries(headers).filter(
    ([name]) => !PROOF_HEADERS.has(name) && !PRIVATE_HEADERS.has(name),
  );
  return {
    body: value,
    headers: Object.fromEntries(shown),
    event: eventNamed(headers) ?? typeOf(value),
    delivery: idOf(headers) ?? bodyKey(body),
  };
}

/** What forges name an event in a header; null: nothing. */
export function eventNamed(headers: Headers): string | null {
  return EVENT_HEADERS.map((name) => headers[name]).find((name) => name !== undefined) ?? null;
}

/** What a body is known by. */
export function bodyKey(body: Buffer): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

/** Why a delivery does not start a run; null: it does. @throws GaiaError `invalid_input`: the condition cannot be evaluated */
export function refusalOf(trigger: WebhookTrigger, facts: DeliveredFacts): string | null {
  const { events, when } = trigger;
  const { event } = facts;
  if (events !== null && (event === null || !events.includes(event)))
    return event === null
      ? `it names no event; the trigger wants ${events.join(", ")}`
      : `its event is ${event}; the trigger wants ${events.join(", ")}`;
  // A forge tries the address when it is entered.
  if (events === null && event === "ping") return "a ping starts nothing";
  if (when !== null && !meets(when, facts)) return `it does not meet the condition \`${when}\``;
  return null;
}

function meets(when: string, facts: DeliveredFacts): boolean {
  const parsed = parseExpression(when);
  if (parsed.kind === "error") throw unevaluated(parsed.message);
  const names: Readonly<Record<string, Value>> = { ...facts };
  const result = evaluate(parsed.expression, {
    variable: (name) => (Object.hasOwn(names, name) ? names[name] : undefined),
    names: () => Object.keys(names),
  });
  if (result.kind === "error") throw unevaluated(result.message);
  if (typeof result.value !== "boolean")
    throw unevaluated(`its value is not true or false but ${JSON.stringify(result.value).slice(0, 100)}`);
  return result.value;
}

function unevaluated(why: string): GaiaError {
  return new GaiaError("invalid_input", `\`when\` of the webhook cannot be evaluated: ${why}.`);
}

function idOf(headers: Headers): string | null {
  const names = "x-gitlab-event" in headers ? [...ID_HEADERS, GITLAB_ID_HEADER] : ID_HEADERS;
  const id = names.map((name) => headers[name]).find((value) => value !== undefined);
  if (id === undefined) return null;
  if (id.length <= LIMITS.deliveryIdCharacters && /^[\x21-\x7e]+$/.test(id)) return id;
  throw new GaiaError(
    "invalid_request",
    `The id of the delivery must be 1 to ${LIMITS.deliveryIdCharacters} visible ASCII characters.`,
  );
}

/** Standard Webhooks name the event in the body. */
function typeOf(body: Value): string | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const type = Object.entries(body).find(([key]) => key === "type")?.[1];
  return typeof type === "string" ? type : null;
}

function jsonOf(body: Buffer): Value {
  if (body.length === 0) return null;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as Value;
  } catch {
    throw new GaiaError(
      "invalid_request",
      "The body is not JSON. Set the webhook's content type to `application/json`.",
    );
  }
}
