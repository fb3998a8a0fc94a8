import { LIMITS } from "@gaia/contracts/limits.ts";
import type { WireResult } from "@gaia/contracts/program-protocol.ts";
import { type ServiceError, status } from "@grpc/grpc-js";
import type { JobOutcome, ProgramExit } from "../port.ts";
import { exitText } from "../start/handshake-reader.ts";

/**
 * What a job's result means; the rules of the original. `failed` without `exit_pipeline` is a success there, too: no
 * published SDK sends it.
 */
export function outcomeOfResult(result: WireResult): JobOutcome {
  if (!result.exit_pipeline) return { kind: "succeeded", outputs: {}, jobs: [] };
  return { kind: result.failed ? "failed" : "exited", message: cutMessage(result.message) };
}

/** What a call that ended without a result means. `exit`: the process has ended. */
export function outcomeOfError(error: ServiceError, exit: ProgramExit | null): JobOutcome {
  // What a server says when it has no thread for the call, as Ruby's does. The same code stands for messages past a limit.
  if (error.code === status.RESOURCE_EXHAUSTED && /no free threads/i.test(error.details)) {
    return { kind: "refused", message: cutMessage(error.details) };
  }
  if (error.code === status.RESOURCE_EXHAUSTED && /received message larger than max/i.test(error.details)) {
    const limit = `${LIMITS.programAnswerBytes} bytes (programAnswerBytes)`;
    return { kind: "failed", message: `The job sent a message with more than ${limit}.` };
  }
  if (exit !== null) return crashed(exit);
  const said = error.details === "" ? "The program said nothing more" : error.details;
  return { kind: "errored", status: error.code, message: cutMessage(`${status[error.code]}: ${said}`) };
}

/** The process ended while the job was running. */
export function crashed(exit: ProgramExit): JobOutcome {
  return { kind: "crashed", exit, message: `The program ended during the job, ${exitText(exit)}.` };
}

/** The program ended its call without saying how. */
export function endedWithoutResult(): JobOutcome {
  return { kind: "errored", status: status.OK, message: "The program ended the call without a result." };
}

/** A message, cut at its limit, between two characters. */
export function cutMessage(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= LIMITS.programMessageBytes) return message;
  // A character may be cut in two; what is left of it goes.
  const kept = bytes
    .subarray(0, LIMITS.programMessageBytes)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
  return `${kept}… (${bytes.length} bytes)`;
}
