import { randomBytes } from "node:crypto";

/**
 * What pages say beside their contents. Scripts come from files of ours only; styles too, but for libraries that make
 * style elements and know the nonce of this answer.
 */
export function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      // No text ever becomes HTML or a script: the dashboard needs no policy that would make one of it.
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy":
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), serial=(), hid=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
}

/** 128 bits, other ones in each answer. */
export function makeNonce(): string {
  return randomBytes(16).toString("base64");
}
