import { LIMITS } from "@gaia/contracts/limits.ts";
import { type ServiceError, status } from "@grpc/grpc-js";
import type { ProgramExit } from "../port.ts";
import { ProgramError } from "../program-error.ts";
import { exitText } from "../start/handshake-reader.ts";

/** Why a program did not say what its jobs are. `exit`: its process has ended. */
export function descriptionError(
  error: ServiceError,
  exit: ProgramExit | null,
  stderrTail: string,
): ProgramError {
  if (error.code === status.RESOURCE_EXHAUSTED && /larger than max/.test(error.details))
    return listTooLarge();
  if (exit !== null) {
    const sentence = `The program ended while it listed its jobs, ${exitText(exit)}.`;
    return new ProgramError("job_list_failed", sentence, stderrTail);
  }
  if (error.code === status.UNAVAILABLE) {
    const sentence = `Gaia cannot connect to the program: ${error.details}.`;
    return new ProgramError("not_connected", sentence, stderrTail);
  }
  const sentence = `The program did not list its jobs: ${status[error.code]} ${error.details}.`;
  return new ProgramError("job_list_failed", sentence, stderrTail);
}

export function listTimedOut(limitMs: number, count: number, stderrTail: string): ProgramError {
  const sentence = `The program did not list its jobs within ${limitMs / 1000} s; ${count} came.`;
  return new ProgramError("job_list_timeout", sentence, stderrTail);
}

export function listTooLarge(): ProgramError {
  const limit = `${LIMITS.programAnswerBytes} bytes (programAnswerBytes)`;
  return new ProgramError("job_list_too_large", `The list of the program's jobs has more than ${limit}.`);
}
