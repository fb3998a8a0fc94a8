import { PROGRAM_LANGUAGES } from "./gaia-file.ts";
import { LIMITS } from "./limits.ts";
import { TASK_ID } from "./workflow-values.ts";

/** What the name of a file says that was put into the home's folder of programs: `orders_golang`. */
export type DropInName =
  | { readonly kind: "ok"; readonly pipeline: string; readonly language: string }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the name of a built program: the pipeline's name, `_`, and the language. */
export function readDropInName(fileName: string): DropInName {
  const [, pipeline = "", language = ""] = /^(.*)_([^_]*)$/s.exec(fileName) ?? [];
  if (!PROGRAM_LANGUAGES.some((known) => known === language)) {
    const endings = PROGRAM_LANGUAGES.map((known) => `_${known}`).join(", ");
    return {
      kind: "invalid",
      message: `its name does not say its language: let it end with one of ${endings}`,
    };
  }
  if (pipeline.length > LIMITS.nameCharacters || !TASK_ID.test(pipeline)) {
    return {
      kind: "invalid",
      message: `\`${pipeline}\` cannot be the name of a pipeline: it wants letters, digits, "_", "." and "-", a letter or digit first`,
    };
  }
  return { kind: "ok", pipeline, language };
}

/** What Gaia itself has in that folder. */
export const OWN_PROGRAM_FOLDERS: readonly string[] = ["builds", "cache"];
