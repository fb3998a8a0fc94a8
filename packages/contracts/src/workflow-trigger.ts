import { z } from "zod";
import { FORGES } from "./commit-status.ts";
import { anyValue, duration, flag, identifier, text, variableName } from "./workflow-values.ts";

const webhook = z
  .union(
    [
      identifier,
      z.strictObject({
        name: identifier.describe("The end of its address."),
        secret: variableName
          .optional()
          .describe("Name of the secret with which the sender signs. Without one the webhook is not armed."),
        events: z
          .array(text.min(1), { error: "wants a list of events, such as `[push]`" })
          .min(1, { error: "is empty; name at least one event" })
          .optional()
          .describe("Events that count, by the names that the sender gives them; all."),
        when: text
          .optional()
          .describe("A condition that the delivery has to meet: it may name body, headers, event, delivery."),
      }),
    ],
    { error: "wants the name of the webhook, or a map with name, secret, events, when" },
  )
  .describe("Starts a run when a sender that signs calls its address.");

/** Where a forge is told what came of a commit: the name of a secret, or with more. */
export const statusOrder = z
  .union(
    [
      variableName,
      z.strictObject({
        token: variableName.describe("Name of the secret with a token that may write commit statuses."),
        forge: z
          .enum(FORGES, { error: `wants ${FORGES.join(", ")}` })
          .optional()
          .describe("What the forge speaks; known of github.com, gitlab.com, bitbucket.org, codeberg.org."),
        api: text
          .min(1)
          .optional()
          .describe("Address of the forge's API, where it does not follow from the repository's."),
        context: text.min(1).optional().describe("Name of the status; gaia/PIPELINE."),
      }),
    ],
    { error: "wants the name of the secret with the token, or a map with token, forge, api, context" },
  )
  .describe("Tells the forge what the runs come to: names the secret with a token for that.");

const globs = z
  .array(text.min(1), { error: "wants a list of patterns, such as `[main]`" })
  .min(1, { error: "is empty; name at least one pattern" });
const git = z
  .strictObject(
    {
      repository: text.min(1).optional().describe("Its address. Each run starts with a checkout of it."),
      secret: variableName
        .optional()
        .describe("Name of the secret with which the forge signs. Without one the repository is looked at."),
      name: identifier.optional().describe("The end of its address; git."),
      events: z
        .array(z.enum(["push", "tag", "pull_request"]), {
          error: "wants a list of events: push, tag, pull_request",
        })
        .min(1, { error: "is empty; name at least one event" })
        .optional()
        .describe("What starts runs; push, and tag where `tags` is said."),
      branches: globs
        .optional()
        .describe("Branches that count (of a pull request: its target); all. `!` excludes."),
      tags: globs.optional().describe("Tags that count; all, of those that are events. `!` excludes."),
      paths: globs.optional().describe("Only pushes that change such files. `!` excludes."),
      token: variableName.optional().describe("Name of the secret that is the token for an https address."),
      ssh_key: variableName
        .optional()
        .describe("Name of the secret that is the private key for an ssh address."),
      user: text.min(1).optional().describe("User beside the token or key, where it is not the usual one."),
      known_hosts: text.min(1).optional().describe("Keys of the host, in the form of a known_hosts file."),
      interval: duration.optional().describe("How often the repository is looked at without `secret`; 1m."),
      submodules: flag.optional().describe("Whether submodules are checked out, too; false."),
      status: statusOrder.optional(),
    },
    {
      error:
        "wants a map with repository, secret, name, events, branches, tags, paths, interval, token, ssh_key, user, known_hosts, submodules, status",
    },
  )
  .describe("Starts a run on a new commit: when a forge tells of it, or when it is looked for.");

/** The shape of a trigger. @param inputName what an input of the runs may be called */
function triggerWith(inputName: z.ZodString) {
  return z
    .union(
      [
        z.string(),
        z.strictObject({
          cron: text.optional().describe('Five fields, such as "30 2 * * 1-5".'),
          timezone: text.optional().describe("A name such as Europe/Berlin; UTC when left out."),
          missed: z
            .enum(["skip", "once", "all"])
            .optional()
            .describe("What to do about times at which no server ran; once."),
          inputs: z
            .record(inputName, anyValue)
            .optional()
            .describe(
              "Inputs of the runs; behind `pipeline` they may name `${run.outputs.NAME}`, behind `webhook` `${body.KEY}`, behind `git` `${git.ref}`.",
            ),
          pipeline: identifier.optional().describe("Starts a run when a run of this pipeline has ended."),
          on: z
            .enum(["completed", "failed", "always"])
            .optional()
            .describe("Which ends of that run count; completed."),
          webhook: webhook.optional(),
          git: git.optional(),
        }),
      ],
      {
        error:
          "wants a cron expression as text, or a map with one of cron, pipeline, webhook, git and what belongs to it",
      },
    )
    .describe("When runs start by themselves.");
}

/** One of `triggers` of a workflow file. */
export const trigger = triggerWith(variableName);

/** One of `triggers` of a `gaia.yaml`: what a program calls its arguments is its own affair. */
export const programTrigger = triggerWith(text.min(1));
export type ProgramTriggerFile = z.infer<typeof programTrigger>;
