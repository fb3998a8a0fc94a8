import type { Offer } from "./peer.ts";
import { startDatabaseService } from "./database-service.ts";

const VERSION = "0.18.0";

/** graphile-worker: a job queue in PostgreSQL; each step is a job that adds the next one. */
export const GRAPHILE_WORKER: Offer = {
  name: `graphile-worker ${VERSION}`,
  packages: [`graphile-worker@${VERSION}`],
  needsPostgres: true,
  start: (given) => startDatabaseService("./graphile-service.ts", "graphile", given),
};
