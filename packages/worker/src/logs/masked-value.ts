import type { Value } from "@gaia/core";
import type { Masker } from "./masker.ts";

/** A value without secrets, in its keys as in what they hold. */
export function maskedValue(value: Value, masker: Masker): Value {
  if (typeof value === "string") return masker.text(value);
  if (typeof value !== "object" || value === null) {
    // A secret may be a number.
    const text = String(value);
    const shown = masker.text(text);
    return shown === text ? value : shown;
  }
  if (isList(value)) return value.map((item) => maskedValue(item, masker));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [masker.text(key), maskedValue(item, masker)]),
  );
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
