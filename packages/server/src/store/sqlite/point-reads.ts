import { GaiaError } from "@gaia/contracts/errors.ts";

import { type Connection, openForReading } from "./database.ts";
import { storageError } from "./failure.ts";

/** The main thread's own connection, for reads of microseconds: a hop to a thread would cost more. */
export interface PointReads {
  readonly database: Connection;
  /** Performs a read; what SQLite refuses becomes a `GaiaError`. */
  readonly read: <T>(work: () => T) => Promise<T>;
  close(): void;
}

export function openPointReads(file: string): PointReads {
  const database = openForReading(file);
  return {
    database,
    async read(work) {
      if (!database.open) throw new GaiaError("unavailable", "The store was closed.");
      try {
        return work();
      } catch (error) {
        throw storageError(error, "read from", file);
      }
    },
    close: () => void database.close(),
  };
}
