import type { CommandSpec } from "../command-spec.ts";

/** Commands that begin something new. */
export const INIT_COMMAND: CommandSpec = {
  name: "init",
  summary: "Begin something new in a folder of its own",
  examples: [
    ["gaia init pipeline --lang go release", ""],
    ["gaia init pipeline", "asks for the language, and takes this folder"],
  ],
  commands: [
    {
      name: "pipeline",
      arguments: "[folder]",
      completes: ["file"],
      summary: "Begin a pipeline that is a program: jobs, a test, and the SDK beside them",
      examples: [
        ["gaia init pipeline --lang go release", ""],
        ["gaia init pipeline --lang typescript", "in this folder, when it is empty"],
        ["gaia init pipeline", "asks for the language"],
      ],
      flags: [{ flags: "--lang <language>", text: "go, python, node, typescript, java, cpp or ruby" }],
      notes: ["The folder's name is the pipeline's. It must be empty, or not be there yet."],
      load: async () => (await import("./init.ts")).initPipeline,
    },
  ],
};
