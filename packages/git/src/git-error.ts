/** What can be wrong with a repository, for programs. */
export type GitProblem =
  | "unreachable"
  | "not_found"
  | "credentials_wanted"
  | "credentials_refused"
  | "host_key_unknown"
  | "host_key_changed"
  | "key_invalid"
  | "passphrase_wanted"
  | "certificate"
  | "branch_missing"
  | "commit_missing"
  | "empty"
  | "submodule"
  | "disk_full"
  | "too_slow"
  | "no_program"
  | "interrupted"
  | "other";

const NOT_GIVEN: readonly GitProblem[] = ["commit_missing", "branch_missing", "other"];

/** A repository cannot be read. The message is a sentence, with what to do. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly problem: GitProblem;

  constructor(problem: GitProblem, message: string) {
    super(message);
    this.problem = problem;
  }

  /** Whether the same may well succeed in a moment. */
  get isTemporary(): boolean {
    return this.problem === "unreachable" || this.problem === "too_slow";
  }

  /** Whether hosts refuse so a commit that they do not have, or do not give by its id. */
  get isNotGiven(): boolean {
    return NOT_GIVEN.includes(this.problem);
  }
}
