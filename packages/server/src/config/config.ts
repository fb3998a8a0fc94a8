import { GaiaError } from "@gaia/contracts";
import { nearest } from "@gaia/core";
import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { COMING, type Config, type ConfigKey, defaultText, KEYS } from "./keys.ts";

export type Table = Readonly<Record<string, unknown>>;

/**
 * Reads `config.toml` and the environment, which wins. A missing file means defaults.
 * @throws GaiaError `invalid_request` that names file, line or key, and what is allowed.
 */
export function loadConfig(file: string, environment: Readonly<Record<string, string | undefined>>): Config {
  const table = readTable(file);
  refuseUnknown(table, file);
  const entries = Object.entries(KEYS).map(([name, key]) => [
    name,
    valueOf(key as ConfigKey<unknown>, table, environment, file),
  ]);
  return Object.fromEntries(entries) as Config;
}

/** What the file says; empty when there is none. */
export function readTable(file: string): Table {
  let source: string;
  try {
    source = readFileSync(file, "utf8");
  } catch (caught) {
    if (caught instanceof Error && "code" in caught && caught.code === "ENOENT") return {};
    throw new GaiaError(
      "invalid_request",
      `${file} cannot be read: ${caught instanceof Error ? caught.message : String(caught)}`,
    );
  }
  try {
    return parse(source);
  } catch (caught) {
    if (!(caught instanceof TomlError)) throw caught;
    const [sentence = "it is not TOML"] = caught.message.split("\n");
    throw new GaiaError("invalid_request", `${file}:${caught.line}:${caught.column}  ${sentence}`);
  }
}

function refuseUnknown(table: Table, file: string): void {
  const sections = new Map<string, string[]>();
  for (const { section, name } of Object.values(KEYS))
    sections.set(section, [...(sections.get(section) ?? []), name]);
  for (const [section, keys] of Object.entries(table)) {
    const known = sections.get(section);
    if (known === undefined) throw unknownSection(file, section, [...sections.keys()]);
    if (typeof keys !== "object" || keys === null)
      throw new GaiaError("invalid_request", `${file}: [${section}] must be a section.`);
    for (const name of Object.keys(keys))
      if (!known.includes(name))
        throw unknown(
          file,
          `${section}.${name}`,
          known.map((key) => `${section}.${key}`),
          "key",
        );
  }
}

function unknownSection(file: string, section: string, known: readonly string[]): GaiaError {
  const capability = Object.hasOwn(COMING, section) ? COMING[section] : undefined;
  if (capability === undefined) return unknown(file, section, known, "section");
  return new GaiaError(
    "invalid_request",
    `${file}: [${section}] belongs to ${capability}, which this version of Gaia does not have. Remove the section.`,
  );
}

function unknown(file: string, name: string, known: readonly string[], what: string): GaiaError {
  const near = nearest(name, known);
  const remedy = near === null ? `Known are ${known.join(", ")}.` : `Did you mean \`${near}\`?`;
  return new GaiaError("invalid_request", `${file}: unknown ${what} \`${name}\`. ${remedy}`);
}

function valueOf(
  key: ConfigKey<unknown>,
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
  file: string,
): unknown {
  const { from, value } = givenFor(key, table, environment);
  switch (from) {
    case "environment":
      return parsed(key, value, `the variable ${key.env}`);
    case "file":
      return parsed(key, value, `${file}: ${key.section}.${key.name}`);
    case "default":
      return value;
  }
}

/** A key's value as it was given, and by what: variables win over the file. */
export function givenFor(
  key: ConfigKey<unknown>,
  table: Table,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly from: "environment" | "file" | "default"; readonly value: unknown } {
  const given = environment[key.env];
  if (given !== undefined && given !== "")
    return { from: "environment", value: fromText(given, key.fallback) };
  const section = table[key.section] as Table | undefined;
  const value = section?.[key.name];
  return value === undefined ? { from: "default", value: key.fallback } : { from: "file", value };
}

/** Variables are text: the type of the default says what they are meant to be. */
function fromText(given: string, fallback: unknown): unknown {
  if (Array.isArray(fallback))
    return given
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (typeof fallback === "boolean")
    return given === "1" || given === "true" ? true : given === "0" || given === "false" ? false : given;
  if (typeof fallback === "number" && /^\d+$/.test(given)) return Number(given);
  return given;
}

function parsed(key: ConfigKey<unknown>, value: unknown, where: string): unknown {
  const result = key.schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new GaiaError(
    "invalid_request",
    `${where} is not valid: ${issue?.message ?? "wrong value"}. ${key.meaning} Default: ${defaultText(key)}.`,
  );
}
