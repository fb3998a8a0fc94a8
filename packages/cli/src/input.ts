import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { LIMITS } from "@gaia/contracts/limits.ts";
import type { Context } from "./context.ts";

/** What the user typed behind the command's name: arguments and flags, as commander read them. */
export class Input {
  readonly #arguments: readonly (string | readonly string[] | undefined)[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(
    given: readonly (string | readonly string[] | undefined)[],
    options: Readonly<Record<string, unknown>>,
  ) {
    this.#arguments = given;
    this.#options = options;
  }

  /** An argument that must be there; commander has seen to it. */
  argument(index: number): string {
    const value = this.#arguments[index];
    return typeof value === "string" ? value : "";
  }

  /** An argument that may be left out. */
  optional(index: number): string | null {
    const value = this.#arguments[index];
    return typeof value === "string" ? value : null;
  }

  /** The rest of the arguments. */
  rest(index: number): readonly string[] {
    const value = this.#arguments[index];
    return typeof value === "string" ? [value] : (value ?? []);
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }

  /** A flag with a `--no-` form; null: neither was given. */
  either(name: string): boolean | null {
    const value = this.#options[name];
    return typeof value === "boolean" ? value : null;
  }

  text(name: string): string | null {
    const value = this.#options[name];
    return typeof value === "string" ? value : null;
  }

  /** A flag that may be given again and again. */
  list(name: string): readonly string[] {
    const value = this.#options[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** A whole number of at least `least`, and at most `most`. */
  count(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const limits = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new GaiaError("invalid_request", `--${name} wants a whole number ${limits}, not \`${text}\`.`);
  }

  get json(): boolean {
    return this.flag("json");
  }

  get quiet(): boolean {
    return this.flag("quiet");
  }

  get verbose(): boolean {
    return this.flag("verbose");
  }
}

/** What every command is: it does its work and says how it ended. */
export type Handler = (context: Context, input: Input) => Promise<number>;

/** `--input name=value` and the like. `@file` reads a file, `@-` reads stdin, `@@x` means `@x`. */
export async function pairs(flag: string, texts: readonly string[]): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 1) {
      throw new GaiaError("invalid_request", `--${flag} wants NAME=VALUE, not \`${text}\`.`);
    }
    values[text.slice(0, equals)] = await valueFrom(flag, text.slice(equals + 1));
  }
  return values;
}

async function valueFrom(flag: string, value: string): Promise<string> {
  if (value.startsWith("@@")) return value.slice(1);
  if (!value.startsWith("@") || value === "@") return value;
  const name = value.slice(1);
  const text = name === "-" ? await readStdin() : await readNamed(name, flag);
  // A file that holds one value ends with a newline that is not part of it.
  return text.replace(/\r?\n$/, "");
}

async function readNamed(name: string, flag: string): Promise<string> {
  try {
    return await readFile(name, "utf8");
  } catch (reason) {
    throw new GaiaError(
      "invalid_request",
      `--${flag} names the file \`${name}\`, which cannot be read: ${messageOf(reason)}. For a value that begins with @ write @@.`,
    );
  }
}

/** All of stdin, as text. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin)
    chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  return Buffer.concat(chunks).toString("utf8");
}

/** The text of a definition, from a file or (`-`) stdin. No more is read than a definition may have. */
export async function readDefinition(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file)) {
      chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
      bytes += chunk.length;
      if (bytes > LIMITS.definitionBytes) break;
    }
  } catch (reason) {
    throw new GaiaError("invalid_request", `${file} cannot be read: ${messageOf(reason)}.`);
  }
  if (bytes <= LIMITS.definitionBytes) return Buffer.concat(chunks).toString("utf8");
  const larger = "larger graphs come from matrix, for_each and $GAIA_GRAPH";
  throw new GaiaError(
    "too_large",
    `${file === "-" ? "stdin" : file} has more than the limit of ${LIMITS.definitionBytes} bytes; ${larger}.`,
  );
}

/** What a caught system error means, in words. */
export function messageOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const code = "code" in reason ? reason.code : null;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
      return "permission is denied";
    default:
      return reason.message;
  }
}
