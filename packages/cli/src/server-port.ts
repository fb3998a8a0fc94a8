import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { GraphView, Problem } from "@gaia/contracts/api.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";

/**
 * The seam to the server's package. Commands that need none of it never load it: everything here is imported when it
 * is first asked for.
 */

/** How the server is started: a program and its arguments. */
export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
}

/** What a workflow file says, as far as the command line shows it. */
export interface ParsedWorkflow {
  readonly problems: readonly Problem[];
  /** Null when the file has errors. */
  readonly graph: GraphView | null;
}

/** A database that no server has open. */
export interface OfflineDatabase {
  check(): Promise<Record<string, unknown>>;
  compact(): Promise<Record<string, unknown>>;
  backup(path: string | null): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Everything that the command line takes from the server's package. */
export interface ServerPort {
  serverProgram(): ServerProgram;
  parseWorkflow(text: string, file: string): Promise<ParsedWorkflow>;
  openDatabase(home: string): Promise<OfflineDatabase>;
}

/** The real one. */
export const serverPort: ServerPort = {
  serverProgram() {
    const main = fileURLToPath(import.meta.resolve("@gaia/server/main.ts"));
    if (!existsSync(main)) throw missing("The server is not part of this installation", main);
    return { program: process.execPath, args: [main] };
  },

  async parseWorkflow(text, file) {
    const { validate } = await import("@gaia/server/offline.ts");
    return validate(text, file);
  },

  async openDatabase(home) {
    const { openOffline } = await import("@gaia/server/offline.ts");
    return openOffline(home);
  },
};

function missing(what: string, detail: string): GaiaError {
  return new GaiaError("unsupported", `${what}: ${detail}`, { next: ["npm install"] });
}
