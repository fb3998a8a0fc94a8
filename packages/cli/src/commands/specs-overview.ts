import type { CommandSpec, FlagSpec } from "../command-spec.ts";

const PIPELINE: FlagSpec = {
  flags: "-p, --pipeline <name>",
  text: "only of this pipeline",
  completes: "pipeline",
};
const CURSOR: FlagSpec = { flags: "--cursor <cursor>", text: "the page after (next_cursor of --json)" };

function limit(standard: number): FlagSpec {
  return { flags: "-n, --limit <count>", text: `at most this many; ${standard} when not said` };
}

/** Commands that look at everything at once. */
export const OVERVIEW_COMMANDS: readonly CommandSpec[] = [
  {
    name: "inbox",
    summary: "List what waits for a person, longest first",
    examples: [
      ["gaia inbox", ""],
      ["gaia inbox --quiet", "run and task, for `gaia approve`"],
      ["gaia inbox --json", ""],
    ],
    flags: [limit(50), CURSOR],
    load: async () => (await import("./inbox.ts")).inbox,
  },
  {
    name: "triggers",
    summary: "List what starts runs by itself, soonest first",
    examples: [
      ["gaia triggers", ""],
      ["gaia triggers --pipeline nightly", ""],
      ["gaia triggers --json", "with the next five times of each"],
    ],
    flags: [PIPELINE, limit(50), CURSOR],
    load: async () => (await import("./triggers.ts")).triggers,
  },
  {
    name: "activity",
    summary: "Show who did what, newest first",
    examples: [
      ["gaia activity", ""],
      ["gaia activity --pipeline release", ""],
      ["gaia activity --actor local --json", ""],
    ],
    flags: [PIPELINE, { flags: "--actor <id>", text: "only what this one did" }, limit(20), CURSOR],
    load: async () => (await import("./activity.ts")).activity,
  },
];
