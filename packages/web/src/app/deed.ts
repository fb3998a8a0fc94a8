import type { RunView } from "../api/client.ts";

/** Who did what, in words: the entries of the activity, and who started a run. */

/** An entry of `GET /activity`. */
export interface Deed {
  readonly cursor: string;
  readonly at: string;
  readonly actor: RunView["actor"];
  readonly kind: string;
  /** The pipeline that it was done to; empty: to none. */
  readonly subject: string;
  readonly body?: unknown;
}

/** A piece of a sentence; with an address it is a link. */
export interface Piece {
  readonly text: string;
  readonly to?: string;
}

type Actor = RunView["actor"];

/** Who, at the beginning of a sentence. */
export function whoText(actor: Actor): string {
  if (actor.kind === "system") return "Gaia";
  if (actor.kind === "run") return "Another run";
  if (actor.id === "local") return "The command line";
  if (actor.id === "token") return "The API";
  if (actor.id === "session") return "The dashboard";
  return actor.id;
}

/** Two letters for a round mark; empty: Gaia itself, which shows its logo. */
export function initials(actor: Actor): string {
  if (actor.kind !== "user") return "";
  const name = whoText(actor).replace(/^The /, "");
  const words = name.split(/[\s._@-]+/).filter((word) => word !== "");
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word[0] ?? "") : [name.slice(0, 2)];
  return letters.join("").toUpperCase();
}

/** `marta started it`, `on schedule`, `by another run`. */
export function startText(run: Pick<RunView, "trigger" | "actor" | "retry_of">): string {
  if (run.trigger === "run") return "another run started it";
  if (run.trigger === "manual")
    return `${lowerWho(run.actor)} ${run.retry_of === null ? "started" : "retried"} it`;
  if (run.trigger === "pipeline") return "the end of another run started it";
  if (run.trigger === "webhook") return "a webhook started it";
  if (run.trigger === "git") return "a commit started it";
  return run.trigger === "cron" ? "on schedule" : `by ${run.trigger}`;
}

/** Who or what started a run, for a column: `marta`, `the command line`, `schedule`, `the end of another run`. */
export function starterText({ trigger, actor }: Pick<RunView, "trigger" | "actor">): string {
  if (trigger === "manual") return lowerWho(actor);
  if (trigger === "run") return "another run";
  if (trigger === "pipeline") return "the end of another run";
  if (trigger === "webhook") return "a webhook";
  if (trigger === "git") return "a commit";
  return trigger === "cron" ? "schedule" : trigger;
}

/** The same person within a sentence. */
export function lowerWho(actor: Actor): string {
  const who = whoText(actor);
  return /^(The|Another) /.test(who) ? who.charAt(0).toLowerCase() + who.slice(1) : who;
}

