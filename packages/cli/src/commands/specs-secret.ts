import type { CommandSpec } from "../command-spec.ts";

/** Commands about the secret store. */
export const SECRET_COMMAND: CommandSpec = {
  name: "secret",
  summary: "Store secrets, encrypted, and say which pipelines may read them",
  examples: [
    ["gaia secret set NPM_TOKEN", "asks for the value"],
    ["gaia secret list", ""],
    ["gaia secret rotate", "a new master key"],
  ],
  commands: [
    {
      name: "set",
      arguments: "<name>",
      completes: ["secret"],
      summary: "Store a secret, or a new version of one",
      examples: [
        ["gaia secret set NPM_TOKEN", "asks for the value"],
        ["gaia secret set DEPLOY_KEY --file ~/.ssh/deploy --scope 'deploy-*'", ""],
        ["gaia secret set NPM_TOKEN --keep-value --scope release --scope nightly", ""],
      ],
      flags: [
        {
          flags: "--file <file>",
          text: "the value, byte by byte, with a newline at its end if there is one; `-` is stdin",
          completes: "file",
        },
        {
          flags: "--scope <pattern...>",
          text: "a pipeline that may read it, `*` for any text; again for more",
          repeats: true,
          completes: "pipeline",
        },
        { flags: "--description <text>", text: "what it is for" },
        { flags: "--keep-value", text: "change only scopes and description" },
      ],
      notes: [
        "The value comes from stdin (one newline at its end left out), from a file (byte by byte), or is typed; never from an argument.",
        "Scopes that are given replace those there were; `--scope '*'` means every pipeline.",
      ],
      load: async () => (await import("./secret.ts")).set,
    },
    {
      name: "list",
      summary: "List secrets and who uses them, without their values",
      examples: [
        ["gaia secret list", ""],
        ["gaia secret list --quiet", "names only"],
        ["gaia secret list --json", ""],
      ],
      load: async () => (await import("./secret.ts")).list,
    },
    {
      name: "versions",
      arguments: "<name>",
      completes: ["secret"],
      summary: "List the versions that are kept of a secret: when, and by whom",
      examples: [
        ["gaia secret versions NPM_TOKEN", ""],
        ["gaia secret versions NPM_TOKEN --json", ""],
        ["gaia secret get NPM_TOKEN --version 3", "the value of one"],
      ],
      load: async () => (await import("./secret.ts")).versions,
    },
    {
      name: "get",
      arguments: "<name>",
      completes: ["secret"],
      summary: "Show a value; asks first, and is noted in the activity",
      examples: [
        ["gaia secret get NPM_TOKEN", ""],
        ["gaia secret get NPM_TOKEN --version 3", "an earlier one"],
        ["gaia secret get NPM_TOKEN --reveal > token", "in a script"],
      ],
      flags: [
        { flags: "--version <number>", text: "an earlier value" },
        { flags: "--reveal", text: "do not ask" },
      ],
      notes: ["Works only on the server's machine, for the server's own user."],
      load: async () => (await import("./secret.ts")).get,
    },
    {
      name: "rm",
      arguments: "<name>",
      completes: ["secret"],
      summary: "Remove a secret with all its versions, or an old one of them; asks first",
      examples: [
        ["gaia secret rm NPM_TOKEN", ""],
        ["gaia secret rm NPM_TOKEN --version 2", "only that one; not the newest"],
        ["gaia secret rm NPM_TOKEN --yes", "in a script"],
        ["gaia secret rm NPM_TOKEN --yes --json", ""],
      ],
      flags: [{ flags: "--version <number>", text: "only this version, which is not the newest" }],
      load: async () => (await import("./secret.ts")).rm,
    },
    {
      name: "rotate",
      summary: "Make a new master key, and take every secret over to it",
      examples: [
        ["gaia secret rotate", ""],
        ["gaia secret rotate --json", ""],
        ["gaia activity", "who did it"],
      ],
      notes: ["Runs go on meanwhile. Backups of the database from before need the key from before."],
      load: async () => (await import("./secret.ts")).rotate,
    },
  ],
};
