import type { Schemas } from "../api/client.ts";
import { bytes, count } from "../design/duration.ts";

type Setting = Schemas["Settings"]["items"][number];

/** What a person reads beside the value as the file has it; empty: the value says it itself. */
export function readable({ value, unit }: Pick<Setting, "value" | "unit">): string {
  if (!/^\d+$/.test(value)) return "";
  const amount = Number(value);
  if (unit === "bytes") return amount < 1_000 ? "" : bytes(amount);
  return amount < 10_000 || unit === "port" ? "" : count(amount);
}

/** Where a value comes from. */
export function fromText({ from, variable }: Pick<Setting, "from" | "variable">): string {
  if (from === "environment") return `the variable ${variable}`;
  return from === "file" ? "config.toml" : "Gaia's default";
}

/** `server` of `server.port`. */
export function sectionOf(key: string): string {
  return key.split(".")[0] ?? key;
}

/** Keys by section, both in the order given. */
export function sectionsOf<Item extends { readonly key: string }>(
  items: readonly Item[],
): readonly { readonly name: string; readonly items: readonly Item[] }[] {
  return [...Map.groupBy(items, ({ key }) => sectionOf(key))].map(([name, own]) => ({ name, items: own }));
}
