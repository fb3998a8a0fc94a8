import Database from "better-sqlite3";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";

import { readMigrations } from "./migrate.ts";

/**
 * `schema.sql` shows what all migrations together make, so that a change of the schema is seen as a whole. Written
 * anew with `UPDATE_SCHEMA=1 npx vitest run packages/server/src/store/sqlite/schema.test.ts`.
 */
it("schema.sql is what the migrations make", () => {
  const database = new Database(":memory:");
  for (const migration of readMigrations(new URL("./migrations/", import.meta.url)))
    database.exec(migration.sql);
  const objects = database
    .prepare<[], { sql: string }>(
      "select sql from sqlite_schema where sql is not null order by tbl_name, type desc, name",
    )
    .all();
  database.close();
  const schema = `${objects.map((row) => `${row.sql};`).join("\n\n")}\n`;
  const file = new URL("./schema.sql", import.meta.url);
  if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, schema);
  expect(readFileSync(file, "utf8")).toBe(schema);
});
