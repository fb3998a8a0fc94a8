// Arguments of the scripts in package.json. Plain JavaScript: some of them run before anything is installed.
import { parseArgs } from "node:util";

/**
 * Reads the script's arguments. `--help` is answered with the usage and exit status 0, what is not understood with what
 * is wrong, the usage and 2.
 */
export function readArguments(usage, options, { mayName = false, args = process.argv.slice(2) } = {}) {
  let read;
  try {
    read = parseArgs({
      args,
      options: { ...options, help: { type: "boolean", short: "h" } },
      allowPositionals: mayName,
    });
  } catch (caught) {
    if (!(caught instanceof Error)) throw caught;
    return misused(usage, caught.message.split(/[.\n]/)[0]);
  }
  if (read.values.help === true) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  return read.values;
}

/** A whole number, at least `least`; anything else ends the script. Undefined stays so. */
export function wholeNumber(usage, name, text, least = 0) {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  return misused(usage, `--${name} ${text}: a whole number from ${least} on`);
}

/** Says what is wrong and how it is right, and ends the script with status 2. */
export function misused(usage, message) {
  process.stderr.write(`${message}\n${usage}\n`);
  process.exit(2);
}
