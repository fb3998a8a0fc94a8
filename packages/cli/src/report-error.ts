import type { GaiaError } from "@gaia/contracts/errors.ts";
import type { Context } from "./context.ts";
import { plainLine } from "./terminal/control.ts";

/** Says on stderr what went wrong and what to do: sentence, what is known, commands that can be pasted. */
export function reportError(context: Context, error: GaiaError, json: boolean): void {
  if (json) {
    const { request_id: requestId, next: _next, ...details } = error.details;
    const body = { code: error.code, message: error.message, details, request_id: requestId ?? "" };
    context.note(JSON.stringify({ error: body }));
    return;
  }
  const style = context.noteStyle;
  const problems = sentences(error);
  for (const sentence of problems.length > 1 ? problems : [error.message]) {
    const [first = "", ...more] = sentence.split("\n").map(plainLine);
    context.note(`  ${style.bad("✗")} ${first}`);
    for (const line of more) context.note(`    ${line}`);
  }
  const lines = texts(error.details["log_lines"]);
  for (const line of lines) context.note(style.faint(`    ${plainLine(line)}`));
  const next = texts(error.details["next"]);
  if (next.length > 0) context.note(`    ${next.map((text) => style.command(text)).join("      ")}`);
  if (error.code === "internal") tellBug(context, error);
}

/** Several things that are wrong at once, such as inputs or tasks: each is told, not only the first. */
function sentences(error: GaiaError): readonly string[] {
  const { problems, tasks } = error.details;
  const told = error.code === "unsupported" ? tasks : error.code === "invalid_input" ? problems : null;
  if (!Array.isArray(told)) return [];
  return told.map((one: unknown) => {
    if (typeof one === "string") return one;
    return typeof one === "object" && one !== null && "sentence" in one ? String(one.sentence) : "";
  });
}

function tellBug(context: Context, error: GaiaError): void {
  const id = error.details["request_id"];
  const cause = error.cause;
  if (typeof id === "string" && id !== "")
    context.note(`    The server's log has more, under request ${id}.`);
  // The text of a bug helps whoever reports it; its stack trace is shown only when asked for.
  if (cause instanceof Error) {
    const told = context.environment["GAIA_DEBUG"] ? (cause.stack ?? cause.message) : cause.message;
    context.note(context.noteStyle.faint(`    ${told}`));
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String).filter((text) => text !== "") : [];
}
