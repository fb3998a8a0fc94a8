import { GaiaError } from "@gaia/contracts/errors.ts";
import { hash } from "node:crypto";

/**
 * Cursors are opaque to clients: base64url of JSON with a version, the list it belongs to, a hash of the filter, and
 * the place behind which the next page starts. One that was made for another list or filter is refused: its place
 * would be a place, but not the reader's.
 */

const VERSION = 1;

export function encodeCursor(list: string, filter: unknown, place: readonly (number | string)[]): string {
  return Buffer.from(JSON.stringify([VERSION, list, hashOf(filter), ...place])).toString("base64url");
}

/** The place, of as many parts as `shape` has, each of the type given there. */
export function decodeCursor<const S extends readonly ("number" | "string")[]>(
  cursor: string,
  list: string,
  filter: unknown,
  shape: S,
): PlaceOf<S> {
  const parts = parse(cursor);
  if (parts === null) throw invalid("it is not one of Gaia's");
  const [version, ofList, ofFilter, ...place] = parts;
  if (version !== VERSION) throw invalid("it was made by another version of Gaia");
  if (ofList !== list) throw invalid("it belongs to another list");
  if (ofFilter !== hashOf(filter)) throw invalid("it was made for another filter");
  // The cursor must be as it was made, to the character: what is merely similar was not made here.
  const isWhole = place.length === shape.length && place.every((part, index) => typeof part === shape[index]);
  if (!isWhole || Buffer.from(JSON.stringify(parts)).toString("base64url") !== cursor) {
    throw invalid("it is not one of Gaia's");
  }
  return place as PlaceOf<S>;
}

type PlaceOf<S extends readonly ("number" | "string")[]> = {
  readonly [I in keyof S]: S[I] extends "number" ? number : string;
};

function parse(cursor: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function invalid(because: string): GaiaError {
  return new GaiaError(
    "invalid_cursor",
    `The cursor cannot be used: ${because}. Start again without a cursor.`,
  );
}

/** Independent of the order of keys, and of keys that are undefined. */
function hashOf(filter: unknown): string {
  return hash("sha256", canonical(filter), "base64url").slice(0, 11);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${entries
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`)
    .sort()
    .join(",")}}`;
}
