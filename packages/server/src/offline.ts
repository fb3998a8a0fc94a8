import { GaiaError, type GraphView, type Problem } from "@gaia/contracts";
import { join } from "node:path";
import { openHome } from "./home/home.ts";
import { graphView, parseWorkflow } from "./pipelines/index.ts";
import { acquireHome, openSqliteStore } from "./store/index.ts";

/** What the command line does without a server. */

/** Everything that is wrong with a workflow file, and its graph when nothing is. */
export async function validate(
  text: string,
  file: string,
): Promise<{ readonly problems: readonly Problem[]; readonly graph: GraphView | null }> {
  const parsed = await parseWorkflow(text, { file });
  if (parsed.kind === "invalid") return { problems: parsed.problems, graph: null };
  return { problems: parsed.warnings, graph: graphView(parsed.workflow) };
}

/** A database that no server has open. */
export interface OfflineDatabase {
  check(): Promise<Record<string, unknown>>;
  compact(): Promise<Record<string, unknown>>;
  backup(path: string | null): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * Opens the database of a home that no server owns.
 * @throws GaiaError `home_in_use` when one does: then it is the one to ask.
 */
export async function openOffline(homePath: string): Promise<OfflineDatabase> {
  const home = openHome(homePath);
  const owned = acquireHome(home.path);
  if (owned.kind === "taken")
    throw new GaiaError("home_in_use", `A server owns ${home.path}, but does not answer.`, {
      owner: owned.by,
    });
  const store = await openSqliteStore({ file: home.database, backupsFolder: home.backups });
  return {
    async check() {
      const problems = await store.upkeep.check();
      return { ok: problems.length === 0, problems };
    },
    async compact() {
      const { beforeBytes, afterBytes } = await store.upkeep.compact();
      return { before_bytes: beforeBytes, after_bytes: afterBytes };
    },
    async backup(path) {
      const file = path ?? join(home.backups, `gaia-${new Date().toISOString().replaceAll(":", "-")}.db`);
      const { sizeBytes } = await store.upkeep.backup(file);
      return { path: file, size_bytes: sizeBytes };
    },
    async close() {
      await store.close();
      owned.release();
    },
  };
}
