import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERRORS, LIMITS } from "@gaia/contracts/index.ts";
import { type ConfigKey, defaultText, KEYS } from "@gaia/server/config/index.ts";
import { readMigrations } from "@gaia/server/store/sqlite/migrate.ts";
import Database from "better-sqlite3";
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
    { file: "docs/home-folder.md", name: "views", text: viewTable() },
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

/** What the rows of a view are; the others have none yet. */
const VIEW_ROWS: Readonly<Record<string, string>> = {
  gaia_workflows:
    "the newest version of each workflow and program, and how its latest run stands; what builds a program (`NAME:build`) is left out",
  gaia_workflow_tasks: "its tasks, and how each stands in that run",
  gaia_workflow_task_dependencies: "what each task waits for",
  gaia_workflow_executions: "every run",
};

function viewTable(): string {
  const database = new Database(":memory:");
  for (const migration of readMigrations(
    new URL("../packages/server/src/store/sqlite/migrations/", import.meta.url),
  ))
    database.exec(migration.sql);
  const views = database
    .prepare<[], { name: string; columns: string }>(
      `select view.name, group_concat('\`' || info.name || '\`', ', ') as columns
       from sqlite_schema as view, pragma_table_info(view.name) as info
       where view.type = 'view' group by view.name order by view.name not like 'gaia_workflow%', view.rowid`,
    )
    .all();
  database.close();
  const rows = views.map(
    ({ name, columns }) =>
      `| \`${name}\` | ${VIEW_ROWS[name] ?? "none: this version has no such thing"} | ${columns} |`,
  );
  return ["| view | rows | columns |", "| --- | --- | --- |", ...rows].join("\n");
}

if (import.meta.filename === process.argv[1]) {
  for (const table of tables()) writeFileSync(join(ROOT, table.file), withTable(documentOf(table), table));
}
