import { mkdir } from "node:fs/promises";
import { type AccessOptions, type GitAccess, type Repository, withAccess } from "./access.ts";
import { GitError } from "./git-error.ts";
import { type Head, headOf } from "./look.ts";

export interface FetchOptions extends AccessOptions {
  /** An empty folder, or none. */
  readonly into: string;
  /** Null: the branch's newest. */
  readonly commit: string | null;
  readonly submodules: boolean;
  /** Told what is being done, a line each. */
  readonly tell: (line: string) => void;
}

/** What was fetched. */
export interface FetchedTree extends Head {
  /** First line of the commit's message. */
  readonly subject: string;
}

/** A repository of some gigabytes over a slow line. */
const FETCH_MS = 60 * 60_000;
const LOCAL_MS = 15 * 60_000;

/** Puts the files of a commit into a folder: of the branch's newest, or of one that is named. @throws GitError */
export function fetchTree(repository: Repository, options: FetchOptions): Promise<FetchedTree> {
  return withAccess(repository, options, async (access) => {
    const { into, tell, submodules } = options;
    const { url } = repository;
    // A commit may be wanted whose branch is not there any more.
    const branch = options.commit === null ? (await headOf(repository, access)).branch : repository.branch;
    await mkdir(into, { recursive: true });
    await access.git(["init", "--quiet", "--", into], { timeoutMs: LOCAL_MS });
    // What a submodule's address is relative to.
    await access.git(["remote", "add", "--", "origin", url], { folder: into, timeoutMs: LOCAL_MS });
    const wanted = options.commit?.toLowerCase() ?? null;
    tell(`Fetching ${wanted ?? branch ?? "HEAD"} of ${url}`);
    if (wanted === null) await fetchNewest(repository, access, into);
    else await fetchCommit(repository, access, into, wanted);
    await access.git(["checkout", "--quiet", "--detach", wanted ?? "FETCH_HEAD"], {
      folder: into,
      timeoutMs: LOCAL_MS,
    });
    if (submodules) await fetchSubmodules(access, into, tell);
    const shown = await access.git(["log", "-1", "--format=%H%n%s"], { folder: into, timeoutMs: LOCAL_MS });
    const [commit = "", subject = ""] = shown.split("\n");
    tell(`${commit.slice(0, 12)} ${subject}`);
    return { commit, subject, branch };
  });
}

function fetchNewest({ url, branch }: Repository, access: GitAccess, into: string): Promise<string> {
  const ref = branch === null ? "HEAD" : `refs/heads/${branch}`;
  return access.git(["fetch", ...SHALLOW, "--", url, ref], { folder: into, timeoutMs: FETCH_MS });
}

const SHALLOW = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules"] as const;

/** Hosts that give no commit by its id are asked for all branches, of which it must be a part. */
async function fetchCommit(
  { url }: Repository,
  access: GitAccess,
  into: string,
  commit: string,
): Promise<void> {
  try {
    await access.git(["fetch", ...SHALLOW, "--", url, commit], { folder: into, timeoutMs: FETCH_MS });
    return;
  } catch (caught) {
    if (!(caught instanceof GitError && caught.isNotGiven)) throw caught;
  }
  const all = ["--quiet", "--no-tags", "--no-recurse-submodules", "--", url, "+refs/heads/*:refs/gaia/*"];
  await access.git(["fetch", ...all], { folder: into, timeoutMs: FETCH_MS });
  try {
    await access.git(["cat-file", "-e", `${commit}^{commit}`], { folder: into, timeoutMs: LOCAL_MS });
  } catch {
    throw new GitError(
      "commit_missing",
      `${url} has no commit ${commit} in any of its branches: it was removed by a forced push, or never pushed.`,
    );
  }
}

async function fetchSubmodules(access: GitAccess, into: string, tell: (line: string) => void): Promise<void> {
  tell("Fetching submodules");
  const update = ["submodule", "--quiet", "update", "--init", "--recursive"];
  const call = { folder: into, timeoutMs: FETCH_MS };
  try {
    await access.git([...update, "--depth=1"], call);
  } catch (caught) {
    const isRefused = caught instanceof GitError && ["commit_missing", "other"].includes(caught.problem);
    if (!isRefused) throw caught;
    await access.git(update, call);
  }
}
