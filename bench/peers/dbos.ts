import type { Offer } from "./peer.ts";
import { startDatabaseService } from "./database-service.ts";

const VERSION = "5.3.0";

/** DBOS: a library; workflow and steps run in one process and leave checkpoints in PostgreSQL. */
export const DBOS: Offer = {
  name: `DBOS ${VERSION}`,
  packages: [`@dbos-inc/dbos-sdk@${VERSION}`],
  needsPostgres: true,
  start: (given) => startDatabaseService("./dbos-service.ts", "dbos", given),
};
