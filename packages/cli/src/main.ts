import { basename } from "node:path";
import { errorFrom } from "@gaia/contracts/errors.ts";
import { processContext, type Overrides } from "./context.ts";
import { EXIT, exitOfError } from "./exit.ts";
import { reportError } from "./report-error.ts";
import { VERSION } from "@gaia/contracts/version.ts";

/**
 * The command line. Answers the exit status; nothing is ever thrown out of it.
 *
 * @param words what was typed behind the program's name
 * @param invokedAs the name that it was called by: `gaia-workflow` means `gaia workflow`
 */
export async function main(
  words: readonly string[],
  invokedAs = "gaia",
  overrides: Overrides = {},
): Promise<number> {
  leaveQuietlyWithTheReader();
  const wanted = [...nounOf(invokedAs), ...words];
  // The two that people type to see whether it is there at all: without loading anything else.
  if (wanted.length === 1 && isVersion(wanted[0])) {
    process.stdout.write(`gaia ${VERSION}\n`);
    return EXIT.success;
  }
  const context = processContext(overrides);
  const { runProgram, wantsJson } = await import("./program.ts");
  // Whatever slips past every catch is a bug; it is told as one, and never as a stack trace.
  const told = (reason: unknown) => {
    reportError(context, errorFrom(reason), wantsJson(wanted));
    process.exit(EXIT.failed);
  };
  process.on("uncaughtException", told);
  process.on("unhandledRejection", told);
  try {
    return await runProgram(context, wanted);
  } catch (reason) {
    const error = errorFrom(reason);
    reportError(context, error, wantsJson(wanted));
    return exitOfError(error);
  } finally {
    context.close();
  }
}

/** Runs `main` as the whole of this process. */
export async function runProcess(
  words: readonly string[],
  invokedAs: string,
  overrides: Overrides = {},
): Promise<void> {
  const status = await main(words, invokedAs, overrides);
  process.exitCode = status;
  // Output that a pipe has not taken yet goes out before the end; whatever else is open is of no more use.
  await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
  process.exit(status);
}

function nounOf(invokedAs: string): readonly string[] {
  const name = basename(invokedAs).replace(/\.m?js$/, "");
  return name.startsWith("gaia-") ? [name.slice("gaia-".length)] : [];
}

function isVersion(word: string | undefined): boolean {
  return word === "version" || word === "--version" || word === "-V";
}

/** `gaia logs | head`: when the reader has seen enough, the rest is not worth a word. */
function leaveQuietlyWithTheReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (reason: NodeJS.ErrnoException) => {
      if (reason.code === "EPIPE" || reason.code === "EIO") process.exit(EXIT.success);
    });
  }
}

if (import.meta.main) await runProcess(process.argv.slice(2), process.argv0);
