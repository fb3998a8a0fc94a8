import { Command, CommanderError, Option } from "commander";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { nearest } from "@gaia/core/text/index.ts";
import { COMMON_FLAGS, type CommandSpec, type FlagSpec } from "./command-spec.ts";
import { COMMANDS } from "./commands/specs.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit.ts";
import { commandHelp, rootHelp } from "./help.ts";
import { Input } from "./input.ts";

/** `--json`, `-q`, `--quiet`, … */
const EVERYWHERE: ReadonlySet<string> = new Set(COMMON_FLAGS.flatMap(({ flags }) => flags.split(", ")));

/** So many are told of the commands that have the name that was typed. */
const GUESSES = 2;

/** Finds the command that is meant, checks what was typed, and does it. Answers the exit status. */
export async function runProgram(context: Context, words: readonly string[]): Promise<number> {
  let status: number = EXIT.success;
  const done = (value: number) => void (status = value);
  const root = new Command("gaia");
  prepare(root, () => rootHelp(context.outStyle), context);
  root.helpCommand(false);
  root.action(() => context.out(rootHelp(context.outStyle)));
  root.argument("[command...]");
  for (const spec of COMMANDS)
    root.addCommand(built(context, spec, [], done), { hidden: spec.hidden === true });
  try {
    const wanted = withHelpWord(withFlagsBehind(words));
    refuseUnknownCommand(wanted, COMMANDS, []);
    await root.parseAsync([...wanted], { from: "user" });
  } catch (reason) {
    if (!(reason instanceof CommanderError)) throw reason;
    if (reason.exitCode === 0) return EXIT.success;
    throw usageError(reason, words);
  }
  return status;
}

/** The flags that the words ask for, read before they are known to be right: errors are told in the same form. */
export function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).includes("--json");
}

/** The command that the words name, with the words that name it. */
export function findCommand(
  words: readonly string[],
  commands: readonly CommandSpec[] = COMMANDS,
): { path: readonly string[]; spec: CommandSpec } | null {
  const [first, ...rest] = words;
  const spec = commands.find((command) => command.name === first);
  if (spec === undefined || first === undefined) return null;
  if (spec.commands === undefined) return { path: [first], spec };
  const inner = findCommand(rest, spec.commands);
  return inner === null ? { path: [first], spec } : { path: [first, ...inner.path], spec: inner.spec };
}

function built(
  context: Context,
  spec: CommandSpec,
  before: readonly string[],
  done: (status: number) => void,
): Command {
  const path = [...before, spec.name];
  const command = new Command(spec.name);
  prepare(command, () => commandHelp(path, spec, context.outStyle), context);
  if (spec.commands !== undefined) {
    command.helpCommand(false);
    command.action(() => context.out(commandHelp(path, spec, context.outStyle)));
    for (const inner of spec.commands) command.addCommand(built(context, inner, path, done));
    return command;
  }
  if (spec.arguments !== undefined) command.arguments(spec.arguments);
  for (const flag of [...(spec.flags ?? []), ...COMMON_FLAGS]) command.addOption(option(flag));
  if (spec.name === "__complete") command.allowUnknownOption().passThroughOptions();
  const load = spec.load;
  if (load === undefined) return command;
  command.action(async () => {
    const handler = await load();
    done(await handler(context, new Input(command.processedArgs, command.opts())));
  });
  return command;
}

function prepare(command: Command, help: () => string, context: Context): void {
  command.exitOverride();
  command.showSuggestionAfterError(true);
  command.configureOutput({ writeOut: (text) => context.out(text.trimEnd()), writeErr: () => {} });
  command.configureHelp({ formatHelp: () => help() });
  command.helpOption("-h, --help", "this");
  if (command.name() === "gaia") command.enablePositionalOptions();
}

function option(flag: FlagSpec): Option {
  const made = new Option(flag.flags, flag.text).hideHelp(flag.hidden === true);
  if (flag.repeats !== true) return made;
  return made
    .default([])
    .argParser((value: string, before: unknown) => [...(Array.isArray(before) ? before : []), value]);
}

