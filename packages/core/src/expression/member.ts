import { didYouMean } from "../text/index.ts";
import type { Lookup } from "./lookup.ts";
import { type Evaluated, failure, success } from "./meter.ts";
import { describe, isList, isMap, keysOf, valueAt } from "./values.ts";

/** Of a map with very many keys only the first ones are looked at for "did you mean". */
const HINT_KEYS = 1_000;

/** The value of `target.key`. `quote` names the target in messages. */
export function memberOf(target: Lookup, key: string, quote: () => string): Evaluated {
  if (!isMap(target)) return failure(() => `${quote()} is ${describe(target)}, so it has no \`${key}\``);
  const value = valueAt(target, key);
  if (value !== undefined) return success(value);
  return failure(() => {
    const keys = keysOf(target).slice(0, HINT_KEYS);
    return `${quote()} has no \`${key}\`${hint(key, keys)}`;
  });
}

/** Whether `target` has the key; asking that of anything but a map is an error. */
export function hasKey(target: Lookup, key: string, quote: () => string): Evaluated {
  if (isMap(target)) return success(valueAt(target, key) !== undefined);
  return failure(() => `has() asks for a key of a map, and ${quote()} is ${describe(target)}`);
}

/** The value of `target[index]`. */
export function elementOf(target: Lookup, index: Lookup, quote: () => string): Evaluated {
  if (!isList(target)) {
    if (typeof index === "string") return memberOf(target, index, quote);
    return failure(() =>
      isMap(target)
        ? `${quote()} is a map: its keys are strings, not ${describe(index)}`
        : `${quote()} is ${describe(target)}, so it has no elements`,
    );
  }
  if (typeof index !== "number" || !Number.isInteger(index)) {
    const what = typeof index === "number" ? String(index) : describe(index);
    return failure(() => `${quote()} is a list: its index is a whole number, not ${what}`);
  }
  const element = target[index];
  if (element !== undefined) return success(element);
  const last = target.length === 0 ? "it is empty" : `its last index is ${target.length - 1}`;
  return failure(() => `${quote()} has no element ${index}; ${last}`);
}

function hint(key: string, keys: readonly string[]): string {
  // `tasks.build-it` is read as a subtraction, `tasks.build - it`.
  const dashed = keys.find((candidate) => candidate.startsWith(`${key}-`));
  if (dashed !== undefined) return `; a key with a dash is written ["${dashed}"]`;
  return didYouMean(key, keys) || listing(keys);
}

/** For a map with few keys: all of them. */
function listing(keys: readonly string[]): string {
  if (keys.length === 0) return "; it is empty";
  return keys.length <= 8 ? `; it has ${keys.map((key) => `\`${key}\``).join(", ")}` : "";
}
