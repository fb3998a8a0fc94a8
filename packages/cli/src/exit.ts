import { ERRORS, type GaiaError } from "@gaia/contracts/errors.ts";
import type { RunView } from "@gaia/contracts/api.ts";

/** Exit statuses of every command, as `gaia help` and the documentation promise them. */
export const EXIT = { success: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** The status of a command that ended with an error. */
export function exitOfError(error: GaiaError): ExitStatus {
  // The table of errors may be older than the server that sent the code.
  const known = Object.hasOwn(ERRORS, error.code) ? ERRORS[error.code].exit : EXIT.failed;
  return known;
}

/** The status of a command that waited for a run. */
export function exitOfRun(run: RunView, interrupted: boolean): ExitStatus {
  if (run.status === "completed") return EXIT.success;
  return interrupted && run.status === "cancelled" ? EXIT.interrupted : EXIT.failed;
}
