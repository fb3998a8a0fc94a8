import type { GitAccess, Repository } from "./access.ts";
import { type AccessOptions, withAccess } from "./access.ts";
import { GitError } from "./git-error.ts";

/** The newest commit of a branch. */
export interface Head {
  readonly commit: string;
  /** Null: the repository's default has no name, which is so of a detached one. */
  readonly branch: string | null;
}

const LOOK_MS = 60_000;
/** So many branches are named when the one that is wanted is not there. */
const NAMED = 8;

/** Asks a repository for its newest commit; nothing is fetched. @throws GitError */
export function lookAt(repository: Repository, options: AccessOptions): Promise<Head> {
  return withAccess(repository, options, (access) => headOf(repository, access));
}

/** @throws GitError `branch_missing`, with those that are there; `empty` */
export async function headOf({ url, branch }: Repository, access: GitAccess): Promise<Head> {
  const wanted = branch === null ? "HEAD" : `refs/heads/${branch}`;
  const answer = await access.git(["ls-remote", "--symref", "--", url, wanted], { timeoutMs: LOOK_MS });
  const commit = new RegExp(`^([0-9a-f]{40}|[0-9a-f]{64})\\t${escaped(wanted)}$`, "m").exec(answer)?.[1];
  if (commit !== undefined)
    return { commit, branch: branch ?? /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1] ?? null };
  const listed = await access.git(["ls-remote", "--heads", "--", url], { timeoutMs: LOOK_MS });
  const branches = Array.from(listed.matchAll(/\trefs\/heads\/(\S+)$/gm), ([, name = ""]) => name);
  if (branches.length === 0) {
    throw new GitError("empty", `${url} is empty: it has no commit yet. Push one, and build again.`);
  }
  if (branch === null)
    throw new GitError("branch_missing", `${url} names no default branch. Name one: --branch ${branches[0]}`);
  const more = branches.length > NAMED ? `, and ${branches.length - NAMED} more` : "";
  throw new GitError(
    "branch_missing",
    `${url} has no branch \`${branch}\`; it has ${branches.slice(0, NAMED).join(", ")}${more}.`,
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
