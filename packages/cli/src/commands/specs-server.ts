import type { CommandSpec } from "../command-spec.ts";

const WORKFLOW_NAMES = "A workflow is named by its name or id.";

/** Commands about kept workflows. */
export const WORKFLOW_COMMAND: CommandSpec = {
  name: "workflow",
  summary: "Keep workflows in the server, start and watch them by name",
  examples: [
    ["gaia workflow create ci.yaml", ""],
    ["gaia workflow start ci", ""],
    ["gaia workflow status ci", ""],
  ],
  commands: [
    {
      name: "create",
      arguments: "<file>",
      completes: ["file"],
      summary: "Keep a workflow file in the server",
      examples: [
        ["gaia workflow create ci.yaml", ""],
        ["gaia workflow create - < ci.yaml", ""],
        ["gaia workflow create ci.yaml --json", ""],
      ],
      load: async () => (await import("./workflow.ts")).create,
    },
    {
      name: "list",
      summary: "List workflows",
      examples: [
        ["gaia workflow list", ""],
        ["gaia workflow list --status failed", ""],
        ["gaia workflow list --json", ""],
      ],
      flags: [{ flags: "-s, --status <status>", text: "of the latest run", completes: "status" }],
      load: async () => (await import("./workflow.ts")).list,
    },
    {
      name: "show",
      arguments: "<workflow>",
      completes: ["pipeline"],
      summary: "Show a workflow: inputs, triggers, tasks",
      examples: [
        ["gaia workflow show ci", ""],
        ["gaia workflow show ci --source", "its YAML"],
        ["gaia workflow show ci --json", ""],
      ],
      flags: [{ flags: "--source", text: "print its YAML" }],
      notes: [WORKFLOW_NAMES],
      load: async () => (await import("./workflow.ts")).show,
    },
    {
      name: "start",
      arguments: "<workflow>",
      completes: ["pipeline"],
      summary: "Start a run of a workflow; prints the run's id",
      examples: [
        ["gaia workflow start ci", ""],
        ["gaia workflow start deploy --input target=staging", ""],
        ["gaia workflow start ci --watch", "and watch it to its end"],
      ],
      flags: [
        { flags: "-i, --input <name=value>", text: "an input; @file or @- reads it", repeats: true },
        { flags: "-w, --watch", text: "watch it to its end" },
        { flags: "--var <name=value>", text: "replaces a variable of the file", repeats: true },
        { flags: "--priority <0-10>", text: "10 goes first; 5 when not said" },
      ],
      notes: [WORKFLOW_NAMES],
      load: async () => (await import("./workflow.ts")).start,
    },
    {
      name: "stop",
      arguments: "<workflow>",
      completes: ["pipeline"],
      summary: "Stop its latest run",
      examples: [
        ["gaia workflow stop ci", ""],
        ["gaia workflow stop ci --force", ""],
        ["gaia workflow stop ci --comment 'wrong branch'", ""],
      ],
      flags: [
        { flags: "--force", text: "kill at once, without the grace to clean up" },
        { flags: "-m, --comment <text>", text: "why, for those who read it later" },
        { flags: "-d, --detach", text: "ask only, do not wait" },
      ],
      load: async () => (await import("./stop.ts")).stop,
    },
    {
      name: "status",
      arguments: "<workflow>",
      completes: ["pipeline"],
      summary: "Show its latest run with its tasks",
      examples: [
        ["gaia workflow status ci", ""],
        ["gaia workflow status ci --json", ""],
        ["gaia show ci", "the same"],
      ],
      load: async () => (await import("./show.ts")).show,
    },
    {
      name: "logs",
      arguments: "<workflow> [task]",
      completes: ["pipeline", "task"],
      summary: "Print what its latest run printed",
      examples: [
        ["gaia workflow logs ci", ""],
        ["gaia workflow logs ci test", ""],
        ["gaia workflow logs ci -f", ""],
      ],
      flags: [
        { flags: "-f, --follow", text: "go on until the run ends" },
        { flags: "-n, --tail <lines>", text: "only the last lines" },
        { flags: "--attempt <number>", text: "of this attempt; the last when not said" },
      ],
      load: async () => (await import("./logs.ts")).logs,
    },
  ],
};

