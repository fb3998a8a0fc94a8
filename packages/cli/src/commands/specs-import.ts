import type { CommandSpec } from "../command-spec.ts";

/** Takes over what another system knows. */
export const IMPORT_COMMAND: CommandSpec = {
  name: "import",
  summary: "Take over pipelines and secrets from elsewhere",
  examples: [["gaia import gaia-home /data/gaia", ""]],
  commands: [
    {
      name: "gaia-home",
      arguments: "<path>",
      summary: "Take over pipelines, schedules and secrets of an original Gaia",
      examples: [
        ["gaia import gaia-home /data/gaia --dry-run", "what would be taken over"],
        ["gaia import gaia-home /data/gaia", ""],
        ["gaia import gaia-home /data/gaia --built", "what was built, not the repositories"],
      ],
      flags: [
        { flags: "--dry-run", text: "change nothing" },
        { flags: "--built", text: "take the built programs, also of pipelines with a repository" },
      ],
      notes: [
        "PATH is what the original was given as -home-path. It may run meanwhile: its files are only read. What is there",
        "already under its name is left as it is, so that the command can be given again. Runs, users and their rights",
        "are not taken over.",
      ],
      load: async () => (await import("./import.ts")).gaiaHome,
    },
  ],
};
