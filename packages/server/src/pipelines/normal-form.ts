import { createHash } from "node:crypto";
import { type Path, type Place, placeAt } from "./place.ts";

/** The content of a file as canonical JSON, and its SHA-256. */
export interface NormalForm {
  readonly definition: string;
  readonly hash: string;
}

/**
 * Keys in order of their code units, no spaces: two files that say the same give the same text. What is taken as it is
 * written (`env: {VERSION: 1.10}`) becomes text here, because as a number it would lose its zero.
 */
export function normalForm(file: object, root: Place): NormalForm {
  const definition = canonical(file, root, []);
  return { definition, hash: createHash("sha256").update(definition).digest("hex") };
}

function canonical(value: unknown, root: Place, path: Path): string {
  if (Array.isArray(value))
    return `[${value.map((item, index) => canonical(item, root, [...path, index])).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner, root, [...path, key])}`);
    return `{${entries.join(",")}}`;
  }
  if (typeof value !== "string" && isTakenAsWritten(path))
    return JSON.stringify(placeAt(root, path).text ?? String(value));
  return JSON.stringify(value);
}

/** The version, values of environments and labels, and choices of inputs. */
function isTakenAsWritten(path: Path): boolean {
  if (path.length === 1) return path[0] === "version";
  const above = path.at(-2);
  if (above === "env" || above === "environment" || above === "choices") return path[0] !== "variables";
  return above === "labels" && path.length === 2;
}
