import { readFile } from "node:fs/promises";
import type { SecretView } from "@gaia/contracts/secrets.ts";
import { GaiaError } from "@gaia/contracts/errors.ts";
import { LIMITS } from "@gaia/contracts/limits.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import { type Input, messageOf } from "../input.ts";
import { outColumns, outDocument, tableLines } from "../output.ts";
import { askHidden, askYes } from "../terminal/ask.ts";
import { plainLine } from "../terminal/control.ts";
import { agoText, plural } from "../terminal/time.ts";

/** `gaia secret set NAME` */
export async function set(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  const keeps = input.flag("keepValue");
  const file = input.text("file");
  if (keeps && file !== null)
    throw new GaiaError(
      "invalid_request",
      "--keep-value and --file contradict each other. Give one of them.",
    );
  const description = input.text("description");
  const scopes = input.list("scope");
  const value = keeps ? null : await valueFrom(context, name, file);
  if (file !== null && value?.endsWith("\n") === true && !input.quiet)
    context.note(
      "  The value ends with a newline, as the file does. Piped in without --file, one at the end is left out.",
    );
  const { client } = await context.server();
  const secret = await client.setSecret({
    name,
    ...(value === null ? {} : { value }),
    ...(description === null ? {} : { description }),
    ...(scopes.length === 0 ? {} : { scopes }),
  });
  if (input.json) outDocument(context, secret);
  else if (input.quiet) context.out(secret.name);
  else
    context.out(
      `  ${context.outStyle.good("✓")} ${secret.name}, version ${secret.version}, for ${scopesText(secret)}`,
    );
  return EXIT.success;
}

/** `gaia secret list` */
export async function list(context: Context, input: Input): Promise<number> {
  const client = context.client();
  const page = await client.secrets();
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const secret of page.items) context.out(secret.name);
  else {
    const { problem } = await client.vault();
    if (problem !== "") context.note(`  ${context.noteStyle.bad("✗")} ${problem}`);
    if (page.items.length === 0) context.note("  There are no secrets. `gaia secret set NAME` stores one.");
    else tellList(context, page.items);
  }
  return EXIT.success;
}

/** `gaia secret versions NAME` */
export async function versions(context: Context, input: Input): Promise<number> {
  const page = await context.client().secretVersions(input.argument(0));
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const { version } of page.items) context.out(String(version));
  else {
    const columns = [{ title: "  VERSION", align: "right" as const }, { title: "SET" }, { title: "BY" }];
    const rows = page.items.map(({ version, at, actor }) => [
      String(version),
      agoText(at, context.now()),
      actor.id,
    ]);
    for (const line of tableLines(columns, rows, context.outStyle.faint)) context.out(line);
  }
  return EXIT.success;
}

/** `gaia secret get NAME` */
export async function get(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  const version = input.count("version", 1);
  await agreed(context, input, input.flag("reveal"), {
    question: () => `Show the value of ${name}? It is noted in the activity.`,
    flag: "--reveal",
  });
  const found = await context.client().revealSecret(name, version);
  if (input.json) outDocument(context, found);
  // As it is, for a program; on a terminal the prompt should not stand behind it.
  else await context.outRaw(context.stdoutIsTerminal ? `${found.value}\n` : found.value);
  return EXIT.success;
}

/** `gaia secret rm NAME` */
export async function rm(context: Context, input: Input): Promise<number> {
  const name = input.argument(0);
  const version = input.count("version", 1);
  const client = context.client();
  const what = version === null ? name : `version ${version} of ${name}`;
  await agreed(context, input, false, {
    question: async () =>
      version === null
        ? `Remove ${name} with all its versions? ${usersText(await client.secret(name))}`
        : `Remove ${what}? Its value goes for good.`,
    flag: "--yes",
  });
  const gone =
    version === null ? await client.removeSecret(name) : await client.removeSecretVersion(name, version);
  if (input.json) outDocument(context, gone);
  else if (!input.quiet) context.out(`  ${context.outStyle.good("✓")} ${what} is removed`);
  return EXIT.success;
}

