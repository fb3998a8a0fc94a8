import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { StoreFixture } from "../store.suite.ts";
import { openSqliteStore } from "./store.ts";

/** For tests: a folder of its own that goes away with what is in it. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Stands for the folder between tests. */
export const NO_FOLDER: TemporaryFolder = { path: "", remove: () => {} };

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "gaia-store-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A store on a file. */
export async function sqliteFixture(): Promise<StoreFixture> {
  const folder = temporaryFolder();
  const file = join(folder.path, "gaia.db");
  let store = await openSqliteStore({ file });
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await openSqliteStore({ file });
      return store;
    },
    newPath: (name) => join(folder.path, name),
    openBackup: (path) => openSqliteStore({ file: path }),
    async remove() {
      await store.close();
      folder.remove();
    },
  };
}
