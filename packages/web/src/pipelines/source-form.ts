import type { Refusal } from "../api/refusal.ts";
import type { paths } from "../api/schema.d.ts";
import { spoken } from "../design/duration.ts";
import type { Program } from "./program.ts";

type Created = NonNullable<paths["/pipelines"]["post"]["requestBody"]>;
export type CreateBody = Created["content"]["application/json"];
type Changed = NonNullable<paths["/pipelines/{id}/source"]["patch"]["requestBody"]>;
export type ChangeBody = Changed["content"]["application/json"];
type Status = NonNullable<ChangeBody["status"]>;
type Forge = NonNullable<Status["forge"]>;

/** What the form of a pipeline's source holds, as it was typed. */
export interface SourceDraft {
  readonly source: string;
  readonly name: string;
  readonly branch: string;
  readonly folder: string;
  /** Empty: found out. */
  readonly language: string;
  /** Names of secrets; empty: none. */
  readonly token: string;
  readonly sshKey: string;
  readonly user: string;
  readonly knownHosts: string;
  readonly submodules: boolean;
  /** How often it is looked for new commits; `0s`: never. */
  readonly poll: string;
  /** Name of the secret with which the forge signs; empty: it does not tell of pushes. */
  readonly webhook: string;
  /** Name of the secret by which the forge is told of builds; empty: it is not. */
  readonly statusToken: string;
  /** Empty: by the host. */
  readonly forge: string;
  /** Address of the forge's API; empty: it follows from the repository's. */
  readonly forgeApi: string;
}

export const EMPTY_DRAFT: SourceDraft = {
  source: "",
  name: "",
  branch: "",
  folder: "",
  language: "",
  token: "",
  sshKey: "",
  user: "",
  knownHosts: "",
  submodules: false,
  poll: "1m",
  webhook: "",
  statusToken: "",
  forge: "",
  forgeApi: "",
};

/** How often it is looked beside a webhook: for what the forge could not deliver. */
const HOOKED_POLL = "1h";

/** The fields, and what REST calls them. */
const KEYS = [
  ["source", "source"],
  ["name", "name"],
  ["branch", "branch"],
  ["folder", "folder"],
  ["language", "language"],
  ["token", "token"],
  ["sshKey", "ssh_key"],
  ["user", "user"],
  ["knownHosts", "known_hosts"],
  ["submodules", "submodules"],
  ["poll", "poll"],
  ["webhook", "webhook"],
] as const satisfies readonly (readonly [keyof SourceDraft, string])[];

/** The same of what the forge is told, which REST has as one. */
const STATUS_KEYS = [
  ["statusToken", "status.token"],
  ["forge", "status.forge"],
  ["forgeApi", "status.api"],
] as const satisfies readonly (readonly [keyof SourceDraft, string])[];

export const FORGES: readonly { readonly id: Forge | ""; readonly name: string }[] = [
  { id: "", name: "known by its host" },
  { id: "github", name: "GitHub" },
  { id: "gitlab", name: "GitLab" },
  { id: "gitea", name: "Gitea, Forgejo" },
  { id: "bitbucket", name: "Bitbucket" },
];

/** What is wrong, by the field that it is wrong with. */
export type SourceProblems = Readonly<Partial<Record<keyof SourceDraft, string>>>;

/** The languages that are found by their files, by the names that people know them by. */
const LANGUAGES: readonly { readonly id: string; readonly name: string }[] = [
  { id: "", name: "Found by the files that are there" },
  { id: "golang", name: "Go" },
  { id: "python", name: "Python" },
  { id: "nodejs", name: "Node.js or TypeScript" },
  { id: "java", name: "Java" },
  { id: "cpp", name: "C++" },
  { id: "ruby", name: "Ruby" },
];

interface Poll {
  readonly id: string;
  readonly name: string;
  readonly ms: number;
}

const POLLS: readonly Poll[] = [
  { id: "1m", name: "every minute", ms: 60_000 },
  { id: "5m", name: "every 5 minutes", ms: 300_000 },
  { id: "1h", name: "every hour", ms: 3_600_000 },
  { id: "0s", name: "never: build by hand, or by a webhook", ms: 0 },
];

/** How often it can be looked; another time that is in force is one of them. */
export function pollChoices(inForce: string): readonly Poll[] {
  if (POLLS.some(({ id }) => id === inForce)) return POLLS;
  const ms = Number(inForce.slice(0, -1)) * 1_000;
  return [...POLLS, { id: inForce, name: `every ${spoken(ms)}`, ms }].toSorted(
    (one, other) => (one.ms || Infinity) - (other.ms || Infinity),
  );
}

/** The languages that can be chosen; another one that is in force is one of them. */
export function languageChoices(inForce: string): typeof LANGUAGES {
  if (LANGUAGES.some(({ id }) => id === inForce)) return LANGUAGES;
  return [...LANGUAGES, { id: inForce, name: inForce }];
}