/** `gaia secret rotate` */
export async function rotate(context: Context, input: Input): Promise<number> {
  const done = await context.client().rotateVault();
  if (input.json) outDocument(context, done);
  else if (!input.quiet) {
    const many = plural(done.rewrapped, "version", "versions");
    context.out(`  ${context.outStyle.good("✓")} a new master key, ${done.key_id}; ${many} taken over`);
    if (done.damaged > 0)
      context.note(
        `  ${context.noteStyle.warn("!")} ${plural(done.damaged, "version", "versions")} could not be opened: set those secrets again.`,
      );
    context.note("  Backups of the database from before need the key from before.");
  }
  return EXIT.success;
}

/** Without a terminal to ask at, the flag has to be there. */
async function agreed(
  context: Context,
  input: Input,
  isSaid: boolean,
  { question, flag }: { readonly question: () => string | Promise<string>; readonly flag: string },
): Promise<void> {
  if (isSaid || input.flag("yes")) return;
  if (!context.stdinIsTerminal || !context.stderrIsTerminal)
    throw new GaiaError("invalid_request", `This asks first, and there is no terminal. Say ${flag}.`);
  if (!(await askYes(await question()))) throw new GaiaError("conflict", "Nothing was done.");
}

/**
 * From a file as it is (`-`: from stdin as it is), from stdin without its last newline, which `echo` puts there, or typed.
 * Never from an argument: others could see it.
 */
async function valueFrom(context: Context, name: string, file: string | null): Promise<string> {
  if (file === "-") return textOf(await stdinBytes(), "stdin");
  if (file !== null) return textOf(await bytesOf(file), `\`${file}\``);
  if (context.stdinIsTerminal) {
    if (!context.stderrIsTerminal)
      throw new GaiaError(
        "invalid_request",
        "The value is asked for on a terminal. Pipe it in, or say --file.",
      );
    return askHidden(`Value of ${name} (it is not shown):`);
  }
  return textOf(await stdinBytes(), "stdin").replace(/\r?\n$/, "");
}

/** Not more than shows that it is too long. */
async function stdinBytes(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    chunks.push(part);
    bytes += part.length;
    if (bytes > LIMITS.secretValueBytes + 2) break;
  }
  return Buffer.concat(chunks);
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (reason) {
    throw new GaiaError("invalid_request", `\`${file}\` cannot be read: ${messageOf(reason)}.`);
  }
}

function textOf(bytes: Buffer, from: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new GaiaError(
      "invalid_request",
      `What ${from} holds is not UTF-8 text; a secret becomes an environment variable. Encode it first, such as with base64.`,
    );
  }
}

function tellList(context: Context, items: readonly SecretView[]): void {
  const columns = [
    { title: "  NAME" },
    { title: "VERSION", align: "right" as const },
    { title: "SET" },
    { title: "BY", spare: true },
    { title: "FOR" },
    { title: "USED BY", spare: true },
    { title: "DESCRIPTION", spare: true },
  ];
  const rows = items.map((secret) => [
    `  ${secret.name}`,
    String(secret.version),
    agoText(secret.updated_at, context.now()),
    secret.actor.id,
    scopesText(secret),
    usesText(secret),
    plainLine(secret.description),
  ]);
  const style = context.outStyle;
  for (const line of tableLines(columns, rows, style.faint, outColumns(context))) context.out(line);
}

function scopesText({ scopes }: SecretView): string {
  return scopes.length === 0 ? "all pipelines" : scopes.map(plainLine).join(", ");
}

/** Pipelines that are told by name in a table; of others the number. */
const NAMED = 3;

function usesText({ used_by: uses }: SecretView): string {
  const names = uses
    .slice(0, NAMED)
    .map(({ pipeline, allowed }) => plainLine(pipeline) + (allowed ? "" : " (out of scope)"));
  return names.join(", ") + (uses.length > NAMED ? ` and ${uses.length - NAMED} more` : "");
}

/** What comes of its end, as far as it is known. */
function usersText(secret: SecretView): string {
  if (secret.used_by.length === 0) return "Runs that need it will be refused.";
  return `It is used by ${usesText(secret)}: their runs will be refused.`;
}
