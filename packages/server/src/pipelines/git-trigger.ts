import type { TriggerMap, TriggerPlace } from "./triggers.ts";
import type { GitTrigger } from "./workflow.ts";

/** Reads what a `git` trigger says; its inputs are read by the caller. */
export function readGit(
  { git = {} }: TriggerMap,
  { path, context: { problems } }: TriggerPlace,
): Omit<GitTrigger, "inputs"> {
  const { repository = null, secret = null, name = "git", branches = null, tags = null, paths = null } = git;
  const at = [...path, "git"];
  const missing =
    repository === null
      ? "its `repository`"
      : secret === null
        ? "the `secret` with which its forge signs"
        : null;
  if (missing !== null) {
    problems.warn(at, `this trigger is kept but not armed: name ${missing}`, "key");
  }
  if (git.token !== undefined && git.ssh_key !== undefined)
    problems.add([...at, "ssh_key"], "a repository is read with `token` or `ssh_key`, not both", "key");
  const events = git.events ?? (tags === null ? ["push"] : branches === null ? ["tag"] : ["push", "tag"]);
  for (const key of ["branches", "tags", "paths"] as const) {
    if (git[key]?.every((pattern) => pattern.startsWith("!")) === true)
      problems.add(
        [...at, key],
        "has only patterns that exclude; begin with one that includes, such as `**`",
      );
  }
  return { kind: "git", name, repository, secret, events: [...new Set(events)], branches, tags, paths };
}
