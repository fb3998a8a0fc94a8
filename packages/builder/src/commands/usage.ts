import { parseArgs, type ParseArgsConfig } from "node:util";
import { BuildError, Interrupted } from "../build-error.ts";

export const EXIT = {
  success: 0,
  failed: 1,
  usage: 2,
  interrupted: { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 },
} as const;

export const USAGE = `usage: gaia-builder build --source DIR --builds DIR --cache DIR [--folder SUB] [--language L] [--timeout T] [--rebuild]
  --source DIR    the sources, taken as a whole
  --folder SUB    the pipeline's folder in them
  --builds DIR    where builds are kept, each under its id
  --cache DIR     where dependencies are kept from one build to the next
  --language L    golang, python, nodejs, java, cpp or ruby; found out when not said
  --timeout T     of each command, such as 30m
  --rebuild       build anew what is built already: dependencies may have moved
Exit status: 0; 1 when the build failed, with the reason in the last line; 2 for wrong usage.
`;

/** Wrong usage; the message says what. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads flags, of which some are wanted. Throws a `UsageError`. */
export function readFlags<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
  wanted: readonly (keyof T & string)[],
) {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const missing = wanted.find((name) => !Object.hasOwn(values, name));
    if (missing === undefined) return values;
    throw new UsageError(`--${missing} is missing.`);
  } catch (reason) {
    if (reason instanceof UsageError) throw reason;
    throw new UsageError(reason instanceof Error ? reason.message : String(reason));
  }
}

/** Performs a command; what goes wrong becomes a line on stderr and an exit status. */
export async function perform(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return EXIT.success;
  } catch (reason) {
    if (reason instanceof UsageError) {
      process.stderr.write(`${reason.message}\n${USAGE}`);
      return EXIT.usage;
    }
    if (reason instanceof Interrupted) {
      process.stderr.write(`The build was ended (${reason.message}). Nothing is left of it.\n`);
      return EXIT.failed;
    }
    if (!(reason instanceof BuildError)) throw reason;
    process.stderr.write(`${reason.message} ${reason.remedy}\n`);
    return EXIT.failed;
  }
}