/** `gaia --json worker list` is `gaia worker list --json`: a flag of every command may stand anywhere. */
function withFlagsBehind(words: readonly string[]): readonly string[] {
  const path: string[] = [];
  const flags: string[] = [];
  let commands: readonly CommandSpec[] | undefined = COMMANDS;
  for (const word of words) {
    if (commands === undefined) break;
    if (EVERYWHERE.has(word)) {
      flags.push(word);
      continue;
    }
    const spec: CommandSpec | undefined = commands.find((command) => command.name === word);
    if (spec === undefined) return words;
    path.push(word);
    commands = spec.commands;
  }
  // A noun alone prints its help, which takes no flags.
  return commands === undefined ? [...path, ...flags, ...words.slice(path.length + flags.length)] : words;
}

/** `gaia help run` is `gaia run --help`. */
function withHelpWord(words: readonly string[]): readonly string[] {
  return words[0] === "help" ? [...words.slice(1).filter((word) => !word.startsWith("-")), "--help"] : words;
}

function refuseUnknownCommand(
  words: readonly string[],
  commands: readonly CommandSpec[],
  path: readonly string[],
): void {
  const word = words.find((one) => !one.startsWith("-"));
  if (word === undefined) return;
  const spec = commands.find((command) => command.name === word);
  if (spec?.commands !== undefined) {
    refuseUnknownCommand(words.slice(words.indexOf(word) + 1), spec.commands, [...path, word]);
    return;
  }
  if (spec !== undefined) return;
  throw unknownCommand(
    word,
    commands.filter((command) => command.hidden !== true),
    path,
  );
}

/** The nearest name, else where there is a command of this name, else those that there are. */
function unknownCommand(word: string, commands: readonly CommandSpec[], path: readonly string[]): GaiaError {
  const near = nearest(
    word,
    commands.map((command) => command.name),
  );
  const name = ["gaia", ...path, word].join(" ");
  if (near !== null) {
    return new GaiaError(
      "invalid_request",
      `There is no command \`${name}\`. Did you mean \`${["gaia", ...path, near].join(" ")}\`?`,
    );
  }
  if (path.length === 0 && /\.ya?ml$/.test(word)) {
    return new GaiaError(
      "invalid_request",
      `There is no command \`${word}\`; a file is started with \`run\`.`,
      {
        next: [`gaia run ${word}`],
      },
    );
  }
  const help = ["gaia", ...path, "--help"].join(" ");
  const inner = commands
    .filter((command) => command.commands?.some((one) => one.name === word && one.hidden !== true) === true)
    .map((command) => `\`${["gaia", ...path, command.name, word].join(" ")}\``);
  const guess =
    inner.length > 0 ? ` Did you mean ${inner.slice(0, GUESSES).join(" or ")}?` : namesIn(path, commands);
  return new GaiaError("invalid_request", `There is no command \`${name}\`.${guess}`, { next: [help] });
}

/** Of a noun there are a few; all others are the help's to tell. */
function namesIn(path: readonly string[], commands: readonly CommandSpec[]): string {
  return path.length === 0 ? "" : ` There are: ${commands.map(({ name }) => name).join(", ")}.`;
}

/** Commander's sentence in the house's form: what is wrong, the nearest name, where the help is. */
function usageError(error: CommanderError, words: readonly string[]): GaiaError {
  const found = findCommand(words.filter((word) => !word.startsWith("-")));
  const name = ["gaia", ...(found?.path ?? [])].join(" ");
  const [first = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const quoted = first.replaceAll("'", "`").replace(/\.$/, "");
  const guess = more
    .join(" ")
    .replace(/[()]/g, "")
    .replace(/Did you mean (?:one of )?(.*)\?/, "Did you mean `$1`?");
  const sentence = `${quoted.charAt(0).toUpperCase()}${quoted.slice(1)}.${guess === "" ? "" : ` ${guess}`}`;
  return new GaiaError("invalid_request", sentence, { next: [`${name} --help`] });
}
