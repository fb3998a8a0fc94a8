import type { BinaryOperator, Value } from "./ast.ts";
import type { Lookup } from "./lookup.ts";
import { type Evaluated, failure, type Meter, success } from "./meter.ts";
import { type AnyMap, describe, isList, isMap, keysOf, valueAt } from "./values.ts";

/** The operators that evaluate both their operands first. */
export type StrictOperator = Exclude<BinaryOperator, "||" | "&&">;

/** Applies an operator to two values. */
export function applyOperator(
  operator: StrictOperator,
  left: Lookup,
  right: Lookup,
  meter: Meter,
): Evaluated {
  switch (operator) {
    case "==":
    case "!=":
      return success(equals(left, right, meter) === (operator === "=="));
    case "in":
      return contains(right, left, meter);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compare(operator, left, right, meter);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmetic(operator, left, right, meter);
  }
}

/**
 * Whether two values are the same, through lists and maps. Values of different types are different, which is no error.
 * The answer is void when the meter stops on the way.
 */
export function equals(left: Lookup, right: Lookup, meter: Meter): boolean {
  if (typeof left === "string" && typeof right === "string") {
    return meter.takeUnits(Math.min(left.length, right.length)) && left === right;
  }
  if (isList(left)) return isList(right) && equalLists(left, right, meter);
  if (isMap(left)) return isMap(right) && equalMaps(left, right, meter);
  return left === right;
}

function equalLists(left: readonly Value[], right: readonly Value[], meter: Meter): boolean {
  if (left.length !== right.length || !meter.enter()) return false;
  const same = left.every((item, index) => {
    const other = right[index];
    return other !== undefined && meter.take(1) && equals(item, other, meter);
  });
  meter.leave();
  return same;
}

function equalMaps(left: AnyMap, right: AnyMap, meter: Meter): boolean {
  const keys = keysOf(left);
  const otherKeys = keysOf(right);
  if (!meter.takeUnits(keys.length + otherKeys.length)) return false;
  if (keys.length !== otherKeys.length || !meter.enter()) return false;
  const same = keys.every((key) => {
    const mine = valueAt(left, key);
    const other = valueAt(right, key);
    return mine !== undefined && other !== undefined && meter.take(1) && equals(mine, other, meter);
  });
  meter.leave();
  return same;
}

function contains(container: Lookup, wanted: Lookup, meter: Meter): Evaluated {
  if (isList(container)) {
    return success(container.some((item) => !meter.take(1) || equals(item, wanted, meter)));
  }
  if (!isMap(container)) {
    const hint = typeof container === "string" ? "; for a part of a text use text.contains(part)" : "";
    return failure(() => `\`in\` looks into a list or a map, not into ${describe(container)}${hint}`);
  }
  if (typeof wanted === "string") return success(valueAt(container, wanted) !== undefined);
  return failure(() => `\`in\` looks for a key of a map, which is a string, not ${describe(wanted)}`);
}

function compare(operator: "<" | "<=" | ">" | ">=", left: Lookup, right: Lookup, meter: Meter): Evaluated {
  const order = orderOf(left, right, meter);
  if (order === null) {
    return failure(
      () =>
        `\`${operator}\` compares two numbers or two strings, not ${describe(left)} and ${describe(right)}`,
    );
  }
  const forward = operator === "<" || operator === "<=";
  if (order === 0) return success(operator === "<=" || operator === ">=");
  return success(order < 0 === forward);
}

/** Negative, 0 or positive; null for values that have no order. */
function orderOf(left: Lookup, right: Lookup, meter: Meter): number | null {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string") return null;
  const shared = Math.min(left.length, right.length);
  if (!meter.takeUnits(shared)) return 0;
  let index = 0;
  while (index < shared && left.charCodeAt(index) === right.charCodeAt(index)) index++;
  if (index === shared) return left.length - right.length;
  return codePointRank(left.charCodeAt(index)) - codePointRank(right.charCodeAt(index));
}

/**
 * CEL orders texts by code point; JavaScript by UTF-16 unit, where the halves of a pair (U+D800 to U+DFFF) stand before
 * U+E000 to U+FFFF although the characters they make come after.
 */
function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

function arithmetic(
  operator: "+" | "-" | "*" | "/" | "%",
  left: Lookup,
  right: Lookup,
  meter: Meter,
): Evaluated {
  if (typeof left === "number" && typeof right === "number") return calculate(operator, left, right);
  if (operator === "+") {
    if (typeof left === "string" && typeof right === "string") {
      return meter.text(left.length + right.length, () => left + right);
    }
    if (isList(left) && isList(right)) {
      return meter.list(left.length + right.length, () => [...left, ...right]);
    }
  }
  const hint = typeof left === "string" || typeof right === "string" ? "; string(x) makes a string of x" : "";
  const what = operator === "+" ? "two numbers, two strings or two lists" : "two numbers";
  return failure(
    () =>
      `\`${operator}\` takes ${what}, not ${describe(left)} and ${describe(right)}${operator === "+" ? hint : ""}`,
  );
}

function calculate(operator: "+" | "-" | "*" | "/" | "%", left: number, right: number): Evaluated {
  if (right === 0 && (operator === "/" || operator === "%")) {
    return failure(() => `\`${operator}\` by zero`);
  }
  return finite(compute(operator, left, right), `\`${operator}\``);
}

function compute(operator: "+" | "-" | "*" | "/" | "%", left: number, right: number): number {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  return operator === "/" ? left / right : left % right;
}

/** JSON has neither infinity nor -0: the first is an error, the second is 0. */
export function finite(result: number, what: string): Evaluated {
  return Number.isFinite(result)
    ? success(result + 0)
    : failure(() => `the result of ${what} is too large for a number`);
}
