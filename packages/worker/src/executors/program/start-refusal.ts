import { ProgramError } from "@gaia/program";

/** As dash and bash say it; of other shells the end of a program's stderr is shown as it is. */
const REFUSED = /^sh: (?:line )?\d+: exec: (.+?): (?:cannot execute: )?(not found|Permission denied)$/m;

/** The shell through which a program is started says what it does not find: an error of its own. */
export function startRefusal(error: ProgramError): ProgramError {
  const found = REFUSED.exec(error.stderrTail);
  if (error.code !== "exited_early" || found === null) return error;
  const [, file = "", why = ""] = found;
  const sentence = `\`${file}\` cannot be started: ${why.toLowerCase()}.`;
  return new ProgramError("start_refused", sentence, error.stderrTail);
}
