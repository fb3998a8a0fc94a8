import type { ProgramDefinition } from "@gaia/contracts";
import { describe, expect, it } from "vitest";
import { parseProgramGrowth } from "./program-growth.ts";

const job = { description: "", dependsOn: [], arguments: [], onDemand: true, attempts: 2, timeoutMs: null };
const definition: ProgramDefinition = {
  kind: "program",
  name: "ship",
  build: "a".repeat(64),
  program: {
    version: 1,
    language: "golang",
    command: { file: "./program", args: [], folder: ".", environment: {} },
    sdk: null,
    maxParallel: null,
    triggers: [],
    jobs: [
      { ...job, id: 1, title: "Plan", onDemand: false },
      {
        ...job,
        id: 2,
        title: "Part",
        arguments: [
          { key: "index", type: "number", description: "", default: "", choices: [], required: true },
          { key: "TOKEN", type: "vault", description: "", default: "", choices: [], required: true },
        ],
      },
    ],
  },
  source: null,
};

function grown(...added: readonly object[]): ReturnType<typeof parseProgramGrowth> {
  const text = JSON.stringify(added.map((one) => ({ job: 2, arguments: {}, dependsOn: [], ...one })));
  return parseProgramGrowth(text, {
    parent: "Plan",
    definition: JSON.stringify(definition),
    titles: ["Plan", "Other"],
  });
}

describe("what a job of a program adds", () => {
  it("are jobs with their own titles and arguments, performed by a job that it has", () => {
    const read = grown(
      { title: "Part 1", arguments: { index: "1" } },
      { title: "Join", dependsOn: ["part 1", "OTHER"] },
    );
    expect(read).toMatchObject({
      kind: "ok",
      keys: "flat",
      jobs: [
        {
          key: "Part 1",
          policy: { retry: { attempts: 2 } },
          work: {
            task: {
              spec: { job: 2, title: "Part 1", arguments: ["index"], secrets: { TOKEN: "TOKEN" } },
              bindings: { index: ["1"] },
            },
          },
        },
        {
          key: "Join",
          dependencies: ["Part 1", "Other"],
          work: { task: { spec: { dependencies: ["Part 1", "Other"] } } },
        },
      ],
    });
  });

  it("leaves an unknown dependency to the graph, which refuses it", () => {
    expect(grown({ title: "x", dependsOn: ["nowhere"] })).toMatchObject({
      jobs: [{ dependencies: ["nowhere"] }],
    });
  });

  it.each([
    [[{ title: "x", job: 9 }], "performed by a job that the program does not have"],
    [[{ title: "PLAN" }], "the run has a job `Plan` already"],
    [[{ title: "a" }, { title: "A" }], "titles differ in more than their case"],
    [[{ title: "" }], "another version of Gaia"],
  ])("is refused in words: %j", (added, message) => {
    const read = grown(...added);
    expect(read).toMatchObject({ kind: "invalid" });
    expect(read.kind === "invalid" && read.message).toContain(message);
    expect(read.kind === "invalid" && read.message).toContain("`Plan`");
  });
});
