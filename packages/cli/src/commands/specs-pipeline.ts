import type { CommandSpec, FlagSpec } from "../command-spec.ts";

const DETACH: FlagSpec = { flags: "-d, --detach", text: "do not watch; print the build's id" };
const FOLDER: FlagSpec = { flags: "--folder <path>", text: "of the pipeline within the repository" };
const SOURCE: readonly FlagSpec[] = [
  { flags: "-b, --branch <name>", text: "of the repository; its own default when not said" },
  FOLDER,
  { flags: "--language <name>", text: "golang, python, …; by the files when not said" },
  { flags: "--ssh-key <secret>", text: "name of the secret that has a private key" },
  { flags: "--token <secret>", text: "name of the secret that has a token or password" },
  { flags: "--user <name>", text: "goes with the token, where a host wants one" },
  {
    flags: "--known-hosts <file>",
    text: "keys of hosts; what the user knows when not said",
    completes: "file",
  },
  { flags: "--submodules", text: "fetch submodules as well" },
  { flags: "--webhook <secret>", text: "build at once when the forge tells, signed with this secret" },
  {
    flags: "--poll <duration>",
    text: "how often to look for commits, or never; 1m, with --webhook 1h",
  },
  { flags: "--status <secret>", text: "tell the forge what builds come to, with the token that it has" },
  { flags: "--forge <kind>", text: "github, gitlab, gitea or bitbucket; by the host when not said" },
  {
    flags: "--forge-api <address>",
    text: "of the forge's API, where it does not follow from the repository's",
  },
];
const LIMIT: FlagSpec = { flags: "-n, --limit <count>", text: "at most this many" };
const CURSOR: FlagSpec = { flags: "--cursor <cursor>", text: "the page after (next_cursor of --json)" };

