import { onEnd } from "../cleanup.ts";
import type { Peer, Postgres } from "./peer.ts";
import { startService } from "./service.ts";

/** Starts a service that has a database of its own. */
export async function startDatabaseService(
  file: string,
  database: string,
  { folder, postgres }: { readonly folder: string; readonly postgres: Postgres | null },
): Promise<Peer> {
  if (postgres === null) throw new Error(`${database} needs PostgreSQL`);
  const service = await startService(file, { folder, databaseUrl: postgres.database(database) });
  return { ...service, stop: onEnd(() => service.stop()) };
}
