import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type AccessOptions, type GitAccess, type Repository, withAccess } from "./access.ts";
import { GitError } from "./git-error.ts";

/** Of a host that leaves out no contents it is two whole trees. */
const FETCH_MS = 10 * 60_000;
const LOCAL_MS = 5 * 60_000;

/**
 * Names of the files that differ between two commits, renamed ones under both names. What is fetched for that, the
 * folders without the files' contents where the host knows how to, lies in `scratch` and is removed again.
 * @returns null: it cannot be told, because a commit is gone (by a forced push), or because they are too many
 * @throws GitError when the repository cannot be read, just now or with these credentials, or the disk is full
 */
export function changedFiles(
  repository: Repository,
  commits: { readonly before: string; readonly after: string },
  options: AccessOptions,
): Promise<readonly string[] | null> {
  return withAccess(repository, options, async (access) => {
    await mkdir(options.scratch, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(options.scratch, "compared-"));
    try {
      return await compare(repository, commits, access, folder);
    } catch (caught) {
      if (caught instanceof GitError && caught.isNotGiven) return null;
      throw caught;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function compare(
  { url }: Repository,
  { before, after }: { readonly before: string; readonly after: string },
  access: GitAccess,
  folder: string,
): Promise<readonly string[]> {
  await access.git(["init", "--quiet", "--bare", "--", folder], { timeoutMs: LOCAL_MS });
  const sparing = ["--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-recurse-submodules"];
  await access.git(["fetch", ...sparing, "--", url, before, after], { folder, timeoutMs: FETCH_MS });
  const listed = await access.git(["diff-tree", "-r", "--name-only", "--no-renames", "-z", before, after], {
    folder,
    timeoutMs: LOCAL_MS,
  });
  return listed.split("\0").slice(0, -1);
}
