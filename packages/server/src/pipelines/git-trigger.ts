import { LIMITS } from "@gaia/contracts/limits.ts";
import { formatDuration } from "@gaia/core/policy/index.ts";
import { credentialProblem, readAddress } from "@gaia/git/address.ts";
import { readDuration } from "./amounts.ts";
import { readTarget } from "../commit-statuses/target.ts";
import type { TriggerMap, TriggerPlace } from "./triggers.ts";
import type { GitTrigger } from "./workflow.ts";

const INTERVAL_MS = 60_000;

/** Reads what a `git` trigger says; its inputs are read by the caller. */
export function readGit({ git = {} }: TriggerMap, place: TriggerPlace): Omit<GitTrigger, "inputs"> {
  const { path, owner, problems } = place;
  const { repository = null, secret = null, name = "git", branches = null, tags = null, paths = null } = git;
  const { token, ssh_key: key, user = null, known_hosts: knownHosts = null } = git;
  const at = [...path, "git"];
  if (repository === null)
    problems.warn(at, "this trigger is kept but not armed: name its `repository`", "key");
  if (token !== undefined && key !== undefined)
    problems.add([...at, "ssh_key"], "a repository is read with `token` or `ssh_key`, not both", "key");
  if (owner.kind === "program" && git.submodules !== undefined)
    problems.add(
      [...at, "submodules"],
      "`submodules` belongs to a checkout, and runs of a program begin with none; remove it",
      "key",
    );
  if (repository !== null) {
    const address = readAddress(repository);
    const kind = key !== undefined ? "ssh_key" : token !== undefined ? "token" : null;
    if (address.kind === "invalid") problems.add([...at, "repository"], address.message);
    else if (kind !== null) {
      const problem = credentialProblem(address, kind);
      if (problem !== null) problems.add([...at, kind], problem);
    }
  }
  const events = git.events ?? (tags === null ? ["push"] : branches === null ? ["tag"] : ["push", "tag"]);
  for (const key of ["branches", "tags", "paths"] as const) {
    if (git[key]?.every((pattern) => pattern.startsWith("!")) === true)
      problems.add(
        [...at, key],
        "has only patterns that exclude; begin with one that includes, such as `**`",
      );
  }
  const named = key ?? token;
  return {
    kind: "git",
    name,
    repository,
    secret,
    events: [...new Set(events)],
    branches,
    tags,
    paths,
    credential:
      named === undefined ? null : { kind: key === undefined ? "token" : "ssh_key", secret: named, user },
    knownHosts,
    intervalMs: intervalOf(git.interval, [...at, "interval"], problems),
    status: statusOf(git, place),
  };
}

function statusOf(
  { repository, status }: NonNullable<TriggerMap["git"]>,
  { path, owner, problems }: TriggerPlace,
): GitTrigger["status"] {
  if (status === undefined || repository === undefined) return null;
  // That is told already.
  if (readAddress(repository).kind === "invalid") return null;
  const given = typeof status === "string" ? { token: status } : status;
  const { token, forge = null, api = null, context } = given;
  const read = readTarget({
    repository,
    token,
    forge,
    api,
    context: context ?? `gaia/${owner.name ?? "program"}`,
  });
  if (read.kind === "ok") return read.target;
  const { key } = read;
  const message = `\`${key}\` ${read.message}`;
  const at = [...path, "git"];
  if (key === "repository") problems.add([...at, key], message);
  else if (typeof status === "object" && status[key] !== undefined)
    problems.add([...at, "status", key], message);
  // What is not written cannot be pointed at.
  else problems.add([...at, "status"], message, "key");
  return null;
}

function intervalOf(
  text: string | undefined,
  path: TriggerPlace["path"],
  problems: TriggerPlace["problems"],
): number {
  if (text === undefined) return INTERVAL_MS;
  const ms = readDuration(text, path, problems) ?? INTERVAL_MS;
  if (ms < LIMITS.pollMsMin || ms > LIMITS.pollMsMax)
    problems.add(
      path,
      `is ${formatDuration(LIMITS.pollMsMin)} to ${formatDuration(LIMITS.pollMsMax)}; to hear sooner, let the forge tell (\`secret\`)`,
    );
  return ms;
}
