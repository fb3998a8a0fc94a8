import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { TASK_ID } from "./workflow-values.ts";
import { runStatus } from "./api.ts";
import { FORGES } from "./commit-status.ts";

/**
 * What REST accepts and answers about pipelines that are programs: where their versions come from, and which is in force.
 * Part of version 1, like `api.ts`. Fields are only ever added.
 */

const NAME_RULE = `wants letters, digits, "_", "." and "-", a letter or digit first, at most ${LIMITS.nameCharacters} characters`;
const name = z.string().max(LIMITS.nameCharacters, { error: NAME_RULE }).regex(TASK_ID, { error: NAME_RULE });
const secretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: "wants the name of a secret, such as DEPLOY_KEY" });

/** Where the forge is told what builds come to. */
const sourceStatus = z.strictObject({
  /** Name of a secret with a token that may write commit statuses. */
  token: secretName,
  /** Null: by the repository's host, where that is known. */
  forge: z.enum(FORGES).nullable().optional(),
  /** Null: it follows from the repository's address. */
  api: z.string().min(1).max(4_096).nullable().optional(),
});

/** What can be said of a source, when it is named and later. */
const sourceKeys = {
  /** Null: the repository's own default. */
  branch: z.string().min(1).max(255).nullable().optional(),
  /** Of the pipeline within the repository. */
  folder: z.string().min(1).max(1_000).optional(),
  /** Null: by the files that are there. */
  language: z
    .string()
    .regex(/^[a-z][a-z0-9+.-]{0,31}$/, { error: "wants a language, such as golang or python" })
    .nullable()
    .optional(),
  /** Name of a secret with an SSH key. */
  ssh_key: secretName.nullable().optional(),
  /** Name of a secret with a token or password. */
  token: secretName.nullable().optional(),
  user: z.string().min(1).max(255).nullable().optional(),
  /** Keys of hosts, in the form of a `known_hosts` file. Null: those that the user of the server knows. */
  known_hosts: z.string().max(65_536).nullable().optional(),
  submodules: z.boolean().optional(),
  /** How often to look for new commits, such as "5m"; "0s": never. Without: each minute, with a `webhook` each hour. */
  poll: z.string().max(32).optional(),
  /** Name of the secret with which the forge signs what it tells of pushes; null: it tells nothing. */
  webhook: secretName.nullable().optional(),
  /** Tells the forge what builds come to; null: it is told nothing. */
  status: sourceStatus.nullable().optional(),
};

/** `POST /pipelines`: a pipeline whose versions are built from a repository or a folder. */
export const createPipeline = z.strictObject({
  /** Address of a Git repository, or an absolute path (only over the socket of the same user). */
  source: z.string().min(1).max(4_096),
  /** Without: as the repository or the folder is called. */
  name: name.optional(),
  ...sourceKeys,
});
export type CreatePipeline = z.infer<typeof createPipeline>;

/** `PATCH /pipelines/{id}/source`: what is not named stays as it is. */
export const changeSource = z.strictObject({
  source: createPipeline.shape.source.optional(),
  ...sourceKeys,
});
export type ChangeSource = z.infer<typeof changeSource>;

/** `POST /pipelines/{id}/build` */
export const buildPipeline = z.strictObject({
  /** Of a Git repository; the newest of the branch when nothing is said. */
  commit: z
    .string()
    .regex(/^[0-9a-fA-F]{40}([0-9a-fA-F]{24})?$/, { error: "wants a whole commit id of 40 digits" })
    .optional(),
  /** Anew, though nothing has changed: what it depends on may have. */
  rebuild: z.boolean().optional(),
});
export type BuildPipeline = z.infer<typeof buildPipeline>;

/** `POST /pipelines/{id}/pin` */
export const pinPipeline = z.strictObject({ version: z.number().int().positive() });
/** `POST /pipelines/{id}/promote`: the newest version when nothing is said. */
export const promotePipeline = z.strictObject({ version: z.number().int().positive().optional() });

/** How the last build that has ended went. */
export const buildResult = z.object({
  run_id: z.string(),
  number: z.number().int(),
  /** `unchanged`: it made what the newest version has already. */
  status: z.enum(["built", "unchanged", "failed", "cancelled"]),
  version: z.number().int().nullable(),
  commit: z.string().nullable(),
  /** Why there is no new version; empty: there is one. */
  message: z.string(),
  ended_at: z.string(),
});
export type BuildResultView = z.infer<typeof buildResult>;

/** What is particular to a pipeline that is a program. */
export const program = z.object({
  source: z.object({
    kind: z.enum(["git", "folder", "file"]),
    url: z.string(),
    branch: z.string().nullable(),
    folder: z.string(),
    language: z.string().nullable(),
    ssh_key: z.string().nullable(),
    token: z.string().nullable(),
    user: z.string().nullable(),
    known_hosts: z.string().nullable(),
    submodules: z.boolean(),
    poll_ms: z.number().int(),
    /** Where the forge is told what builds come to; null: nowhere. */
    status: z
      .object({ token: z.string(), forge: z.enum(FORGES).nullable(), api: z.string().nullable() })
      .nullable(),
  }),
  /** Where the forge tells of pushes; null: it does not. */
  webhook: z
    .object({
      address: z.string(),
      /** Name of the secret with which it signs. */
      secret: z.string(),
      last_delivery: z
        .object({
          at: z.string(),
          /** `looking`, `ignored`, or `refused`, of which only the running server knows. */
          status: z.string(),
          event: z.string().nullable(),
          /** Why it was passed over or refused; empty: it was not. */
          message: z.string(),
        })
        .nullable(),
    })
    .nullable(),
  /** 0: none was built yet. */
  newest_version: z.number().int(),
  /** The version that runs start from; null: the newest. */
  pinned_version: z.number().int().nullable(),
  seen_commit: z.string().nullable(),
  last_build: buildResult.nullable(),
  /** The newest build that has not ended, or has ended just now: what it has come to is in `last_build` when this is over. */
  building: z.object({ run_id: z.string(), number: z.number().int(), status: runStatus }).nullable(),
  /** Why its repository could not be looked at the last time; empty: it could, or is not looked at. */
  problem: z.string(),
  /** Why the forge could not be told, at the last try since the server started, what came of a build; null: it could, or is not to be. */
  status_problem: z.object({ at: z.string(), message: z.string() }).nullable(),
  /** Since when the file that it is built from is not there. */
  missing_since: z.string().nullable(),
});
export type ProgramView = z.infer<typeof program>;
