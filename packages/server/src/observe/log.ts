import { dirname, join } from "node:path";
import pino from "pino";
import type { Logger } from "./port.ts";
import { openRotatingFile } from "./rotating-file.ts";

/**
 * Logs beside the server's own, each with the fields that a line of it has: what names a run is in `workflows.log`, and
 * only there. The first that fits takes the line.
 */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  sessions: ["session"],
  services: ["service"],
  agents: ["agent"],
  workflows: ["workflow", "run", "trigger", "definition"],
};

/** Their names; they are there before their first line. */
export const LOG_TOPICS: readonly string[] = Object.keys(TOPICS);

export interface LogOptions {
  readonly file: string;
  readonly level: "debug" | "info" | "warn" | "error";
  /** Past this a file is moved away; four old ones are kept. */
  readonly maxBytes: number;
}

/** A log that is written to a file, and can be closed. */
export interface OpenLog extends Logger {
  close(): void;
}

/**
 * Opens the server's log and those beside it: one JSON object a line, with an ISO time and the level as a word. A file is
 * opened by its first line.
 */
export function openLog(options: LogOptions): OpenLog {
  const open = new Map<string, LogFile>();

  function logOf(fields: object): pino.Logger {
    const path = pathOf(options.file, fields);
    let file = open.get(path);
    if (file === undefined) open.set(path, (file = openFile(path, options)));
    return file.log;
  }

  return {
    debug: (fields, message) => logOf(fields).debug(fields, message),
    info: (fields, message) => logOf(fields).info(fields, message),
    warn: (fields, message) => logOf(fields).warn(fields, message),
    error: (fields, message) => logOf(fields).error(fields, message),
    close: () => {
      for (const file of open.values()) file.close();
    },
  };
}

interface LogFile {
  readonly log: pino.Logger;
  close(): void;
}

function pathOf(file: string, fields: object): string {
  for (const [topic, names] of Object.entries(TOPICS))
    if (names.some((name) => name in fields)) return join(dirname(file), `${topic}.log`);
  return file;
}

function openFile(path: string, { level, maxBytes }: LogOptions): LogFile {
  const file = openRotatingFile(path, maxBytes);
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
    },
    file,
  );
  return { log, close: () => file.close() };
}

/** Stacks belong into the log, and only there. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { cause } = error;
  return {
    type: error.name,
    message: error.message,
    ...("code" in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(cause === undefined ? {} : { cause: errorFields(cause) }),
  };
}