/** Commands about the server itself. */
export const SERVER_COMMANDS: readonly CommandSpec[] = [
  {
    name: "start",
    hidden: true,
    summary: "Run the example on a repository, then serve until Ctrl-C (npm start)",
    examples: [
      ["npm start", ""],
      ["npm start -- --repo ../project", ""],
      ["npm start -- --once", "ends after the run"],
    ],
    flags: [
      { flags: "--repo <path>", text: "the repository to report on; this one when not said" },
      { flags: "--once", text: "end after the run, and leave nothing running" },
    ],
    load: async () => (await import("./first-run.ts")).firstRun,
  },
  {
    name: "up",
    summary: "Start the server and its worker",
    examples: [
      ["gaia up", ""],
      ["gaia up --foreground", "until Ctrl-C, for a supervisor"],
      ["gaia up --json", ""],
    ],
    flags: [{ flags: "--foreground", text: "stay in this terminal until Ctrl-C" }],
    load: async () => (await import("./server.ts")).up,
  },
  {
    name: "open",
    arguments: "[run]",
    completes: ["run"],
    summary: "Open the dashboard, signed in: an address that works once",
    examples: [
      ["gaia open", ""],
      ["gaia open @", "the last run; a pipeline's name opens the pipeline"],
      ["gaia open --print", "to open it elsewhere"],
    ],
    flags: [{ flags: "--print", text: "print the address only, also where there is a browser" }],
    load: async () => (await import("./open.ts")).open,
  },
  {
    name: "down",
    summary: "End the server; runs go on when it is started again",
    examples: [
      ["gaia down", "lets the worker finish what it reports"],
      ["gaia down --now", ""],
      ["gaia down --json", ""],
    ],
    flags: [{ flags: "--now", text: "do not wait for anything" }],
    load: async () => (await import("./server.ts")).down,
  },
  {
    name: "status",
    summary: "Show the server: address, work, workers, disk",
    examples: [
      ["gaia status", ""],
      ["gaia status --json", ""],
      ["gaia doctor", "looks deeper"],
    ],
    load: async () => (await import("./server.ts")).status,
  },
  {
    name: "worker",
    summary: "Look at the workers",
    examples: [
      ["gaia worker list", ""],
      ["gaia worker list --json", ""],
      ["gaia status", ""],
    ],
    commands: [
      {
        name: "list",
        summary: "List workers with their tags, slots and means",
        examples: [
          ["gaia worker list", ""],
          ["gaia worker list --json", ""],
          ["gaia worker list --quiet", "their names only"],
        ],
        load: async () => (await import("./worker.ts")).list,
      },
    ],
  },
  {
    name: "db",
    summary: "Look after the database, with or without a running server",
    examples: [
      ["gaia db check", ""],
      ["gaia db backup", ""],
      ["gaia db compact", ""],
    ],
    commands: [
      {
        name: "check",
        summary: "Check the database for damage",
        examples: [
          ["gaia db check", ""],
          ["gaia db check --json", ""],
          ["gaia db check --quiet", "the exit status only"],
        ],
        load: async () => (await import("./database.ts")).check,
      },
      {
        name: "compact",
        summary: "Give the space of what was deleted back to the disk",
        examples: [
          ["gaia db compact", ""],
          ["gaia db compact --json", ""],
          ["gaia db check && gaia db compact", ""],
        ],
        load: async () => (await import("./database.ts")).compact,
      },
      {
        name: "backup",
        arguments: "[file]",
        completes: ["file"],
        summary: "Write a consistent copy, also while the server works",
        examples: [
          ["gaia db backup", "into $GAIA_HOME/backups"],
          ["gaia db backup /mnt/backup/gaia.db", ""],
          ["gaia db backup --json", ""],
        ],
        load: async () => (await import("./database.ts")).backup,
      },
    ],
  },
  {
    name: "doctor",
    summary: "Check this machine and say how to mend what is missing",
    examples: [
      ["gaia doctor", ""],
      ["gaia doctor --json", ""],
      ["gaia doctor --quiet", "only what is missing"],
    ],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "api",
    arguments: "<method> <path>",
    summary: "Call the server's REST interface",
    examples: [
      ["gaia api GET /runs?limit=3", ""],
      ["gaia api POST /workflows --data @ci.yaml", ""],
      ["gaia api GET /api/v1/openapi.json", ""],
    ],
    flags: [
      { flags: "-d, --data <text>", text: "the body; @file or @- (stdin) reads it" },
      { flags: "-H, --header <name: value>", text: "a header", repeats: true },
      { flags: "--include", text: "status and headers too, on stderr" },
    ],
    load: async () => (await import("./api.ts")).api,
  },
  {
    name: "schema",
    summary: "Print the JSON schema of workflow files, for editors",
    examples: [
      ["gaia schema > workflow.schema.json", ""],
      ["# yaml-language-server: $schema=workflow.schema.json", "first line of a file"],
      ["gaia schema | jq .properties", ""],
    ],
    load: async () => (await import("./schema.ts")).schema,
  },
  {
    name: "completion",
    arguments: "<shell>",
    completes: ["shell"],
    summary: "Print the completion for bash, zsh or fish",
    examples: [
      ["source <(gaia completion bash)", "~/.bashrc"],
      ["source <(gaia completion zsh)", "~/.zshrc"],
      ["gaia completion fish > ~/.config/fish/completions/gaia.fish", ""],
    ],
    load: async () => (await import("./completion.ts")).completion,
  },
  {
    name: "version",
    summary: "Print the version",
    examples: [
      ["gaia version", ""],
      ["gaia --version", ""],
      ["gaia version --json", ""],
    ],
    load: async () => (await import("./version.ts")).version,
  },
  {
    name: "__complete",
    arguments: "[words...]",
    summary: "Words that may come next, for the shell",
    examples: [],
    hidden: true,
    load: async () => (await import("./completion.ts")).complete,
  },
];
