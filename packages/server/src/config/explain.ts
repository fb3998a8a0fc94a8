import { formatDuration } from "@gaia/core";
import { stringify } from "smol-toml";
import { givenFor, readTable } from "./config.ts";
import { type ConfigKey, KEYS } from "./keys.ts";

/** A key of `config.toml` with what it is set to, and by what. */
export interface ExplainedKey {
  /** `server.port` */
  readonly key: string;
  /** As they would be written in the file. */
  readonly value: string;
  readonly fallback: string;
  readonly from: "default" | "file" | "environment";
  readonly variable: string;
  readonly unit: string;
  readonly description: string;
}

/** Every key, in the order of the documentation. The file and the variables have been found valid before. */
export function explainConfig(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ExplainedKey[] {
  const table = readTable(file);
  return Object.values(KEYS).map((key: ConfigKey<unknown>) => {
    const { from, value } = givenFor(key, table, environment);
    const fallback = literalOf(key, key.fallback);
    return {
      key: `${key.section}.${key.name}`,
      value: from === "default" ? fallback : literal(value),
      fallback,
      from,
      variable: key.env,
      unit: key.unit,
      description: key.meaning,
    };
  });
}

/** A default is kept as the server reads it: durations are numbers there, and text in the file. */
function literalOf(key: ConfigKey<unknown>, value: unknown): string {
  return literal(key.unit === "duration" && typeof value === "number" ? formatDuration(value) : value);
}

function literal(value: unknown): string {
  return stringify({ value })
    .replace(/^value = /, "")
    .trimEnd();
}