/** Commands about pipelines of every kind, most of them about those that are programs. */
export const PIPELINE_COMMAND: CommandSpec = {
  name: "pipeline",
  summary: "Make pipelines of programs, build, run and choose their versions",
  examples: [
    ["gaia pipeline create .", "of this folder"],
    ["gaia pipeline create git@example.org:team/orders.git --ssh-key DEPLOY_KEY", ""],
    ["gaia pipeline run orders --arg day=monday", ""],
  ],
  commands: [
    {
      name: "create",
      arguments: "<path|git-url>",
      completes: ["file"],
      summary: "Make a pipeline of a folder or a repository, and build it",
      examples: [
        ["gaia pipeline create .", ""],
        ["gaia pipeline create https://example.org/team/orders.git --branch main", ""],
        ["gaia pipeline create . --folder pipelines/orders --name orders", ""],
      ],
      flags: [
        { flags: "--name <name>", text: "as the repository or the folder is called when not said" },
        ...SOURCE,
        DETACH,
      ],
      notes: ["A folder is built as it is; with --branch its commits are."],
      load: async () => (await import("./pipeline-build.ts")).create,
    },
    {
      name: "build",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Build a new version of a pipeline",
      examples: [
        ["gaia pipeline build orders", ""],
        ["gaia pipeline build orders --commit 4f2a…", "all 40 digits"],
        ["gaia pipeline build orders --rebuild", "its dependencies have moved"],
      ],
      flags: [
        { flags: "--commit <id>", text: "of the repository; the newest of the branch when not said" },
        { flags: "--rebuild", text: "anew, though nothing has changed" },
        DETACH,
      ],
      load: async () => (await import("./pipeline-build.ts")).build,
    },
    {
      name: "run",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Start a run of a pipeline and watch it to its end",
      examples: [
        ["gaia pipeline run orders", ""],
        ["gaia pipeline run orders --arg day=monday --arg dry_run=true", ""],
        ["gaia pipeline run orders --version 3 --detach", ""],
      ],
      flags: [
        { flags: "--arg <name=value>", text: "an argument; @file or @- reads it", repeats: true },
        { flags: "-i, --input <name=value>", text: "the same as --arg", repeats: true, hidden: true },
        { flags: "--version <number>", text: "the version in force when not said" },
        { flags: "--priority <0-10>", text: "10 goes first; 5 when not said" },
        { flags: "-d, --detach", text: "do not watch; print the run's id" },
      ],
      load: async () => (await import("./pipeline-run.ts")).run,
    },
    {
      name: "list",
      summary: "List pipelines of every kind, with their versions and builds",
      examples: [
        ["gaia pipeline list", ""],
        ["gaia pipeline list --kind program", ""],
        ["gaia pipeline list --json", ""],
      ],
      flags: [
        { flags: "--kind <kind>", text: "program or workflow" },
        { flags: "-s, --status <status>", text: "of the latest run", completes: "status" },
        { flags: "--search <text>", text: "a part of the name" },
        LIMIT,
        CURSOR,
      ],
      load: async () => (await import("./pipeline-show.ts")).list,
    },
    {
      name: "show",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Show a pipeline: source, versions, last build, arguments, graph",
      examples: [
        ["gaia pipeline show orders", ""],
        ["gaia logs orders:build", "what its last build printed"],
        ["gaia pipeline show orders --json", ""],
      ],
      load: async () => (await import("./pipeline-show.ts")).show,
    },
    {
      name: "source",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Show where a pipeline is built from, or change it",
      examples: [
        ["gaia pipeline source orders", ""],
        ["gaia pipeline source orders --branch release", ""],
        ["gaia pipeline source orders --ssh-key none --poll never", ""],
      ],
      flags: [
        { flags: "--source <path|git-url>", text: "another place", completes: "file" },
        ...SOURCE,
        { flags: "--no-submodules", text: "fetch them no more" },
      ],
      notes: ["`none` takes back what was said before. The next build, or the next look, goes by it."],
      load: async () => (await import("./pipeline-build.ts")).source,
    },
    {
      name: "versions",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "List the versions of a pipeline with their commits, newest first",
      examples: [
        ["gaia pipeline versions orders", ""],
        ["gaia pipeline versions orders --limit 5", ""],
        ["gaia pipeline versions orders --json", ""],
      ],
      flags: [LIMIT, CURSOR],
      load: async () => (await import("./pipeline-show.ts")).versions,
    },
    {
      name: "pin",
      arguments: "<pipeline> <version>",
      completes: ["pipeline"],
      summary: "Let runs start from a version, whatever is built",
      examples: [
        ["gaia pipeline pin orders 3", ""],
        ["gaia pipeline unpin orders", "the newest again"],
        ["gaia pipeline pin orders 3 --json", ""],
      ],
      load: async () => (await import("./pipeline-choose.ts")).pin,
    },
    {
      name: "unpin",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Let runs start from the newest version again",
      examples: [
        ["gaia pipeline unpin orders", ""],
        ["gaia pipeline unpin orders --quiet", "prints the version"],
        ["gaia pipeline unpin orders --json", ""],
      ],
      load: async () => (await import("./pipeline-choose.ts")).unpin,
    },
    {
      name: "promote",
      arguments: "<pipeline> [version]",
      completes: ["pipeline"],
      summary: "Move the pin on to a later version; the newest when not said",
      examples: [
        ["gaia pipeline promote orders", ""],
        ["gaia pipeline promote orders 5", ""],
        ["gaia pipeline promote orders --json", ""],
      ],
      load: async () => (await import("./pipeline-choose.ts")).promote,
    },
    {
      name: "rollback",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Go back to the version that was in force before, and pin it",
      examples: [
        ["gaia pipeline rollback orders", ""],
        ["gaia pipeline rollback orders --quiet", "prints the version"],
        ["gaia pipeline unpin orders", "the newest again"],
      ],
      load: async () => (await import("./pipeline-choose.ts")).rollback,
    },
    {
      name: "rm",
      arguments: "<pipeline>",
      completes: ["pipeline"],
      summary: "Remove a pipeline; its runs stay",
      examples: [
        ["gaia pipeline rm orders", ""],
        ["gaia pipeline rm orders --quiet", ""],
        ["gaia pipeline rm orders --json", ""],
      ],
      load: async () => (await import("./pipeline-choose.ts")).rm,
    },
  ],
};
