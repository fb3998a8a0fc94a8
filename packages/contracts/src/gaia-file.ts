import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { programTrigger } from "./workflow-trigger.ts";
import { duration, environment, text } from "./workflow-values.ts";

/** The file beside a pipeline's sources that says how it is built and started, and when runs of it start by themselves. */
export const GAIA_FILE = "gaia.yaml";

/** Languages whose programs Gaia builds by itself, as `program.json` names them. */
export const PROGRAM_LANGUAGES = ["golang", "python", "nodejs", "java", "cpp", "ruby"] as const;

const commands = z
  .array(text.min(1, { error: "is empty" }), {
    error: "wants a list of commands, such as `[cargo build --release]`",
  })
  .max(100)
  .describe("Shell commands that build the program, one after the other; none: it is built already.");

const start = z
  .array(text, { error: "wants the program and its arguments as a list, such as `[./pipeline]`" })
  .min(1, { error: "is empty; name at least the program" })
  .describe("The program and its arguments. A program with a slash lies in the pipeline's folder.");

/** The shape of `gaia.yaml`. What a shape cannot say is checked behind it. */
export const gaiaFile = z.strictObject({
  language: text
    .min(1, { error: "is empty" })
    .max(50)
    .optional()
    .describe("One of those that Gaia builds by itself, or with `start` any word."),
  build: commands.optional(),
  start: start.optional(),
  context: text
    .min(1, { error: "is empty" })
    .optional()
    .describe("A folder above the pipeline's, such as `..`, of which the build sees everything; its own."),
  environment: environment.optional().describe("For the commands and for the program."),
  timeout: duration.optional().describe("Of each command; 30m."),
  triggers: z
    .union([z.array(programTrigger).max(LIMITS.triggersPerPipeline), programTrigger], {
      error: "wants a list of triggers",
    })
    .optional()
    .describe("What starts runs by itself, as in a workflow file."),
});
export type GaiaFile = z.infer<typeof gaiaFile>;
