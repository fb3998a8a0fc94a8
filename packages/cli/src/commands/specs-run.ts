import type { CommandSpec, FlagSpec } from "../command-spec.ts";

const RUN_NAMES = "RUN: an id or its beginning, ci#14, ci (its latest), @ (the last), @failed.";

const INPUT: FlagSpec = {
  flags: "-i, --input <name=value>",
  text: "an input; @file or @- reads it",
  repeats: true,
};
const ARG: FlagSpec = {
  flags: "--arg <name=value>",
  text: "the same as --input",
  repeats: true,
  hidden: true,
};
const DETACH: FlagSpec = { flags: "-d, --detach", text: "do not watch; print the run's id" };
const COMMENT: FlagSpec = { flags: "-m, --comment <text>", text: "why, for those who read it later" };

/** Commands that start, watch and change runs. */
export const RUN_COMMANDS: readonly CommandSpec[] = [
  {
    name: "run",
    arguments: "<file>",
    completes: ["file"],
    summary: "Start a workflow file and watch it to its end",
    examples: [
      ["gaia run ci.yaml", ""],
      ["gaia run deploy.yaml --input target=staging", ""],
      ["gaia run nightly.yaml --detach", "prints the run's id"],
    ],
    flags: [
      INPUT,
      ARG,
      DETACH,
      { flags: "--var <name=value>", text: "replaces a variable of the file", repeats: true },
      { flags: "--env <name[=value]>", text: "an environment variable", repeats: true },
      { flags: "--priority <0-10>", text: "10 goes first; 5 when not said" },
    ],
    notes: [
      "Starts the server when none is running. `-` reads the file from stdin.",
      "A pipeline that is kept is run by its name: gaia pipeline run NAME.",
      "Keys: Ctrl-C stops the run, d leaves it running, l shows logs, ? lists keys.",
    ],
    load: async () => (await import("./run.ts")).run,
  },
  {
    name: "watch",
    arguments: "[run]",
    completes: ["run"],
    summary: "Look on while a run goes on; Ctrl-C leaves it alone",
    examples: [
      ["gaia watch", "the last run"],
      ["gaia watch ci", "the latest run of ci"],
      ["gaia watch @ --json", "one object a line"],
    ],
    notes: [RUN_NAMES],
    load: async () => (await import("./watch.ts")).watch,
  },
  {
    name: "stop",
    arguments: "<run> [task]",
    completes: ["run", "task"],
    summary: "Stop a run, or one task of it, and wait until its processes are gone",
    examples: [
      ["gaia stop @", ""],
      ["gaia stop @ test", "only this task, or every member of this matrix; the run goes on"],
      ["gaia stop ci#14 --comment 'wrong branch'", ""],
      ["gaia stop @ --force", "kills at once, without grace"],
    ],
    flags: [
      { flags: "--force", text: "kill at once, without the grace to clean up" },
      COMMENT,
      { flags: "-d, --detach", text: "ask only, do not wait" },
    ],
    notes: [RUN_NAMES],
    load: async () => (await import("./stop.ts")).stop,
  },
  {
    name: "retry",
    arguments: "<run>",
    completes: ["run"],
    summary: "Run again: everything, or only what did not succeed",
    examples: [
      ["gaia retry @failed --failed", "keeps what completed"],
      ["gaia retry @ --from test", "test, and all that comes after it"],
      ["gaia retry @ --from package --ignore test", "as if test had succeeded"],
    ],
    flags: [
      { flags: "--failed", text: "keep what completed, run the rest" },
      { flags: "--from <task>", text: "run this task and all behind it, keep the rest", completes: "task" },
      { flags: "--ignore <task>", text: "count its failure as success", repeats: true, completes: "task" },
      INPUT,
      ARG,
      DETACH,
    ],
    notes: [RUN_NAMES],
    load: async () => (await import("./retry.ts")).retry,
  },
  {
    name: "approve",
    arguments: "<run> <task>",
    completes: ["run", "task"],
    summary: "Let a task that waits for a person go on",
    examples: [
      ["gaia approve @ deploy", ""],
      ["gaia approve release#7 deploy --comment 'seen on staging'", ""],
      ["gaia approve @ deploy --json", ""],
    ],
    flags: [COMMENT],
    load: async () => (await import("./decide.ts")).approve,
  },
  {
    name: "reject",
    arguments: "<run> <task>",
    completes: ["run", "task"],
    summary: "Refuse a task that waits for a person",
    examples: [
      ["gaia reject @ deploy", ""],
      ["gaia reject release#7 deploy --comment 'not before Monday'", ""],
      ["gaia reject @ deploy --json", ""],
    ],
    flags: [COMMENT],
    load: async () => (await import("./decide.ts")).reject,
  },
];

