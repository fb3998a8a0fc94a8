import { GaiaError } from "@gaia/contracts/errors.ts";
import { LIMITS } from "@gaia/contracts/limits.ts";

/** Refuses pages that are too long to be answered at once. */
export function checkLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMITS.pageItems) return;
  throw new GaiaError(
    "invalid_request",
    `A page has 1 to ${LIMITS.pageItems} items (pageItems), not ${limit}.`,
  );
}
