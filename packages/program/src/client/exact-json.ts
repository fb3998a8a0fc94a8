import { LIMITS } from "@gaia/contracts/limits.ts";
import type { JsonValue } from "../port.ts";

export type ExactJson =
  | { readonly kind: "read"; readonly value: JsonValue }
  /** What is wrong, to be read after the name of the value. */
  | { readonly kind: "bad"; readonly message: string };

/** More digits than every double has. */
const MANY_DIGITS = /\d{16}/;

class Inexact extends Error {}

/**
 * Reads JSON that has to come out as it went in. Languages with 64-bit integers write numbers that JavaScript would
 * silently change: those are refused. So is what is nested so deep that writing it again would exhaust the stack.
 */
export function exactJson(text: string): ExactJson {
  try {
    const value = MANY_DIGITS.test(text) ? parseExactly(text) : (JSON.parse(text) as JsonValue);
    if (deeperThan(value, LIMITS.outputDepth)) {
      const limit = `${LIMITS.outputDepth} levels (outputDepth)`;
      return { kind: "bad", message: `is nested deeper than the limit of ${limit}` };
    }
    return { kind: "read", value };
  } catch (reason) {
    const said = reason instanceof Error ? reason.message : String(reason);
    return { kind: "bad", message: reason instanceof Inexact ? said : `is no JSON (${said})` };
  }
}

/** Node hands the source of a number to the reviver; the type of JSON.parse does not know it yet. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function parseExactly(text: string): JsonValue {
  const reviver: Reviver = (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined || !/^-?\d{16,}$/.test(source)) return value;
    if (Number.isFinite(value) && BigInt(value) === BigInt(source)) return value;
    throw new Inexact(`has the number ${source}, which is no exact double: give it as text`);
  };
  return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]) as JsonValue;
}

function deeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member: JsonValue) => deeperThan(member, levels - 1));
}
