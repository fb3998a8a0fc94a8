import type { Lookup } from "./lookup.ts";
import { type Evaluated, failure, type Meter, success } from "./meter.ts";
import { finite } from "./operators.ts";
import { parsePattern } from "./pattern.ts";
import { matchesPattern } from "./pattern-match.ts";
import { placesOf } from "./text-search.ts";
import { type AnyMap, describe, isList, isMap, keysOf } from "./values.ts";
import type { FunctionName, MethodName } from "./vocabulary.ts";

const WHOLE_NUMBER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const TRUE_WORDS = ["true", "True", "TRUE", "t", "1"];
const FALSE_WORDS = ["false", "False", "FALSE", "f", "0"];

/** Calls a function of the language. */
export function callFunction(name: FunctionName, argument: Lookup, meter: Meter): Evaluated {
  switch (name) {
    case "size":
      return size(argument, meter);
    case "string":
      return toText(argument);
    case "int":
      return toInt(argument);
    case "double":
      return toDouble(argument);
    case "bool":
      return toBoolean(argument);
  }
}

/** Calls a method. `argument` is undefined when it was left out. */
export function callMethod(
  name: MethodName,
  target: Lookup,
  argument: Lookup | undefined,
  meter: Meter,
): Evaluated {
  switch (name) {
    case "size":
      return size(target, meter);
    case "join":
      return join(target, argument ?? "", meter);
    case "trim":
    case "lowerAscii":
    case "upperAscii":
      return typeof target === "string" ? changeText(name, target, meter) : notText(name, target);
    case "startsWith":
    case "endsWith":
    case "contains":
    case "matches":
    case "split":
      if (typeof target !== "string") return notText(name, target);
      if (typeof argument === "string") return searchText(name, target, argument, meter);
      return failure(() => `${name}() takes a string, not ${describe(argument ?? null)}`);
  }
}

function notText(name: MethodName, target: Lookup): Evaluated {
  return failure(() => `${name}() is a method of strings, not of ${describe(target)}`);
}

/** The length of a string in code points, or the number of elements or keys. */
function size(value: Lookup, meter: Meter): Evaluated {
  if (typeof value === "string") {
    if (!meter.takeUnits(value.length)) return success(0);
    let points = 0;
    for (const _ of value) points++;
    return success(points);
  }
  if (isList(value)) return success(value.length);
  if (isMap(value)) return countKeys(value, meter);
  return failure(() => `size() takes a string, a list or a map, not ${describe(value)}`);
}

function countKeys(map: AnyMap, meter: Meter): Evaluated {
  const { length } = keysOf(map);
  meter.takeUnits(length);
  return success(length);
}

function toText(value: Lookup): Evaluated {
  if (value === null || typeof value !== "object") return success(String(value));
  return failure(() => `string() takes a number, a boolean, a string or null, not ${describe(value)}`);
}

function toInt(value: Lookup): Evaluated {
  if (typeof value === "number") return safeInteger(Math.trunc(value), value);
  if (typeof value !== "string")
    return failure(() => `int() takes a number or a string, not ${describe(value)}`);
  if (WHOLE_NUMBER.test(value)) return safeInteger(Number(value), value);
  return failure(() => `int() takes a whole number, not "${shorten(value)}"`);
}

function safeInteger(result: number, source: number | string): Evaluated {
  if (Number.isSafeInteger(result)) return success(result + 0);
  return failure(
    () => `int() cannot hold ${shorten(String(source))}: whole numbers are exact up to 2^53 - 1`,
  );
}

function toDouble(value: Lookup): Evaluated {
  if (typeof value === "number") return success(value);
  if (typeof value !== "string")
    return failure(() => `double() takes a number or a string, not ${describe(value)}`);
  if (NUMBER.test(value)) return finite(Number(value), "double()");
  return failure(() => `double() takes a number, not "${shorten(value)}"`);
}

function toBoolean(value: Lookup): Evaluated {
  if (typeof value === "boolean") return success(value);
  if (typeof value !== "string")
    return failure(() => `bool() takes a boolean or a string, not ${describe(value)}`);
  if (TRUE_WORDS.includes(value)) return success(true);
  if (FALSE_WORDS.includes(value)) return success(false);
  return failure(() => `bool() takes "true" or "false", not "${shorten(value)}"`);
}

function join(target: Lookup, separator: Lookup, meter: Meter): Evaluated {
  if (!isList(target)) return failure(() => `join() is a method of lists, not of ${describe(target)}`);
  if (typeof separator !== "string")
    return failure(() => `join() takes a string, not ${describe(separator)}`);
  if (!meter.takeUnits(target.length)) return success("");
  const texts: string[] = [];
  let length = 0;
  for (const item of target) {
    if (typeof item !== "string") {
      return failure(() => `join() takes a list of strings; one element is ${describe(item)}`);
    }
    texts.push(item);
    length += item.length + separator.length;
  }
  return meter.text(length, () => texts.join(separator));
}

function changeText(name: "trim" | "lowerAscii" | "upperAscii", text: string, meter: Meter): Evaluated {
  if (name === "trim") return meter.text(text.length, () => text.trim());
  if (name === "lowerAscii") {
    return meter.text(text.length, () => text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase()));
  }
  return meter.text(text.length, () => text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase()));
}

function searchText(
  name: "startsWith" | "endsWith" | "contains" | "matches" | "split",
  text: string,
  part: string,
  meter: Meter,
): Evaluated {
  switch (name) {
    case "startsWith":
      return success(meter.takeUnits(part.length) && text.startsWith(part));
    case "endsWith":
      return success(meter.takeUnits(part.length) && text.endsWith(part));
    case "contains":
      return success(meter.takeUnits(text.length + part.length) && includes(text, part));
    case "matches":
      return matches(text, part, meter);
    case "split":
      return split(text, part, meter);
  }
}

function matches(text: string, pattern: string, meter: Meter): Evaluated {
  const parsed = parsePattern(pattern);
  if (parsed.kind === "error") {
    const { message } = parsed;
    return failure(() => `matches(): ${message}`);
  }
  meter.takeUnits(parsed.program.length);
  return success(matchesPattern(parsed.program, text, (visits) => meter.takeUnits(visits)));
}

function includes(text: string, part: string): boolean {
  return part === "" || placesOf(part, text, true).length > 0;
}

function split(text: string, separator: string, meter: Meter): Evaluated {
  if (!meter.takeUnits(text.length + separator.length)) return success([]);
  // An empty separator splits into characters, which are code points, not halves of a pair.
  const parts =
    separator === "" ? Array.from(text) : splitAt(placesOf(separator, text, false), separator.length, text);
  return meter.list(parts.length, () => parts);
}

function splitAt(places: readonly number[], width: number, text: string): readonly string[] {
  let start = 0;
  const parts: string[] = [];
  for (const place of places) {
    parts.push(text.slice(start, place));
    start = place + width;
  }
  parts.push(text.slice(start));
  return parts;
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
