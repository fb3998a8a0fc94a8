import {
  GaiaError,
  type ProgramArgumentDefinition,
  type ProgramDefinition,
  type ProgramJobDefinition,
} from "@gaia/contracts";
import { describe, expect, it } from "vitest";
import { parseProgram, programText } from "./program.ts";

const argument: Omit<ProgramArgumentDefinition, "key"> = {
  type: "text",
  description: "",
  default: "",
  choices: [],
  required: false,
};

function job(id: number, title: string, more: Partial<ProgramJobDefinition> = {}): ProgramJobDefinition {
  return {
    id,
    title,
    description: "",
    dependsOn: [],
    arguments: [],
    onDemand: false,
    attempts: 1,
    timeoutMs: null,
    ...more,
  };
}

function definition(
  jobs: readonly ProgramJobDefinition[],
  triggers: ProgramDefinition["program"]["triggers"] = [],
): ProgramDefinition {
  return {
    kind: "program",
    name: "ship",
    build: "a".repeat(64),
    program: {
      version: 1,
      language: "golang",
      command: { file: "./program", args: [], folder: ".", environment: {} },
      sdk: null,
      maxParallel: null,
      jobs: [...jobs],
      triggers,
    },
    source: null,
  };
}

describe("a program as a pipeline", () => {
  it("is started by what its gaia.yaml names; a commit is told as its inputs say, and nothing is checked out", () => {
    const git = { repository: "https://example.org/stock.git", branches: ["main"], secret: "HOOK" };
    const text = programText(
      definition(
        [job(1, "Count")],
        ["0 6 * * *", { git, inputs: { "stock-commit": "${git.commit}" } }, { pipeline: "import" }],
      ),
    );
    const { triggers, hasTree } = parseProgram(text);
    expect(hasTree).toBe(false);
    expect(triggers).toMatchObject([
      { kind: "cron", cron: "0 6 * * *", timezone: "UTC", inputs: {} },
      { kind: "git", name: "git", repository: git.repository, inputs: { "stock-commit": "${git.commit}" } },
      { kind: "pipeline", pipeline: "import", on: "completed" },
    ]);
    expect(triggers[1]?.inputs).not.toHaveProperty("commit");
  });

  it("has no triggers when it was built before there were any", () => {
    const { triggers: _, ...program } = definition([job(1, "Count")]).program;
    const text = JSON.stringify({ ...definition([]), program });
    expect(parseProgram(text).triggers).toEqual([]);
  });

  it("has its jobs by title, with what they depend on", () => {
    const text = programText(
      definition([job(9, "Build it"), job(7, "Ship", { dependsOn: [9], attempts: 3, timeoutMs: 50 })]),
    );
    const { jobs, name, hash } = parseProgram(text);
    expect(name).toBe("ship");
    expect(hash).toHaveLength(64);
    expect(jobs.map(({ key, dependencies }) => [key, dependencies])).toEqual([
      ["Build it", []],
      ["Ship", [0]],
    ]);
    expect(jobs[1]).toMatchObject({
      policy: { retry: { attempts: 3 }, timeoutMs: 50 },
      work: {
        task: {
          executor: "program",
          spec: { job: 7, title: "Ship", dependencies: ["Build it"] },
          bindings: { "@outputs.0": [{ kind: "path", path: ["tasks", "Build it", "outputs"] }] },
        },
      },
    });
  });

  it("leaves jobs on demand out of the graph, not out of the inputs", () => {
    const part = job(2, "Part", {
      onDemand: true,
      arguments: [{ ...argument, key: "index", type: "number", required: true }],
    });
    const { jobs, inputs } = parseProgram(programText(definition([job(1, "Plan"), part])));
    expect(jobs.map(({ key }) => key)).toEqual(["Plan"]);
    // Required of who adds the job, not of who starts the run.
    expect(inputs).toMatchObject([{ name: "index", required: false }]);
  });

  it("asks once for a key that several jobs have, by the first type and the first default", () => {
    const first = job(1, "A", {
      arguments: [{ ...argument, key: "env", type: "choice", choices: ["dev", "prod"], required: true }],
    });
    const second = job(2, "B", {
      arguments: [{ ...argument, key: "env", description: "Where to", default: "dev" }],
    });
    expect(parseProgram(programText(definition([first, second]))).inputs).toEqual([
      {
        name: "env",
        type: "choice",
        description: "Where to",
        required: false,
        default: "dev",
        choices: ["dev", "prod"],
        min: null,
        max: null,
      },
    ]);
  });

  it.each([
    ["number", "3", 3],
    ["number", "many", null],
    ["boolean", "true", true],
    ["boolean", "false", false],
    ["boolean", "maybe", null],
    ["choice", "x", null],
    ["textarea", "a\nb", "a\nb"],
    ["text", "", null],
  ] as const)("takes a default of a %s, %j, as %j", (type, text, value) => {
    const one = job(1, "A", { arguments: [{ ...argument, key: "k", type, default: text, choices: ["a"] }] });
    expect(parseProgram(programText(definition([one]))).inputs[0]?.default).toBe(value);
  });

  it("takes secrets by their names, and asks nobody for them", () => {
    const one = job(1, "A", {
      arguments: [
        { ...argument, key: "TOKEN", type: "vault" },
        { ...argument, key: "who" },
      ],
    });
    const { jobs, inputs } = parseProgram(programText(definition([one])));
    expect(inputs.map(({ name }) => name)).toEqual(["who"]);
    expect(jobs[0]?.work).toMatchObject({
      task: { secrets: ["TOKEN"], spec: { arguments: ["who"], secrets: { TOKEN: "TOKEN" } } },
    });
  });

  it.each(["{", "{}", '{"kind":"program"}'])("says how to go on when it cannot be read: %s", (text) => {
    expect(() => parseProgram(text)).toThrow(GaiaError);
    expect(() => parseProgram(text)).toThrow("gaia pipeline build");
  });
});
