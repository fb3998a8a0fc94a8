import type { Value } from "./ast.ts";
import type { Lookup, LookupObject } from "./lookup.ts";
import type { Meter } from "./meter.ts";

/** A map, read lazily or not. */
export type AnyMap = LookupObject | { readonly [key: string]: Value };

export function isList(value: Lookup): value is readonly Value[] {
  return Array.isArray(value);
}

/** JSON values hold no functions, so a `lookup` function tells the two kinds of map apart. */
export function isLookupObject(value: Lookup): value is LookupObject {
  return isMap(value) && typeof value.lookup === "function";
}

export function isMap(value: Lookup): value is AnyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys of a map; only its own, never those that JavaScript adds. */
export function keysOf(map: AnyMap): readonly string[] {
  return isLookupObject(map) ? map.keys() : Object.keys(map);
}

/** The value under a key, or undefined. `constructor` and `__proto__` are keys like any other. */
export function valueAt(map: AnyMap, key: string): Lookup | undefined {
  if (isLookupObject(map)) return map.lookup(key);
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** What a value is, with its article, for messages. */
export function describe(value: Lookup): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  return typeof value === "object" ? "a map" : `a ${typeof value}`;
}

/** The value as plain data: lazy maps are read out, at one step per key. Undefined when the budget ends before. */
export function materialise(value: Lookup, meter: Meter): Value | undefined {
  if (!isLookupObject(value)) return value;
  if (!meter.enter()) return undefined;
  const entries: [string, Value][] = [];
  for (const key of value.keys()) {
    if (!meter.take(1)) return undefined;
    const inner = value.lookup(key);
    // A key whose entry is not known yet is left out, as `has()` sees it.
    if (inner === undefined) continue;
    const plain = materialise(inner, meter);
    if (plain === undefined) return undefined;
    entries.push([key, plain]);
  }
  meter.leave();
  return Object.fromEntries(entries);
}

/**
 * Pays for a value that leaves the evaluation, all of it: a tree of shared lists can be far larger than the work that
 * made it. False when the budget does not cover it.
 */
export function weigh(value: Value, meter: Meter): boolean {
  if (typeof value === "string") return meter.takeUnits(value.length);
  if (typeof value !== "object" || value === null) return true;
  if (!meter.enter()) return false;
  const inner: readonly Value[] = isList(value) ? value : Object.values(value);
  const paid = meter.take(inner.length) && inner.every((item) => weigh(item, meter));
  meter.leave();
  return paid;
}
