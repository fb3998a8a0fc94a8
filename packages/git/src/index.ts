/** Git repositories as sources: addresses, credentials, what can go wrong, in words. Every access is a `git` of its own. */
export { type Address, branchProblem, readAddress } from "./address.ts";
