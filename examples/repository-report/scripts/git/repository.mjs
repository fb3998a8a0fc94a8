// What kind of repository is it, and which commit is reported on.
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { ExpectedFailure, GitError, gitText } from "./git.mjs";

/** The word for "no commit yet" where a task's output has to name one. */
export const NO_COMMIT = "none";

/**
 * Opens the repository at a path (a clone, a folder inside one, a bare repository).
 * `wantedCommit` pins the commit, so that every task of a run reports on the same one while people go on working.
 */
export async function openRepository(givenPath, wantedCommit) {
  const location = path.resolve(givenPath === undefined || givenPath === "" ? "." : givenPath);
  const facts = await readFacts(location);
  const root = facts.bare ? facts.gitFolder : await workTreeOf(location, facts);
  const head = wantedCommit === undefined ? await headOf(root) : { commit: wantedCommit, branch: undefined };
  return {
    ...facts,
    root,
    name: nameOf(root),
    commit: head.commit === NO_COMMIT ? undefined : head.commit,
    branch: head.branch,
    partial: await isPartial(root),
  };
}

async function readFacts(location) {
  if (!existsSync(location)) {
    throw new ExpectedFailure(`There is no folder ${location}. Give the path of a git clone: --repo PATH`);
  }
  if (!statSync(location).isDirectory()) {
    throw new ExpectedFailure(
      `${location} is a file, not a folder. Give the path of a git clone: --repo PATH`,
    );
  }
  try {
    const query = ["--is-bare-repository", "--is-inside-work-tree", "--is-shallow-repository"];
    const answer = await gitText(location, ["rev-parse", ...query, "--absolute-git-dir"]);
    const [bare, inside, shallow, ...gitFolder] = answer.replace(/\n$/, "").split("\n");
    return {
      bare: bare === "true" || inside === "false",
      shallow: shallow === "true",
      gitFolder: gitFolder.join("\n"),
    };
  } catch (error) {
    throw error instanceof GitError ? explain(location, error) : error;
  }
}

function explain(location, error) {
  if (/dubious ownership/.test(error.stderr)) {
    return new ExpectedFailure(
      `${location} belongs to another user, so git does not read it. If you trust it: git config --global --add safe.directory ${location}`,
    );
  }
  if (/not a git repository/i.test(error.stderr)) {
    return new ExpectedFailure(
      `${location} is not a git repository, and in none. Give the path of a clone (--repo PATH), or make it one: git init`,
    );
  }
  return new ExpectedFailure(`git cannot read ${location}: ${error.stderr.trim().split("\n").at(-1)}`);
}

async function workTreeOf(location, facts) {
  const answer = await gitText(location, ["rev-parse", "--show-toplevel"]);
  return answer.replace(/\n$/, "") || facts.gitFolder;
}

/** HEAD; when it points at a branch without commits (a fresh clone of odd remotes), the branch last committed to. */
async function headOf(root) {
  const commit = await quiet(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  const branch = await quiet(root, ["symbolic-ref", "--quiet", "--short", "HEAD"]);
  if (commit !== undefined) return { commit, branch };
  const newest = await quiet(root, [
    "for-each-ref",
    "--sort=-committerdate",
    "--count=1",
    "--format=%(objectname) %(refname:short)",
    "refs/heads",
    "refs/remotes",
  ]);
  const [newestCommit, ...name] = (newest ?? "").split(" ");
  if (newestCommit === "") return { commit: undefined, branch };
  return { commit: newestCommit, branch: name.join(" ") };
}

/** In a partial clone contents are absent, and reading them would go over the network. */
async function isPartial(root) {
  const found = await quiet(root, [
    "config",
    "--get-regexp",
    "^(remote\\..*\\.promisor|extensions\\.partialclone)$",
  ]);
  return found !== undefined;
}

async function quiet(root, args) {
  try {
    const answer = (await gitText(root, args)).trim();
    return answer === "" ? undefined : answer;
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

function nameOf(root) {
  const last = path.basename(root);
  const named = last === ".git" ? path.basename(path.dirname(root)) : last;
  return named.replace(/(.)\.git$/, "$1") || "repository";
}
