import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { RunSort } from "../../port.ts";
import type { Connection } from "../database.ts";
import { readMigrations } from "../migrate.ts";
import { planner } from "./list-plan.ts";
import { walker } from "./list-walk.ts";
import { pipelineHistoryReader } from "./read-pipeline-history.ts";

/**
 * What SQLite says about statements over the whole history: each is answered out of an index alone. One that reads the
 * runs behind it, at a page a run, takes ten times as long.
 */

let database: Connection;
let prepared: string[] = [];

beforeEach(() => {
  const real = new Database(":memory:");
  for (const { sql } of readMigrations(new URL("../migrations/", import.meta.url))) real.exec(sql);
  prepared = [];
  database = new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === "prepare") {
        return (sql: string) => {
          prepared.push(sql);
          return target.prepare(sql);
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
});
afterEach(() => void database.close());

function plans(): readonly string[] {
  return prepared
    .filter((sql) => sql.includes("indexed by"))
    .map((sql) =>
      database
        .prepare<[], { detail: string }>(`explain query plan ${sql.replaceAll(/\?|@\w+/g, "1")}`)
        .all()
        .map((row) => row.detail)
        .filter((detail) => detail.includes(" run "))
        .join("; "),
    );
}

test("filters and orders walk along an index", () => {
  const walks = walker(database);
  const planOf = planner(database);
  for (const sort of ["newest", "oldest", "longest", "shortest"] satisfies readonly RunSort[])
    for (const pipeline of [{}, { pipeline: "build" }])
      walks.places(planOf({ namespace: "default", sort, trigger: "cron", ...pipeline }, null), true, 10);
  const found = plans();
  expect(found).toHaveLength(9);
  for (const plan of found)
    expect(plan).toMatch(/^SEARCH run USING COVERING INDEX run_by_(status|pipeline) /);
});

test("figures of pipelines are read out of an index", () => {
  pipelineHistoryReader(database);
  const found = plans();
  expect(found).toHaveLength(6);
  for (const plan of found) expect(plan).toMatch(/^SEARCH run USING COVERING INDEX run_by_(end|pipeline) /);
});
