import { randomBytes } from "node:crypto";

/** A typed UUIDv7 (RFC 9562): sorts by time of creation. */
export function newId(type: "run" | "trg" | "srv", now: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `${type}_${bytes.toString("hex")}`;
}

/** A W3C trace id. */
export function newTraceId(): string {
  return randomBytes(16).toString("hex");
}
