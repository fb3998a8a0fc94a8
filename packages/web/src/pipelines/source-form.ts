import type { paths } from "../api/schema.d.ts";

type Created = NonNullable<paths["/pipelines"]["post"]["requestBody"]>;
export type CreateBody = Created["content"]["application/json"];

/** What the form of a new pipeline holds, as it was typed. */
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
  /** How often it is looked for new commits; `0s`: never. */
  readonly poll: string;
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
  poll: "5m",
};

/** The languages that are found by their files, by the names that people know them by. */
export const LANGUAGES: readonly { readonly id: string; readonly name: string }[] = [
  { id: "", name: "Found by the files that are there" },
  { id: "golang", name: "Go" },
  { id: "python", name: "Python" },
  { id: "nodejs", name: "Node.js or TypeScript" },
  { id: "java", name: "Java" },
  { id: "cpp", name: "C++" },
  { id: "ruby", name: "Ruby" },
];

export const POLLS: readonly { readonly id: string; readonly name: string }[] = [
  { id: "1m", name: "every minute" },
  { id: "5m", name: "every 5 minutes" },
  { id: "1h", name: "every hour" },
  { id: "0s", name: "never: build by hand, or by a webhook" },
];

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** Whether an address is reached over SSH: `git@host:path`, `ssh://…`. */
export function isSsh(source: string): boolean {
  return source.startsWith("ssh://") || /^[^\s/:]+@[^\s/:]+:/.test(source);
}

/** What is wrong with what was typed; null: nothing that can be seen here. */
export function draftProblems({ source, name }: SourceDraft): {
  readonly source: string | null;
  readonly name: string | null;
} {
  return { source: sourceProblem(source.trim()), name: nameProblem(name.trim()) };
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
  const said = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
  const fields = {
    name: said(draft.name),
    branch: said(draft.branch),
    folder: said(draft.folder),
    language: said(draft.language),
    token: said(draft.token),
    ssh_key: said(draft.sshKey),
    user: said(draft.user),
    known_hosts: said(draft.knownHosts),
  };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { source: draft.source.trim(), poll: draft.poll, ...Object.fromEntries(given) };
}
