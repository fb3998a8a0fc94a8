import { build } from "esbuild";
import { cpSync, mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";

import { createRuns, SPACE } from "../suite/example.ts";
import { type TemporaryFolder, temporaryFolder } from "./fixture.ts";
import type { openSqliteStore } from "./store.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

it("works as published: bundled, with its threads and migrations beside it or wherever they were put", async () => {
  const folder = temporaryFolder();
  try {
    await bundle(folder);
    const open = await openFunctionOf(join(folder.path, "store.js"));
    await tryOut(open, { file: join(folder.path, "one.db") });
    const elsewhere = join(folder.path, "elsewhere");
    mkdirSync(elsewhere);
    for (const name of ["writer-thread.js", "reader-thread.js", "migrations"]) {
      renameSync(join(folder.path, name), join(elsewhere, name));
    }
    await tryOut(open, {
      file: join(folder.path, "two.db"),
      writerEntry: pathToFileURL(join(elsewhere, "writer-thread.js")),
      readerEntry: pathToFileURL(join(elsewhere, "reader-thread.js")),
      migrations: pathToFileURL(`${join(elsewhere, "migrations")}/`),
    });
  } finally {
    folder.remove();
  }
});

async function bundle(folder: TemporaryFolder): Promise<void> {
  await build({
    entryPoints: ["store.ts", "writer-thread.ts", "reader-thread.ts"].map((name) => join(HERE, name)),
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["better-sqlite3"],
    outdir: folder.path,
  });
  cpSync(join(HERE, "migrations"), join(folder.path, "migrations"), { recursive: true });
  const driver = fileURLToPath(import.meta.resolve("better-sqlite3"));
  mkdirSync(join(folder.path, "node_modules"));
  symlinkSync(join(driver, "../.."), join(folder.path, "node_modules/better-sqlite3"));
}

async function tryOut(
  open: typeof openSqliteStore,
  settings: Parameters<typeof openSqliteStore>[0],
): Promise<void> {
  const store = await open(settings);
  await createRuns(store, [{ id: "run_a" }]);
  expect((await store.runs.list({ namespace: SPACE }, null, 10)).items.map((run) => run.id)).toEqual([
    "run_a",
  ]);
  await store.close();
}

async function openFunctionOf(file: string): Promise<typeof openSqliteStore> {
  const module = (await import(pathToFileURL(file).href)) as { openSqliteStore: typeof openSqliteStore };
  return module.openSqliteStore;
}
