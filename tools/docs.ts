import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERRORS, LIMITS } from "@gaia/contracts/index.ts";
import { type ConfigKey, defaultText, KEYS } from "@gaia/server/config/index.ts";
import { ROOT } from "./rooms.ts";

// Tables in the documentation that must equal the code. `node tools/docs.ts` writes them, a test compares them.

export interface Table {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

export function tables(): readonly Table[] {
  return [
    { file: "docs/errors.md", name: "errors", text: errorTable() },
    { file: "docs/configuration.md", name: "configuration", text: configTable() },
    { file: "docs/limits.md", name: "limits", text: limitTable() },
  ];
}

/** The document with the table in its place, between its marks. */
export function withTable(document: string, table: Table): string {
  const [start, end] = [`<!-- ${table.name} -->`, `<!-- /${table.name} -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${table.file} has no place ${start} … ${end}`);
  return `${document.slice(0, from + start.length)}\n${table.text}\n${document.slice(to)}`;
}

export function documentOf(table: Table): string {
  return readFileSync(join(ROOT, table.file), "utf8");
}

function errorTable(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { http, grpc, exit, meaning }]) => `| \`${code}\` | ${http} | ${grpc} | ${exit} | ${meaning} |`,
  );
  return ["| code | HTTP | gRPC | exit status | meaning |", "| --- | --: | --: | --: | --- |", ...rows].join(
    "\n",
  );
}

function configTable(): string {
  const rows = Object.values<ConfigKey<unknown>>(KEYS).map((key) => {
    const { section, name, env, unit, limit, meaning } = key;
    const standard = key === KEYS.slots ? "processors + 2" : `\`${defaultText(key)}\``;
    return `| \`[${section}] ${name}\` | \`${env}\` | ${standard} | ${unit} | ${limit} | ${meaning} |`;
  });
  const head = "| key | variable | default | unit | limit | meaning |";
  return [head, "| --- | --- | --- | --- | --- | --- |", ...rows].join("\n");
}

function limitTable(): string {
  const rows = Object.entries(LIMITS).map(
    ([name, value]) => `| \`${name}\` | ${value.toLocaleString("en-US")} |`,
  );
  return ["| limit | value |", "| --- | --: |", ...rows].join("\n");
}

if (import.meta.filename === process.argv[1]) {
  for (const table of tables()) writeFileSync(join(ROOT, table.file), withTable(documentOf(table), table));
}
