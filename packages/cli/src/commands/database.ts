import { resolve } from "node:path";
import type { Context } from "../context.ts";
import { isAbsent } from "../client/http.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument } from "../output.ts";
import type { OfflineDatabase } from "../server-port.ts";
import { sizeText } from "../terminal/time.ts";

/** `gaia db check` */
export async function check(context: Context, input: Input): Promise<number> {
  const answer = await through(context, "check", {}, (database) => database.check());
  // `ok: false` with `problems`: the answer is an answer, and the database is damaged.
  const problems = Array.isArray(answer["problems"]) ? answer["problems"].map(String) : [];
  const sound = answer["ok"] !== false && problems.length === 0;
  if (input.json) outDocument(context, answer);
  else if (sound) sayUnlessQuiet(context, input, "the database is sound");
  else {
    context.note(`  ${context.noteStyle.bad("✗")} the database is damaged`);
    for (const problem of problems.slice(0, 20)) context.note(`    ${problem}`);
    context.note("    Restore the newest of $GAIA_HOME/backups with the server down.");
  }
  return sound ? EXIT.success : EXIT.failed;
}

/** `gaia db compact` */
export async function compact(context: Context, input: Input): Promise<number> {
  const answer = await through(context, "compact", {}, (database) => database.compact());
  if (input.json) outDocument(context, answer);
  else sayUnlessQuiet(context, input, `the database is compact${sizesText(answer)}`);
  return EXIT.success;
}

/** `gaia db backup [FILE]` */
export async function backup(context: Context, input: Input): Promise<number> {
  const named = input.optional(0);
  const path = named === null ? null : resolve(context.folder, named);
  const answer = await through(context, "backup", path === null ? {} : { path }, (database) =>
    database.backup(path),
  );
  if (input.json) {
    outDocument(context, answer);
    return EXIT.success;
  }
  const written = typeof answer["path"] === "string" ? answer["path"] : (path ?? "");
  context.out(written);
  return EXIT.success;
}

/** By the server that has the database open, or, when none runs, directly. */
async function through(
  context: Context,
  verb: "check" | "compact" | "backup",
  body: Record<string, unknown>,
  offline: (database: OfflineDatabase) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  try {
    return await context.client().database(verb, body);
  } catch (reason) {
    if (!isAbsent(reason) || context.endpoint.kind === "tcp") throw reason;
  }
  const database = await context.port.openDatabase(context.home);
  try {
    return await offline(database);
  } finally {
    await database.close();
  }
}

function sayUnlessQuiet(context: Context, input: Input, text: string): void {
  if (!input.quiet) context.out(`  ${context.outStyle.good("✓")} ${text}`);
}

function sizesText(answer: Record<string, unknown>): string {
  const before = answer["before_bytes"];
  const after = answer["after_bytes"];
  return typeof before === "number" && typeof after === "number"
    ? `: ${sizeText(before)} are now ${sizeText(after)}`
    : "";
}
