import { LIMITS } from "@gaia/contracts/limits.ts";
import type { ActivityEntry } from "@gaia/contracts/screens.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit.ts";
import type { Input } from "../input.ts";
import { outDocument, tableLines } from "../output.ts";
import { momentText } from "../terminal/time.ts";

const DEFAULT_LIMIT = 20;

/** `gaia activity` */
export async function activity(context: Context, input: Input): Promise<number> {
  const page = await context.client().activity({
    actor: input.text("actor") ?? undefined,
    pipeline: input.text("pipeline") ?? undefined,
    cursor: input.text("cursor") ?? undefined,
    limit: String(input.count("limit", 1, LIMITS.pageItems) ?? DEFAULT_LIMIT),
  });
  if (input.json) outDocument(context, page);
  else if (input.quiet) for (const entry of page.items) context.out(sentenceOf(entry));
  else if (page.items.length === 0) context.note("  Nobody has done anything yet.");
  else {
    const columns = [{ title: "WHEN" }, { title: "WHO" }, { title: "WHAT" }];
    const rows = page.items.map((entry) => [momentText(entry.at), entry.actor.id, sentenceOf(entry)]);
    for (const line of tableLines(columns, rows, context.outStyle.faint)) context.out(line);
  }
  return EXIT.success;
}

/** What was done, in words; a kind that this version does not know is told by its name. */
function sentenceOf({ kind, subject, body }: ActivityEntry): string {
  const text = (key: string): string => fieldOf(body, key);
  const run = `${subject}#${text("number")}`;
  const comment = text("comment") === "" ? "" : `: ${text("comment").replaceAll(/\s+/g, " ")}`;
  switch (kind) {
    case "run.started":
      return `started ${run}${text("trigger") === "manual" ? "" : ` (${text("trigger")})`}`;
    case "run.retried":
      return `retried a run as ${run}`;
    case "run.stopped":
      return `stopped ${run}${comment}`;
    case "job.approved":
      return `approved ${text("task")} of ${run}${comment}`;
    case "job.rejected":
      return `rejected ${text("task")} of ${run}${comment}`;
    case "pipeline.saved":
      return `saved version ${text("version")} of ${subject}`;
    case "pipeline.removed":
    case "pipeline.paused":
    case "pipeline.resumed":
      return `${kind.slice("pipeline.".length)} ${subject}`;
    case "trigger.fired":
      if (text("ref") !== "")
        return `saw ${text("commit").slice(0, 12)} at ${placeOf(text("ref"))}, and started ${subject}`;
      return `took a delivery for ${subject} at its webhook ${text("webhook")}, from ${text("from")}: ${text("delivery")}`;
    case "trigger.failed":
      return `could not start ${subject}: ${text("message").replaceAll(/\s+/g, " ")}`;
    case "status.failed":
      return `gave up telling ${text("forge")} of ${subject}: ${text("message").replaceAll(/\s+/g, " ")}`;
    case "secret.added":
      return `stored the secret ${text("secret")}`;
    case "secret.replaced":
      return `stored version ${text("version")} of the secret ${text("secret")}`;
    case "secret.changed":
      return `changed what is said of the secret ${text("secret")}`;
    case "secret.revealed":
      return `looked at version ${text("version")} of the secret ${text("secret")}`;
    case "secret.removed":
      return `removed the secret ${text("secret")}`;
    case "secret.version_removed":
      return `removed version ${text("version")} of the secret ${text("secret")}`;
    case "secret.key_rotated":
      return `replaced the master key of the secrets: ${text("rewrapped")} versions taken over`;
    case "database.checked":
      return `checked the database: ${text("problems")} problems`;
    case "database.compacted":
      return "compacted the database";
    case "database.backed_up":
      return `copied the database to ${text("path")}`;
    case "server.stopped":
      return "stopped the server";
    default:
      return `${kind} ${subject}`.trimEnd();
  }
}

/** A branch or tag by its whole name, in words. */
function placeOf(ref: string): string {
  const name = ref.replace(/^refs\/(heads|tags)\//, "");
  return ref.startsWith("refs/tags/") ? `the tag ${name}` : `the branch ${name}`;
}

function fieldOf(body: unknown, key: string): string {
  if (typeof body !== "object" || body === null) return "";
  const value: unknown = Object.getOwnPropertyDescriptor(body, key)?.value;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
