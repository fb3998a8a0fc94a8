import { z } from "zod";
import { anyValue, duration, identifier, text, variableName } from "./workflow-values.ts";

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

const globs = z
  .array(text.min(1), { error: "wants a list of patterns, such as `[main]`" })
  .min(1, { error: "is empty; name at least one pattern" });
const git = z
  .strictObject(
    {
      repository: text.min(1).optional().describe("A path or an address; that of the file when left out."),
      branches: globs.optional().describe("Branches whose new commits count; all."),
      tags: globs.optional().describe("Tags that count when they are new; none."),
      paths: globs.optional().describe("Only commits that change such files."),
      interval: duration.optional().describe("How often it is looked for; 1m."),
    },
    { error: "wants a map with repository, branches, tags, paths, interval" },
  )
  .describe("Starts a run when a repository has something new. Not armed by this Gaia yet.");

/** One of `triggers`. */
export const trigger = z
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
          .record(variableName, anyValue)
          .optional()
          .describe(
            "Inputs of the runs; behind `pipeline` they may name `${run.outputs.NAME}`, behind `webhook` `${body.KEY}`.",
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
