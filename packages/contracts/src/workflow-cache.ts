import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { template, text } from "./workflow-values.ts";

/** `cache` of a task. */
export const cache = z
  .strictObject(
    {
      key: template
        .min(1, { error: "is empty; name what is kept, such as `modules`" })
        .describe("Names what is kept; with `files` and the platform it is the key."),
      paths: z
        .array(text, { error: "wants a list of files and folders, such as `[node_modules]`" })
        .min(1, { error: "is empty; name at least one file or folder" })
        .max(LIMITS.cachePaths, { error: `holds more than ${LIMITS.cachePaths} paths` })
        .describe("Files and folders inside of work_dir that are kept."),
      files: z
        .array(text, { error: "wants a list of globs, such as `[package-lock.json]`" })
        .max(LIMITS.cachePaths, { error: `holds more than ${LIMITS.cachePaths} globs` })
        .optional()
        .describe("Files inside of work_dir whose content is a part of the key."),
      restore: z
        .array(template, { error: "wants a list of texts, such as `[modules-]`" })
        .max(LIMITS.cachePaths, { error: `holds more than ${LIMITS.cachePaths} texts` })
        .optional()
        .describe("Beginnings of other keys whose content will do when this key has none."),
    },
    { error: "wants a map with key and paths, and maybe files and restore" },
  )
  .describe("What is kept from one run to the next: restored before the command, saved after its success.");
