import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LIMITS } from "@gaia/contracts";
import { type Retention, RETENTION } from "./cache/index.ts";

/** What a worker is told when it is started. */
export interface WorkerOptions {
  /** `unix:PATH`. */
  readonly server: string;
  /** The home folder; on the server's host the server's own. */
  readonly home: string;
  readonly name: string;
  readonly slots: number;
  readonly tags: readonly string[];
  /** How much of the cache is kept, and for how long. */
  readonly cache: Retention;
  readonly launcherSocket: string;
  readonly launcherJournal: string;
  readonly launcherLog: string;
  readonly launcherEntry: string | null;
  /** More arguments for the launcher. */
  readonly launcherArguments: readonly string[];
  /** Where the worker keeps what must outlive it. */
  readonly stateFolder: string;
  readonly logLevel: string;
}

export type ParsedOptions =
  | { readonly kind: "ok"; readonly options: WorkerOptions }
  | { readonly kind: "wrong"; readonly message: string };

export const USAGE = `usage: main.ts --server unix:PATH --home DIR [options]
  --name NAME               shown to people (local)
  --slots N                 attempts at once (processors of this machine)
  --tags a,b                what tasks may ask for
  --cache-max-bytes N       what is kept for tasks with a cache; 0: nothing (10 GiB)
  --cache-max-age-ms N      what no task has used for so long goes (14 days)
  --launcher-socket PATH    socket of this host's launcher (HOME/worker/NAME/launcher.sock)
  --launcher-journal PATH   its journal (HOME/worker/NAME/launcher.journal)
  --launcher-log PATH       what it says (HOME/logs/launcher.log)
  --launcher-entry PATH     its program (from this installation)
  --launcher-argument ARG   one more argument for it; may be given several times
  --log-level LEVEL         trace, debug, info, warn, error (info)`;

/** Reads the command line; a mistake is an answer. */
export function parseOptions(argv: readonly string[]): ParsedOptions {
  try {
    return { kind: "ok", options: optionsFrom(argv) };
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

function optionsFrom(argv: readonly string[]): WorkerOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      server: { type: "string" },
      home: { type: "string" },
      name: { type: "string", default: "local" },
      slots: { type: "string", default: String(availableParallelism()) },
      tags: { type: "string", default: "" },
      "cache-max-bytes": { type: "string", default: String(RETENTION.bytes) },
      "cache-max-age-ms": { type: "string", default: String(RETENTION.ageMs) },
      "launcher-socket": { type: "string" },
      "launcher-journal": { type: "string" },
      "launcher-log": { type: "string" },
      "launcher-entry": { type: "string" },
      "launcher-argument": { type: "string", multiple: true, default: [] },
      "log-level": { type: "string", default: "info" },
    },
  });
  const { server, home, name } = values;
  if (server === undefined || !server.startsWith("unix:")) throw new Error("--server unix:PATH is missing");
  if (home === undefined) throw new Error("--home DIR is missing");
  if (!NAME.test(name)) throw new Error(`--name ${name}: letters, digits, "_", "-" and ".", at most 64`);
  const slots = Number(values.slots);
  if (!Number.isInteger(slots) || slots < 1 || slots > LIMITS.slotsPerWorker) {
    throw new Error(`--slots ${values.slots}: a whole number from 1 to ${LIMITS.slotsPerWorker}`);
  }
  const stateFolder = join(resolve(home), "worker", name);
  return {
    server,
    home: resolve(home),
    name,
    slots,
    tags: values.tags.split(",").filter((tag) => tag !== ""),
    cache: {
      bytes: amount("--cache-max-bytes", values["cache-max-bytes"]),
      ageMs: amount("--cache-max-age-ms", values["cache-max-age-ms"]),
    },
    launcherSocket: values["launcher-socket"] ?? join(stateFolder, "launcher.sock"),
    launcherJournal: values["launcher-journal"] ?? join(stateFolder, "launcher.journal"),
    launcherLog: values["launcher-log"] ?? join(resolve(home), "logs", "launcher.log"),
    launcherEntry: values["launcher-entry"] ?? null,
    launcherArguments: values["launcher-argument"],
    stateFolder,
    logLevel: values["log-level"],
  };
}

function amount(flag: string, given: string): number {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Error(`${flag} ${given}: a whole number, 0 or more`);
  return value;
}
