import { z } from "zod";

/** What a forge is told of a commit, in the words that all forges share. */

/** Forges that take commit statuses. Forgejo speaks as Gitea does. */
export const FORGES = ["github", "gitlab", "gitea", "bitbucket"] as const;
export type Forge = (typeof FORGES)[number];

/** As people write them. */
export const FORGE_NAMES: Readonly<Record<Forge, string>> = {
  github: "GitHub",
  gitlab: "GitLab",
  gitea: "Gitea",
  bitbucket: "Bitbucket",
};

export const COMMIT_STATES = ["pending", "success", "failure", "cancelled"] as const;
export type CommitState = (typeof COMMIT_STATES)[number];

/** What a forge is told of a run, and whether it was. */
export const commitStatus = z.object({
  forge: z.enum(FORGES),
  /** Path of the repository at the forge. */
  repository: z.string(),
  commit: z.string(),
  /** The name of the status, beside which others may stand at the same commit. */
  context: z.string(),
  state: z.enum(COMMIT_STATES),
  description: z.string(),
  /**
   * Whether the forge was told that state: `waiting`, `told`, `superseded` (the state of another run on the
   * commit came after, and is told instead), `given_up` (tried for too long).
   */
  outcome: z.enum(["waiting", "told", "superseded", "given_up"]),
  /** What the forge was told last, which may be an earlier state. */
  told_state: z.enum(COMMIT_STATES).nullable(),
  told_at: z.string().nullable(),
  /** Why it could not be told; empty: nothing is wrong. */
  problem: z.string(),
  /** All of that in words: "Gitea was told success of team/app, as gaia/ci". */
  text: z.string(),
});
export type CommitStatusView = z.infer<typeof commitStatus>;
