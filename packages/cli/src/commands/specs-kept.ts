import type { CommandSpec } from "../command-spec.ts";

/** Commands about what is kept beside runs and workflows. */
export const KEPT_COMMANDS: readonly CommandSpec[] = [
  {
    name: "cache",
    summary: "Look at what tasks keep from one run to the next, and remove it",
    examples: [
      ["gaia cache list", ""],
      ["gaia cache clear", "all of it"],
      ["gaia cache clear modules", "keys that begin so"],
    ],
    commands: [
      {
        name: "list",
        summary: "List the entries of this machine's workers, what was used last first",
        examples: [
          ["gaia cache list", ""],
          ["gaia cache list --json", ""],
          ["gaia cache clear", "removes them"],
        ],
        load: async () => (await import("./cache.ts")).list,
      },
      {
        name: "clear",
        arguments: "[key]",
        summary: "Remove entries: all, or those whose key begins so",
        examples: [
          ["gaia cache clear", ""],
          ["gaia cache clear modules", ""],
          ["gaia cache clear --json", ""],
        ],
        load: async () => (await import("./cache.ts")).clear,
      },
    ],
  },
];
