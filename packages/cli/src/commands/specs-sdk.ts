import type { CommandSpec } from "../command-spec.ts";

/** Commands for those who write pipeline programs, or an SDK for them. */
export const SDK_COMMAND: CommandSpec = {
  name: "sdk",
  summary: "Check pipeline programs against Gaia's protocol",
  examples: [
    ["gaia sdk verify -- ./my-pipeline", ""],
    ["gaia sdk verify --jobs -- java -jar pipeline.jar", ""],
    ["gaia sdk verify --run build -- node index.js", ""],
  ],
  commands: [
    {
      name: "verify",
      arguments: "<command...>",
      summary: "Start a pipeline program and check that it speaks Gaia's protocol",
      examples: [
        ["gaia sdk verify -- ./my-pipeline", ""],
        ["gaia sdk verify --jobs -- java -jar pipeline.jar", "and list its jobs"],
        ["gaia sdk verify --run build --arg target=test -- node index.js", "and run the job `build`"],
      ],
      flags: [
        { flags: "--jobs", text: "list its jobs, with dependencies and arguments" },
        {
          flags: "--run <job>",
          text: "run this job, too, by title or id; none is run unasked",
          repeats: true,
        },
        {
          flags: "--arg <name=value>",
          text: "a value for the jobs that are run; @file reads one",
          repeats: true,
        },
        { flags: "--timeout <seconds>", text: "for each job that is run (60)" },
      ],
      notes: [
        "The command runs in this folder. With --verbose its stderr and what jobs log are shown as they come.",
      ],
      load: async () => (await import("./sdk.ts")).verify,
    },
  ],
};