/** Commands that look at runs. */
export const LOOK_COMMANDS: readonly CommandSpec[] = [
  {
    name: "runs",
    summary: "List runs, the newest first",
    examples: [
      ["gaia runs", ""],
      ["gaia runs --status failed --pipeline ci", ""],
      ["gaia runs --limit 100 --json", ""],
    ],
    flags: [
      {
        flags: "-s, --status <status>",
        text: "running, failed, …; several with commas",
        completes: "status",
      },
      { flags: "-p, --pipeline <name>", text: "only of this pipeline", completes: "pipeline" },
      { flags: "-n, --limit <count>", text: "at most this many; 20 when not said" },
      { flags: "--search <text>", text: "a part of a pipeline's name, or the start of an id" },
      { flags: "--started-by <id>", text: "only what this one started" },
      { flags: "--trigger <kind>", text: "manual, cron, pipeline, webhook, git, retry or run" },
      { flags: "--took-min <duration>", text: "ended runs that took at least as long: 5m" },
      { flags: "--took-max <duration>", text: "and at most as long" },
      { flags: "--sort <order>", text: "newest (when not said), oldest, longest, shortest" },
      { flags: "--cursor <cursor>", text: "the page after (next_cursor of --json)" },
    ],
    load: async () => (await import("./runs.ts")).runs,
  },
  {
    name: "show",
    arguments: "[run] [task]",
    completes: ["run", "task"],
    summary: "Show a run with its tasks, or one task with its attempts",
    examples: [
      ["gaia show", "the last run"],
      ["gaia show @failed", "the last that failed"],
      ["gaia show ci#14 test", "one task"],
    ],
    notes: [RUN_NAMES],
    load: async () => (await import("./show.ts")).show,
  },
  {
    name: "why",
    arguments: "[run] [task]",
    completes: ["run", "task"],
    summary: "Explain why a run or a task is as it is",
    examples: [
      ["gaia why", "the last run"],
      ["gaia why @ package", ""],
      ["gaia why ci#14 test --json", ""],
    ],
    notes: [RUN_NAMES],
    load: async () => (await import("./why.ts")).why,
  },
  {
    name: "logs",
    arguments: "[run] [task]",
    completes: ["run", "task"],
    summary: "Print what tasks printed",
    examples: [
      ["gaia logs @ test", ""],
      ["gaia logs @ -f", "all tasks, as they print"],
      ["gaia logs @failed test --attempt 1 --tail 50", ""],
    ],
    flags: [
      { flags: "-f, --follow", text: "go on until the run ends" },
      { flags: "-n, --tail <lines>", text: "only the last lines" },
      { flags: "--attempt <number>", text: "of this attempt; the last when not said" },
    ],
    notes: [RUN_NAMES, "In a pipe the log of one task is what it wrote, byte by byte."],
    load: async () => (await import("./logs.ts")).logs,
  },
  {
    name: "debug",
    arguments: "<run> <task> [command...]",
    completes: ["run", "task"],
    summary: "Open a shell in a task's folder, with its environment",
    examples: [
      ["gaia debug @ test", ""],
      ["gaia debug @ test -- npm test", "a command instead of a shell"],
      ["gaia debug ci#14 test --json", "only what the task is given"],
    ],
    notes: [RUN_NAMES, 'sh -c "$GAIA_COMMAND" runs what the task runs; the run is left as it is.'],
    load: async () => (await import("./debug.ts")).debug,
  },
  {
    name: "graph",
    arguments: "<file|run>",
    completes: ["file"],
    summary: "Draw the tasks of a file or a run and what they wait for",
    examples: [
      ["gaia graph ci.yaml", ""],
      ["gaia graph @", ""],
      ["gaia graph ci.yaml --mermaid", "for Markdown"],
    ],
    flags: [{ flags: "--mermaid", text: "as a Mermaid diagram" }],
    load: async () => (await import("./graph.ts")).graph,
  },
  {
    name: "validate",
    arguments: "<files...>",
    completes: ["file"],
    summary: "Check workflow files; nothing is started",
    examples: [
      ["gaia validate ci.yaml", ""],
      ["gaia validate workflows/*.yaml", ""],
      ["gaia validate ci.yaml --json", "problems with line and column"],
    ],
    load: async () => (await import("./validate.ts")).validate,
  },
];