/** What a trigger fired on: a delivery, or a commit in a repository that is looked at. */
function firedText(body: Deed["body"]): string {
  const ref = textIn(body, "ref");
  if (ref === "") return `${textIn(body, "from")} delivered to the webhook ${textIn(body, "webhook")} of `;
  const place = ref.replace(/^refs\/(heads|tags)\//, "");
  return `${textIn(body, "commit").slice(0, 12)} came to ${place}, and started `;
}

/** What was done, as a sentence without its full stop; links lead to what it was done to. */
export function deedPieces(deed: Deed): readonly Piece[] {
  const who = whoText(deed.actor);
  const { subject } = deed;
  const run = runPiece(deed);
  const pipeline: Piece = { text: subject, to: `/pipelines/${encodeURIComponent(subject)}` };
  const task = textIn(deed.body, "task");
  const version = numberIn(deed.body, "version") ?? "?";
  switch (deed.kind) {
    case "run.started":
      return isSchedule(deed) ? [{ text: "The schedule started " }, run] : [{ text: `${who} started ` }, run];
    case "run.retried":
      return [{ text: `${who} retried ` }, run];
    case "run.stopped":
      return [{ text: `${who} stopped ` }, run, { text: isTrue(deed.body, "force") ? ", by force" : "" }];
    case "job.approved":
      return [{ text: `${who} approved ${task} of ` }, run];
    case "job.rejected":
      return [{ text: `${who} rejected ${task} of ` }, run];
    case "pipeline.saved":
      return [{ text: `${who} saved version ${version} of ` }, pipeline];
    case "pipeline.created":
      return [{ text: `${who} made ` }, pipeline];
    case "pipeline.built":
      return [buildPiece(deed), { text: ` made version ${version} of ` }, pipeline];
    case "pipeline.build_failed":
      return [buildPiece(deed), { text: " failed to build " }, pipeline];
    case "pipeline.pinned":
    case "pipeline.promoted":
    case "pipeline.rolled_back":
      return [{ text: `${who} ${CHOSEN[deed.kind]} ` }, pipeline, { text: ` to version ${version}` }];
    case "pipeline.unpinned":
      return [{ text: `${who} unpinned ` }, pipeline, { text: `: its newest version runs` }];
    case "pipeline.source_changed":
      return [{ text: `${who} changed where ` }, pipeline, { text: " is built from" }];
    case "pipeline.paused":
      return [{ text: `${who} paused ` }, pipeline];
    case "pipeline.resumed":
      return [{ text: `${who} resumed ` }, pipeline];
    case "pipeline.removed":
      return [{ text: `${who} removed ${subject}` }];
    case "trigger.fired":
      return [{ text: firedText(deed.body) }, pipeline];
    case "status.failed":
      return [
        { text: `${who} gave up telling the forge what became of ` },
        { text: "a run", to: `/runs/${encodeURIComponent(textIn(deed.body, "run"))}` },
        { text: " of " },
        pipeline,
      ];
    case "secret.added":
      return [{ text: `${who} stored the secret ` }, secretPiece(deed)];
    case "secret.replaced":
      return [{ text: `${who} stored version ${version} of the secret ` }, secretPiece(deed)];
    case "secret.changed":
      return [{ text: `${who} changed what is said of the secret ` }, secretPiece(deed)];
    case "secret.revealed":
      return [{ text: `${who} looked at version ${version} of the secret ` }, secretPiece(deed)];
    case "secret.version_removed":
      return [{ text: `${who} removed version ${version} of the secret ` }, secretPiece(deed)];
    case "secret.removed":
      return [{ text: `${who} removed the secret ${textIn(deed.body, "secret")}` }];
    case "secret.key_rotated":
      return [{ text: `${who} replaced the master key of the secrets` }];
    case "database.checked":
      return [{ text: `${who} checked the database: ${problemsText(numberIn(deed.body, "problems") ?? 0)}` }];
    case "database.compacted":
      return [{ text: `${who} compacted the database` }];
    case "database.backed_up":
      return [{ text: `${who} backed the database up` }];
    case "server.stopped":
      return [{ text: `${who} ended the server` }];
    default:
      return [
        { text: `${who}: ${deed.kind.replaceAll(/[._]/g, " ")}${subject === "" ? "" : " "}` },
        ...(subject === "" ? [] : [pipeline]),
      ];
  }
}

/** What somebody wrote about it; empty: nothing. */
export function commentOf(deed: Deed): string {
  return textIn(deed.body, "comment");
}

/** The group of a kind, for filters: `run`, `job`, `pipeline`, `secret`, `database`, `server`. */
export function groupOf(kind: string): string {
  return kind.split(".")[0] ?? kind;
}

/** Id of the run that it was done to. */
export function runOf(deed: Deed): string {
  return textIn(deed.body, "run");
}

function runPiece(deed: Deed): Piece {
  const number = numberIn(deed.body, "number");
  const id = runOf(deed);
  const text = number === null ? deed.subject : `${deed.subject} #${number}`;
  return id === "" ? { text } : { text, to: `/runs/${encodeURIComponent(id)}` };
}

const CHOSEN = {
  "pipeline.pinned": "pinned",
  "pipeline.promoted": "promoted",
  "pipeline.rolled_back": "rolled back",
} as const;

/** The run that built, or tried to. */
function buildPiece(deed: Deed): Piece {
  const id = runOf(deed);
  const text = `Build ${numberIn(deed.body, "number") ?? "?"}`;
  return id === "" ? { text } : { text, to: `/runs/${encodeURIComponent(id)}` };
}

function secretPiece({ body }: Deed): Piece {
  const name = textIn(body, "secret");
  return { text: name, to: `/secrets?secret=${encodeURIComponent(name)}` };
}

function isSchedule(deed: Deed): boolean {
  return textIn(deed.body, "trigger") === "cron";
}

function problemsText(count: number): string {
  return count === 0 ? "sound" : `${count} ${count === 1 ? "problem" : "problems"}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function textIn(body: unknown, key: string): string {
  const value = isRecord(body) ? body[key] : undefined;
  return typeof value === "string" ? value : "";
}

function numberIn(body: unknown, key: string): number | null {
  const value = isRecord(body) ? body[key] : undefined;
  return typeof value === "number" ? value : null;
}

function isTrue(body: unknown, key: string): boolean {
  return isRecord(body) && body[key] === true;
}
