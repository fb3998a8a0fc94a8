import { GaiaError } from "@gaia/contracts/errors.ts";
import { statSync } from "node:fs";

import type { Upkeep } from "../port.ts";
import type { Connection } from "./database.ts";
import { schemaVersion } from "./migrate.ts";
import type { ReaderOffers } from "./reader-thread.ts";
import type { Thread } from "./thread.ts";
import type { WriterOffers } from "./writer-thread.ts";

export function upkeepOf(
  file: string,
  points: Connection,
  _writer: Thread<WriterOffers>,
  _reader: Thread<ReaderOffers>,
): Upkeep {
  const countRuns = points.prepare<[], { count: number }>("select count(*) as count from run");
  const later = (): Promise<never> => Promise.reject(new GaiaError("unsupported", "not yet"));
  return {
    pack: later,
    prune: later,
    sweep: later,
    check: later,
    compact: later,
    backup: later,
    async size() {
      return {
        sizeBytes: statSync(file).size,
        walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
        runs: countRuns.get()?.count ?? 0,
        schemaVersion: schemaVersion(points),
      };
    },
  };
}
