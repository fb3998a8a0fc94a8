import pino from "pino";
import type { Logger } from "./port.ts";
import { openRotatingFile } from "./rotating-file.ts";

export interface LogOptions {
  readonly file: string;
  readonly level: "debug" | "info" | "warn" | "error";
  /** Past this the file is moved away; four old ones are kept. */
  readonly maxBytes: number;
}

/** A log that is written to a file, and can be closed. */
export interface OpenLog extends Logger {
  close(): void;
}

/** Opens the server's log: one JSON object a line, with an ISO time and the level as a word. */
export function openLog(options: LogOptions): OpenLog {
  const file = openRotatingFile(options.file, options.maxBytes);
  const log = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
    },
    file,
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    close: () => file.close(),
  };
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
