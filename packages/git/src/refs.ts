import { type AccessOptions, type Repository, withAccess } from "./access.ts";

const LIST_MS = 60_000;

/**
 * The commits at which the branches and tags of a repository stand, by their whole names (`refs/heads/main`). Of a tag
 * with a message of its own it is the commit that it leads to. Nothing is fetched. @throws GitError
 */
export function refsOf(repository: Repository, options: AccessOptions): Promise<ReadonlyMap<string, string>> {
  return withAccess(repository, options, async (access) => {
    const listed = await access.git(["ls-remote", "--heads", "--tags", "--", repository.url], {
      timeoutMs: LIST_MS,
    });
    const refs = new Map<string, string>();
    for (const [, commit = "", ref = ""] of listed.matchAll(/^([0-9a-f]{40,64})\t(refs\/\S+)$/gm))
      refs.set(ref.replace(/\^\{\}$/, ""), commit);
    return refs;
  });
}
