import { LIMITS } from "@gaia/contracts";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The headers of a delivery, by names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** How a delivery was proved to be its sender's. */
export interface Proof {
  /** When it was signed, in ms; null: the scheme signs no time. */
  readonly signedAt: number | null;
}

/** One way to sign. Null: nothing in the headers is of this way. */
type Scheme = (headers: Headers, body: Buffer, secret: string) => Proof | "wrong" | null;

/**
 * The schemes, the strongest first: the first whose header is there decides, so that a wrong signature is not made good
 * by a weaker one.
 */
const SCHEMES: readonly Scheme[] = [standard, github, gitea, bitbucket, gitlab];

/** Headers that hold a signature or a secret: nothing of a run may have them. */
export const PROOF_HEADERS: ReadonlySet<string> = new Set([
  "webhook-signature",
  "x-hub-signature",
  "x-hub-signature-256",
  "x-gitea-signature",
  "x-gogs-signature",
  "x-gitlab-token",
]);

/** Looks whether who sent the body knows the secret. Null: not, or it is not signed at all. */
export function proofOf(headers: Headers, body: Buffer, secret: string): Proof | null {
  for (const scheme of SCHEMES) {
    const proof = scheme(headers, body, secret);
    if (proof !== null) return proof === "wrong" ? null : proof;
  }
  return null;
}

/** Why a delivery is too old, or from the future; null: it is not, or tells no time. */
export function ageProblem({ signedAt }: Proof, now: number): string | null {
  if (signedAt === null) return null;
  const seconds = Math.round((now - signedAt) / 1_000);
  if (Math.abs(seconds) * 1_000 <= LIMITS.deliveryAgeMs) return null;
  const when = seconds > 0 ? `${seconds} s ago` : `${-seconds} s ahead of this server's clock`;
  return `it was signed ${when}; ${LIMITS.deliveryAgeMs / 1_000} s are allowed (deliveryAgeMs)`;
}

/** https://www.standardwebhooks.com: id, time and body are signed, by a key that is written in base64 behind `whsec_`. */
function standard(headers: Headers, body: Buffer, secret: string): Proof | "wrong" | null {
  const given = headers["webhook-signature"];
  if (given === undefined) return null;
  const { "webhook-id": id, "webhook-timestamp": timestamp } = headers;
  if (id === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return "wrong";
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const wanted = standardKeys(secret).map((key) => createHmac("sha256", key).update(signed).digest());
  const signatures = given
    .split(" ")
    .flatMap((part) => (part.startsWith("v1,") ? [Buffer.from(part.slice(3), "base64")] : []));
  const isRight = signatures.some((signature) => wanted.some((digest) => isSame(signature, digest)));
  return isRight ? { signedAt: Number(timestamp) * 1_000 } : "wrong";
}

/** Libraries of senders take a key for base64, with `whsec_` in front or without; a secret of plain text is one, too. */
function standardKeys(secret: string): readonly Buffer[] {
  const encoded = secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;
  const decoded = Buffer.from(encoded, "base64");
  const plain = encoded === secret ? [Buffer.from(secret)] : [];
  return decoded.length === 0 ? plain : [decoded, ...plain];
}

/** GitHub, and what does like it: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
function github(headers: Headers, body: Buffer, secret: string): Proof | "wrong" | null {
  return hexScheme(headers["x-hub-signature-256"], "sha256=", body, secret);
}

function gitea(headers: Headers, body: Buffer, secret: string): Proof | "wrong" | null {
  return hexScheme(headers["x-gitea-signature"] ?? headers["x-gogs-signature"], "", body, secret);
}

/** Bitbucket calls SHA-256 what GitHub called SHA-1 there; the latter does not pass. */
function bitbucket(headers: Headers, body: Buffer, secret: string): Proof | "wrong" | null {
  return hexScheme(headers["x-hub-signature"], "sha256=", body, secret);
}

/** GitLab sends the secret itself. */
function gitlab(headers: Headers, _body: Buffer, secret: string): Proof | "wrong" | null {
  const given = headers["x-gitlab-token"];
  if (given === undefined) return null;
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return isSame(hash(given), hash(secret)) ? { signedAt: null } : "wrong";
}

function hexScheme(
  given: string | undefined,
  prefix: string,
  body: Buffer,
  secret: string,
): Proof | "wrong" | null {
  if (given === undefined) return null;
  const wanted = createHmac("sha256", secret).update(body).digest();
  const isRight = given.startsWith(prefix) && isSame(Buffer.from(given.slice(prefix.length), "hex"), wanted);
  return isRight ? { signedAt: null } : "wrong";
}

/** In a time that does not tell how much of it is the same. */
function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
