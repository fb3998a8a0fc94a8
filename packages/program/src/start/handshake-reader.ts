import { LIMITS } from "@gaia/contracts/limits.ts";
import { ProgramError } from "../program-error.ts";
import type { Handshake, ProgramClock, ProgramExit, ProgramProcess } from "../port.ts";
import { parseHandshake, shown } from "./handshake-line.ts";

const NEWLINE = 10;

/** What the first line said, and how much came after it. */
export interface ReadHandshake {
  readonly handshake: Handshake;
  readonly lostBytes: () => number;
}

/**
 * Waits for the first line of a program's stdout, which has to be its handshake. What comes after it is read and thrown
 * away, so that a program which prints does not block on a full pipe. Throws a `ProgramError`.
 */
export async function readHandshake(
  process: ProgramProcess,
  clock: ProgramClock,
  startMs: number,
): Promise<ReadHandshake> {
  let lost = 0;
  let beginning: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let callOff: () => void = () => {};
  try {
    const line = await new Promise<Buffer>((resolve, reject) => {
      let found = false;
      process.stdout.on("data", (chunk: Buffer) => {
        if (found) {
          lost += chunk.length;
          return;
        }
        beginning = Buffer.concat([beginning, chunk]);
        const end = beginning.indexOf(NEWLINE);
        if (end < 0 && beginning.length <= LIMITS.programHandshakeLineBytes) return;
        found = true;
        lost = end < 0 ? 0 : beginning.length - end - 1;
        if (end >= 0 && end <= LIMITS.programHandshakeLineBytes) resolve(beginning.subarray(0, end));
        else reject(tooLong(beginning));
      });
      process.stdout.on("error", () => {});
      callOff = clock.after(startMs, () => reject(timedOut(process, beginning, startMs)));
      // A program may have printed its line and ended at once: what it printed is read before its exit is told.
      void process.exited.then((exit) => whenRead(process, () => reject(exitedEarly(process, exit))));
    });
    return { handshake: parseHandshake(line), lostBytes: () => lost };
  } catch (reason) {
    if (reason instanceof ProgramError && reason.stderrTail === "")
      throw new ProgramError(reason.code, reason.message, process.stderrTail());
    throw reason;
  } finally {
    callOff();
  }
}

function whenRead(process: ProgramProcess, then: () => void): void {
  if (process.stdout.readableEnded || process.stdout.destroyed) then();
  else process.stdout.once("close", then);
}

function tooLong(beginning: Buffer): ProgramError {
  const limit = `${LIMITS.programHandshakeLineBytes} bytes (programHandshakeLineBytes)`;
  return new ProgramError(
    "line_too_long",
    `The first line on the program's stdout has more than ${limit}: ${shown(beginning)}.`,
  );
}

function timedOut(process: ProgramProcess, beginning: Buffer, startMs: number): ProgramError {
  const printed =
    beginning.length === 0
      ? "It printed nothing to stdout."
      : `It printed ${shown(beginning)} without a newline.`;
  const sentence = `The program printed no handshake line within ${startMs / 1000} s. ${printed}`;
  return new ProgramError("start_timeout", sentence, process.stderrTail());
}

function exitedEarly(process: ProgramProcess, exit: ProgramExit): ProgramError {
  const sentence = `The program ended before its handshake line, ${exitText(exit)}.`;
  return new ProgramError("exited_early", sentence, process.stderrTail());
}

/** `with exit code 1`, `by SIGKILL`. */
export function exitText(exit: ProgramExit): string {
  return exit.signal === null ? `with exit code ${exit.code ?? "unknown"}` : `by ${exit.signal}`;
}