/** The form of a source that is there. A folder of the server's machine is none that can be named from a browser. */
export function draftOf({ source, webhook }: Program): SourceDraft {
  const shared = { folder: source.folder === "." ? "" : source.folder, language: source.language ?? "" };
  if (source.kind === "folder") return { ...EMPTY_DRAFT, ...shared };
  return {
    ...shared,
    source: source.url,
    name: "",
    branch: source.branch ?? "",
    token: source.token ?? "",
    sshKey: source.ssh_key ?? "",
    user: source.user ?? "",
    knownHosts: source.known_hosts ?? "",
    submodules: source.submodules,
    poll: POLLS.find(({ ms }) => ms === source.poll_ms)?.id ?? `${source.poll_ms / 1_000}s`,
    webhook: webhook?.secret ?? "",
    statusToken: source.status?.token ?? "",
    forge: source.status?.forge ?? "",
    forgeApi: source.status?.api ?? "",
  };
}

/** A forge that tells of pushes makes looking often needless; one that does not any more makes it needed. */
export function withWebhook({ webhook: before, poll }: SourceDraft, webhook: string): Partial<SourceDraft> {
  if (before === "" && webhook !== "" && poll !== "0s") return { webhook, poll: HOOKED_POLL };
  if (webhook === "" && poll === HOOKED_POLL) return { webhook, poll: EMPTY_DRAFT.poll };
  return { webhook };
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** Whether an address is reached over SSH: `git@host:path`, `ssh://…`. */
export function isSsh(source: string): boolean {
  return source.startsWith("ssh://") || /^[^\s/:]+@[^\s/:]+:/.test(source);
}

/** What is wrong with what was typed, as far as it can be seen here. */
export function draftProblems({ source, name }: SourceDraft): SourceProblems {
  const [ofSource, ofName] = [sourceProblem(source.trim()), nameProblem(name.trim())];
  return {
    ...(ofSource === null ? {} : { source: ofSource }),
    ...(ofName === null ? {} : { name: ofName }),
  };
}

/** What the server refused, by the field that it names; empty: it names none that the form has. */
export function refusedFields({ details }: Pick<Refusal, "details">): SourceProblems {
  const issues = Array.isArray(details["issues"]) ? details["issues"] : [];
  return Object.fromEntries(
    issues.flatMap((issue: { readonly path?: unknown; readonly message?: unknown }) => {
      const key = Array.isArray(issue.path) ? issue.path.join(".") : null;
      const [field] = [...KEYS, ...STATUS_KEYS].find(([, name]) => name === key) ?? [];
      return field === undefined ? [] : [[field, besideField(String(issue.message))]];
    }),
  );
}

/** The field is named by its place: `\`poll\`: wants text` becomes `Wants text`, `\`status.api\` wants …` likewise. */
function besideField(message: string): string {
  const text = message.replace(/^`(\w+`:|status\.\w+`) /, "").replaceAll("`", "");
  const sentence = text.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function sourceProblem(source: string): string | null {
  if (source === "") return "Name the address of a Git repository.";
  if (/^[a-z]+:\/\/[^/@\s]+:[^/@\s]*@/i.test(source))
    return "Take the password out of the address: store it as a secret, and choose that below.";
  return null;
}

function nameProblem(name: string): string | null {
  if (name === "" || NAME.test(name)) return null;
  return 'Letters, digits, "_", "." and "-", a letter or digit first.';
}

/** As the server wants it: what was left empty is not said. */
export function createBody(draft: SourceDraft): CreateBody {
  const given = valuesOf(draft).filter(([, value]) => value !== "" && value !== false);
  const status = statusOf(draft);
  return {
    source: draft.source.trim(),
    ...Object.fromEntries(given),
    ...(status === null ? {} : { status }),
  };
}

/**
 * What was changed: what was emptied is taken back, and the rest stays as it is.
 * @param program of which the draft was made, not what it has become since
 */
export function changeBody(draft: SourceDraft, program: Program): ChangeBody {
  const before = new Map(valuesOf(draftOf(program)));
  // A folder is not looked at again; how often the repository is has to be said.
  if (program.source.kind === "folder") before.delete("poll");
  const changed = valuesOf(draft).filter(([key, value]) => value !== before.get(key));
  const status = statusOf(draft);
  const isTold = JSON.stringify(status) === JSON.stringify(statusOf(draftOf(program)));
  return {
    ...Object.fromEntries(
      changed.map(([key, value]) => [key, value === "" ? (key === "folder" ? "." : null) : value]),
    ),
    ...(isTold ? {} : { status }),
  };
}

/** Null: the forge is not told. */
function statusOf({ statusToken: token, forge, forgeApi }: SourceDraft): Status | null {
  if (token === "") return null;
  const kind = FORGES.find(({ id }) => id === forge)?.id ?? "";
  const api = forgeApi.trim();
  return { token, forge: kind === "" ? null : kind, api: api === "" ? null : api };
}

/** By their keys. Of the two kinds of access only that counts which the address takes: the other is not shown. */
function valuesOf(draft: SourceDraft): readonly (readonly [string, string | boolean])[] {
  const access = isSsh(draft.source.trim()) ? { token: "" } : { sshKey: "", knownHosts: "" };
  const counted = { ...draft, ...access };
  return KEYS.map(([field, key]) => {
    const value = counted[field];
    return [key, typeof value === "string" ? value.trim() : value];
  });
}
