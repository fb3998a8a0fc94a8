import { appendFileSync } from "node:fs";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { parseDuration } from "@gaia/core/policy/index.ts";
import { BuildError, Interrupted } from "../build-error.ts";

export const EXIT = {
  success: 0,
  failed: 1,
  usage: 2,
  interrupted: { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 },
} as const;

export const USAGE = `usage: gaia-builder build --source DIR --builds DIR --cache DIR [--folder SUB] [--language L] [--timeout T] [--rebuild]
       gaia-builder build --drop-in FILE --builds DIR --cache DIR [--timeout T] [--rebuild]
  --source DIR         the sources
  --folder SUB         the pipeline's folder in them
  --drop-in FILE       a program that was built elsewhere; its name ends with _golang, _java, …
  --builds DIR         where builds are kept, each under its id
  --cache DIR          where dependencies are kept from one build to the next
  --language L         golang, python, nodejs, java, cpp or ruby; found out when not said
  --timeout T          of each command, such as 30m
  --environment FILE   JSON: variables beside those of this process; it need not exist
  --rebuild            build anew what is built already: dependencies may have moved

usage: gaia-builder gc --builds DIR [--keep ID]... [--keep-file FILE] [--older-than T] [--cache DIR --cache-max-bytes N]
  --keep ID            stays, whatever its age; --keep-file names a file with such ids
  --older-than T       what was asked for since stays, too (1d)
  --cache-max-bytes N  what was not used for longest is removed from the cache until the rest is no larger (10 GiB)
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

/** A flag that is a duration. Throws a `UsageError`. */
export function durationFlag(name: string, text: string): number {
  const parsed = parseDuration(text);
  if (parsed.kind === "ok" && parsed.ms > 0) return parsed.ms;
  throw new UsageError(`--${name}: ${parsed.kind === "error" ? parsed.message : `"${text}" is no time`}.`);
}

/** Adds a result to the outputs of the task that this is, if it is one. */
export function tellOutputs(outputs: Readonly<Record<string, string | number | boolean>>): void {
  const file = process.env["GAIA_OUTPUT"];
  if (file === undefined || file === "") return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${String(value)}\n`);
  appendFileSync(file, lines.join(""));
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
      const line = `The build was ended (${reason.message}), and nothing is left of it.`;
      tellOutputs({ error: line });
      process.stderr.write(`${line}\n`);
      return EXIT.failed;
    }
    if (!(reason instanceof BuildError)) throw reason;
    if (reason.detail !== "") process.stderr.write(`${reason.detail}\n`);
    const line = `${reason.message} ${reason.remedy}`.replaceAll(/\s+/g, " ").trim();
    tellOutputs({ error: line });
    process.stderr.write(`${line}\n`);
    return EXIT.failed;
  }
}
