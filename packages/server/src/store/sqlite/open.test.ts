import Database from "better-sqlite3";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { RunFilter } from "../port.ts";
import {
  ACTOR,
  createRuns,
  exampleFacts,
  exampleHeader,
  exampleJobRow,
  nextWrite,
  SPACE,
} from "../suite/example.ts";
import { expectRefusal } from "../suite/fixture.ts";
import { NO_FOLDER, type TemporaryFolder, temporaryFolder } from "./fixture.ts";
import { APPLICATION_ID, readMigrations } from "./migrate.ts";
import { openSqliteStore } from "./store.ts";

const MIGRATIONS = readMigrations(new URL("./migrations/", import.meta.url));
const NEWEST = MIGRATIONS.length;

describe("opening a store", () => {
  let folder: TemporaryFolder = NO_FOLDER;
  let file = "";

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder.path, "gaia.db");
  });
  afterEach(() => folder.remove());

  it("makes a file that only its user can read, and leaves just that file when it closes", async () => {
    const store = await openSqliteStore({ file });
    await createRuns(store, [{ id: "run_a" }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    await store.close();
    expect(readdirSync(folder.path)).toEqual(["gaia.db"]);
  });

  it("keeps the promises of the settings: durable commits, foreign keys, room given back", async () => {
    const store = await openSqliteStore({ file });
    await store.close();
    const database = new Database(file);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(database.pragma("auto_vacuum", { simple: true })).toBe(2);
    database.close();
  });

  it("refuses a file of a newer Gaia, naming both schemas and what to do, and does not touch it", async () => {
    await (await openSqliteStore({ file })).close();
    const database = new Database(file);
    database.pragma("user_version = 99");
    database.close();
    const before = readFileSync(file);
    const says = /schema 99.*up to \d+.*newer Gaia again.*backups/;
    await expectRefusal(openSqliteStore({ file }), "schema_too_new", says);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("copies a file to the backups before it changes its schema", async () => {
    const store = await openSqliteStore({ file });
    await createRuns(store, [{ id: "run_a" }]);
    await store.close();
    const migrations = withMigration("create table extra (id integer primary key) strict;");
    const newer = await openSqliteStore({ file, migrations });
    expect((await newer.upkeep.size()).schemaVersion).toBe(NEWEST + 1);
    expect(await newer.runs.live()).toEqual(["run_a"]);
    await newer.close();
    const [backup] = readdirSync(join(folder.path, "backups"));
    expect(backup).toMatch(new RegExp(`^gaia-schema-${NEWEST}-before-${NEWEST + 1}-\\d{8}T\\d{6}Z\\.db$`));
    const old = await openSqliteStore({ file: join(folder.path, "backups", backup ?? "") });
    expect(await old.runs.live()).toEqual(["run_a"]);
    await old.close();
  });

  it("fills in what lists are filtered by, in a file of the first schema", async () => {
    const database = ofSchema(1);
    const facts = JSON.stringify(exampleFacts({ trigger: "cron", actor: { ...ACTOR, id: "ann" } }));
    const header = JSON.stringify({ ...exampleHeader("completed", 1_000, 1), startedAt: 2_000 });
    const insert = database.prepare(`
      insert into run (id, namespace, pipeline, pipeline_version, number, status, created_at, ended_at, version, seq,
                       job_count, definition, header)
      values (?, 'default', 'build', 1, ?, 'completed', 1000, ?, 1, 0, 0, 1, ?)`);
    database.exec("insert into content (hash, codec, body) values (x'00', 0, x'7b7d')");
    insert.run("run_a", 1, 2_500, header);
    insert.run("run_b", 2, 2_400, header.replace('"startedAt":2000', '"startedAt":null'));
    for (const run of [1, 2])
      database.prepare("insert into run_facts (run, details, body) values (?, 1, ?)").run(run, facts);
    database.close();
    const store = await openSqliteStore({ file });
    const filter = { namespace: SPACE, trigger: "cron", startedBy: "ann" };
    const ids = async (more: Partial<RunFilter>): Promise<readonly string[]> =>
      (await store.runs.list({ ...filter, ...more }, null, 10)).items.map((run) => run.id);
    expect(await ids({})).toEqual(["run_b", "run_a"]);
    expect(await ids({ tookMin: 500, tookMax: 500 })).toEqual(["run_a"]);
    expect(await ids({ sort: "shortest" })).toEqual(["run_a"]);
    await store.close();
  });

  it("gives git triggers of workflows the commit among their inputs, in a file of schema 9", async () => {
    const database = ofSchema(9);
    database.exec("insert into content (hash, codec, body) values (x'00', 0, x'7b7d')");
    const pipeline = database.prepare(`
      insert into pipeline (namespace, name, version, newest, kind, hash, source, definition, at, actor_kind, actor_id,
                            actor_via, paused)
      values ('default', ?, 1, 1, ?, '', 1, 1, 0, 'user', 'ann', 'cli', 0)`);
    const trigger = database.prepare(`
      insert into pipeline_trigger (id, namespace, pipeline, kind, spec, paused) values (?, 'default', ?, ?, ?, 0)`);
    const commits = { kind: "git", repository: "https://git.example/a.git", inputs: { deep: { level: 1 } } };
    const specs = {
      tree: ["workflow", commits],
      bare: ["workflow", { ...commits, repository: null }],
      hook: ["workflow", { kind: "webhook", inputs: {} }],
      program: ["program", commits],
    } as const;
    for (const [name, [kind, spec]] of Object.entries(specs)) {
      pipeline.run(name, kind);
      trigger.run(`trg_${name}`, name, spec.kind, JSON.stringify(spec));
    }
    database.close();
    const store = await openSqliteStore({ file });
    const rows = await store.triggers.all();
    await store.close();
    const withCommit = { ...commits, inputs: { ...commits.inputs, commit: "${git.commit}" } };
    expect(Object.fromEntries(rows.map(({ pipeline: name, spec }) => [name, spec]))).toEqual({
      tree: withCommit,
      bare: specs.bare[1],
      hook: specs.hook[1],
      program: specs.program[1],
    });
  });

  it("keeps how often a repository is looked at where it was said, in a file of schema 10", async () => {
    const database = ofSchema(10);
    const insert = database.prepare(`
      insert into program_source (namespace, pipeline, source, poll_ms, first_version)
      values ('default', ?, ?, ?, 1)`);
    const polled: readonly (readonly [string, object, number, number | null])[] = [
      ["usual", { kind: "git" }, 60_000, null],
      ["hooked", { kind: "git", webhook: "FORGE" }, 3_600_000, null],
      ["seldom", { kind: "git", webhook: null }, 3_600_000, 3_600_000],
      ["often", { kind: "git", webhook: "FORGE" }, 60_000, 60_000],
      ["never", { kind: "git" }, 0, 0],
      ["folder", { kind: "folder" }, 0, null],
    ];
    for (const [name, source, ms] of polled) insert.run(name, JSON.stringify(source), ms);
    database.close();
    const store = await openSqliteStore({ file });
    const rows = await store.programs.sources();
    await store.close();
    expect(Object.fromEntries(rows.map(({ pipeline, saidPollMs }) => [pipeline, saidPollMs]))).toEqual(
      Object.fromEntries(polled.map(([name, , , ms]) => [name, ms])),
    );
  });

  it("leaves the file as it was when a migration fails, and says where the copy is", async () => {
    const store = await openSqliteStore({ file });
    await createRuns(store, [{ id: "run_a" }]);
    await store.close();
    const migrations = withMigration("create table extra (id integer); drop table run_facts; no sql;");
    await expectRefusal(
      openSqliteStore({ file, migrations }),
      "storage_failed",
      new RegExp(`schema ${NEWEST + 1}.*as it was.*backups`),
    );
    const again = await openSqliteStore({ file });
    expect(await again.runs.load("run_a")).not.toBeNull();
    await again.close();
  });

  it("refuses commits and says so when the thread that writes has died", async () => {
    const entry = `
      import { parentPort } from "node:worker_threads";
      parentPort.on("message", (message) => {
        if (message.kind === "posted") throw new Error("out of luck");
        parentPort.postMessage({ kind: "answer", id: message.id, value: null });
      });`;
    const deaths: unknown[] = [];
    const store = await openSqliteStore({
      file,
      writerEntry: new URL(`data:text/javascript,${encodeURIComponent(entry)}`),
      onDeath: (error) => deaths.push(error.code),
    });
    await expectRefusal(createRuns(store, [{ id: "run_a" }]), "storage_failed", /"store-writer".*Restart/);
    await expectRefusal(createRuns(store, [{ id: "run_a" }]), "storage_failed");
    expect(deaths).toEqual(["storage_failed"]);
    expect(await store.runs.live()).toEqual([]);
    await store.close();
  });

  it("refuses a database of another program", async () => {
    const database = new Database(file);
    database.exec("create table mine (id integer)");
    database.close();
    const before = readFileSync(file);
    await expectRefusal(openSqliteStore({ file }), "storage_failed", /another program/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(join(folder.path, "backups"))).toBe(false);
  });

  it("refuses what is not a database, and a folder", async () => {
    writeFileSync(file, "name: build\n".repeat(1_000));
    await expectRefusal(openSqliteStore({ file }), "storage_failed", /not a database.*backup/);
    const inner = join(folder.path, "inner");
    mkdirSync(inner);
    await expectRefusal(openSqliteStore({ file: inner }), "storage_failed", /is a folder/);
    const missing = join(folder.path, "missing", "gaia.db");
    await expectRefusal(openSqliteStore({ file: missing }), "storage_failed", /does not exist.*Create it/);
  });

  it("says that a file is damaged when its pages are", async () => {
    const store = await openSqliteStore({ file });
    await createRuns(store, [{ id: "run_a", jobs: 200, events: 500 }]);
    await store.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xaa, 100, 4_096));
    await expectRefusal(openSqliteStore({ file }), "storage_failed", /is damaged.*restore the newest backup/);
  });

  it("finds damage inside with a check", async () => {
    const store = await openSqliteStore({ file });
    await createRuns(store, [{ id: "run_a" }]);
    const jobs = [exampleJobRow(0, "queued")];
    const header = exampleHeader("running", 1_000, 2, ["queued"]);
    await store.commit({ runs: [nextWrite({ id: "run_a", version: 1, header, jobs })] });
    await store.close();
    const page = leafOf("job");
    writeFileSync(file, readFileSync(file).fill(0xaa, (page - 1) * 4_096, page * 4_096));
    const damaged = await openSqliteStore({ file });
    const problems = await damaged.upkeep.check();
    await damaged.close();
    expect(problems[0]).toMatch(/^The database file is damaged: /);
  });

  it("reads again what a killed server has left in its write-ahead log", async () => {
    const store = await openSqliteStore({ file });
    await createRuns(store, [{ id: "run_a" }]);
    const copy = join(folder.path, "copy.db");
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    await store.close();
    const recovered = await openSqliteStore({ file: copy });
    expect(await recovered.runs.live()).toEqual(["run_a"]);
    await recovered.close();
  });

  function leafOf(table: string): number {
    const database = new Database(file);
    const row = database
      .prepare<[string], { pageno: number }>(
        "select pageno from dbstat where name = ? and pagetype = 'leaf' limit 1",
      )
      .get(table);
    database.close();
    return row?.pageno ?? 0;
  }

  /** A file as an earlier Gaia made it. */
  function ofSchema(version: number): Database.Database {
    const database = new Database(file);
    for (const { sql } of MIGRATIONS.slice(0, version)) database.exec(sql);
    database.pragma(`user_version = ${version}`);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    return database;
  }

  /** The real migrations, and one more. */
  function withMigration(sql: string): URL {
    const target = join(folder.path, "migrations");
    mkdirSync(target);
    for (const { version, sql: own } of MIGRATIONS) writeFileSync(join(target, nameOf(version)), own);
    writeFileSync(join(target, nameOf(NEWEST + 1)), sql);
    return pathToFileURL(`${target}/`);
  }
});

/** As the folder of migrations names them. */
function nameOf(version: number): string {
  return `${String(version).padStart(4, "0")}.sql`;
}
