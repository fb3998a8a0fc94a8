/** Git repositories as sources: addresses, credentials, what can go wrong, in words. Every access is a `git` of its own. */
export type { AccessOptions, Credential, Repository } from "./access.ts";
export { type Address, branchProblem, credentialProblem, readAddress } from "./address.ts";
export { changedFiles } from "./changed-files.ts";
export { type FetchedTree, type FetchOptions, fetchTree } from "./fetch-tree.ts";
export { GitError, type GitProblem } from "./git-error.ts";
export { type Head, lookAt } from "./look.ts";
export { refsOf } from "./refs.ts";
