import type { parseArgs, ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The values, as `parseArgs` types them. Ends the script at `--help` and at what is not understood. */
export function readArguments<const O extends Options>(
  usage: string,
  options: O,
  more?: { readonly mayName?: boolean; readonly args?: readonly string[] },
): ReturnType<typeof parseArgs<{ options: O }>>["values"];

export function wholeNumber(usage: string, name: string, text: string, least?: number): number;
export function wholeNumber(
  usage: string,
  name: string,
  text: string | undefined,
  least?: number,
): number | undefined;

export function misused(usage: string, message: string): never;
