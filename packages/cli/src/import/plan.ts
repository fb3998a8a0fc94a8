import { parseCron } from "@gaia/core/schedule/index.ts";
import type { OriginalHome, OriginalPipeline, OriginalRepository } from "./gaia-home.ts";
import { convertSchedule } from "./schedule.ts";

/** What of an original Gaia is put where. */
export interface ImportPlan {
  readonly secrets: readonly PlannedSecret[];
  readonly pipelines: readonly PlannedPipeline[];
  /** Workflows that start pipelines at the times at which the original did. */
  readonly schedules: readonly PlannedSchedule[];
  /** What is not taken over, in sentences. */
  readonly notes: readonly string[];
}

export interface PlannedSecret {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

export type PlannedPipeline =
  | {
      readonly kind: "git";
      readonly name: string;
      readonly url: string;
      readonly branch: string | null;
      readonly language: string;
      readonly user: string | null;
      /** Names of secrets. */
      readonly token: string | null;
      readonly sshKey: string | null;
    }
  | { readonly kind: "file"; readonly name: string; readonly path: string; readonly language: string };

export interface PlannedSchedule {
  readonly name: string;
  readonly pipeline: string;
  readonly crons: readonly string[];
  /** A workflow file. */
  readonly definition: string;
}

export interface PlanOptions {
  /** Take what was built, also of pipelines with a repository. */
  readonly built: boolean;
}

const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Pure: what is to be done about an original Gaia's home. */
export function planImport(home: OriginalHome, { built }: PlanOptions): ImportPlan {
  const notes: string[] = [...home.notes];
  const secrets: PlannedSecret[] = [];
  for (const [name, value] of home.secrets) {
    if (SECRET_NAME.test(name)) secrets.push({ name, value, description: "from an original Gaia" });
    else
      notes.push(
        `The secret \`${name}\` is left out: a name has letters, digits and "_" only. Set it under another one, and name that in the pipeline.`,
      );
  }
  const pipelines: PlannedPipeline[] = [];
  const schedules: PlannedSchedule[] = [];
  for (const original of home.pipelines) {
    const name = nameOf(original.name);
    if (name !== original.name) notes.push(`\`${original.name}\` is called \`${name}\` here.`);
    const planned = pipelineOf(original, name, built, secrets, notes);
    if (planned === null) continue;
    pipelines.push(planned);
    const schedule = scheduleOf(original, name, notes);
    if (schedule !== null) schedules.push(schedule);
  }
  return { secrets, pipelines, schedules, notes };
}

/** The original allows letters of every language and spaces. */
function nameOf(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\s+/g, "-")
    .replaceAll(/[^A-Za-z0-9_.-]/g, "");
  return /^[A-Za-z0-9]/.test(plain) ? plain : `pipeline-${plain}`;
}

function pipelineOf(
  { repository, built: path, language, name: original }: OriginalPipeline,
  name: string,
  wantsBuilt: boolean,
  secrets: PlannedSecret[],
  notes: string[],
): PlannedPipeline | null {
  if (repository !== null && (!wantsBuilt || path === null)) {
    const { token, sshKey } = credentialsOf(repository, name, secrets, notes);
    const { url, branch } = repository;
    const user = userOf(repository);
    return { kind: "git", name, url, branch, language, user, token, sshKey };
  }
  if (path !== null) return { kind: "file", name, path, language };
  notes.push(`\`${original}\` is left out: it has neither a repository nor a built program in pipelines/.`);
  return null;
}

function userOf({ user, sshUser, sshKey }: OriginalRepository): string | null {
  const name = sshKey === "" ? user : sshUser;
  return name === "" ? null : name;
}

/** Credentials lie open in the original's database; here they are secrets. */
function credentialsOf(
  { password, sshKey, sshPassphrase }: OriginalRepository,
  name: string,
  secrets: PlannedSecret[],
  notes: string[],
): { readonly token: string | null; readonly sshKey: string | null } {
  const stem = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9_]/g, "_")
    .replace(/^(?=\d)/, "_");
  const keep = (suffix: string, value: string, what: string): string | null => {
    if (value === "") return null;
    const secret = unusedName(`${stem}_${suffix}`, secrets);
    secrets.push({ name: secret, value, description: `${what} of the repository of ${name}` });
    return secret;
  };
  if (sshKey !== "" && sshPassphrase !== "")
    notes.push(
      `The SSH key of \`${name}\` has a passphrase, which nobody can type in here. Store a key without one: ssh-keygen -p, then gaia secret set ${stem}_SSH_KEY --file KEY.`,
    );
  return { token: keep("GIT_TOKEN", password, "Password"), sshKey: keep("SSH_KEY", sshKey, "SSH key") };
}

/** `my-ship` and `my_ship` have credentials of their own. */
function unusedName(name: string, secrets: readonly PlannedSecret[]): string {
  const isTaken = (one: string): boolean => secrets.some((secret) => secret.name === one);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

function scheduleOf(
  { schedules, name: original }: OriginalPipeline,
  pipeline: string,
  notes: string[],
): PlannedSchedule | null {
  const crons: string[] = [];
  for (const text of schedules) {
    const converted = convertSchedule(text);
    const checked = converted.kind === "ok" ? parseCron(converted.cron) : converted;
    if (converted.kind === "ok" && checked.kind === "ok") crons.push(converted.cron);
    else if (checked.kind !== "ok")
      notes.push(`The schedule \`${text}\` of \`${original}\` is left out: ${checked.message}.`);
  }
  if (crons.length === 0) return null;
  const name = `${pipeline}-schedule`;
  return { name, pipeline, crons, definition: workflowText(name, pipeline, crons) };
}

function workflowText(name: string, pipeline: string, crons: readonly string[]): string {
  return [
    `name: ${name}`,
    `description: Starts ${pipeline} at the times at which the original Gaia did.`,
    "triggers:",
    ...crons.map((cron) => `  - cron: ${JSON.stringify(cron)}`),
    "tasks:",
    "  - id: start",
    "    type: pipeline",
    `    pipeline: ${pipeline}`,
    "",
  ].join("\n");
}
