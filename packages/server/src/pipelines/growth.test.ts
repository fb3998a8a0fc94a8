import { describe, expect, it } from "vitest";
import { parseGrowth } from "./growth.ts";
import { parseWorkflowInline } from "./parse-workflow.ts";

const RUN = `name: w
variables: {region: eu}
inputs: {who: {default: x}}
env: {SHARED: "1", WHERE: "\${region}"}
defaults: {timeout: 5m, tags: [linux]}
tasks: [{id: plan, command: "true"}]
`;

function definition(): string {
  const parsed = parseWorkflowInline(RUN, { file: "w.yaml" });
  if (parsed.kind === "invalid") throw new Error("invalid");
  return parsed.workflow.definition;
}

function grow(text: string) {
  return parseGrowth(text, { parentKey: "plan", definition: definition() });
}

describe("a growth fragment", () => {
  it("adds tasks that depend on each other and on tasks of the run", () => {
    const grown = grow(`tasks:
  - {id: one, command: "echo \${region} \${who}"}
  - {id: two, command: "echo \${tasks.one.outputs.x} \${tasks.elsewhere.outputs.y}", dependencies: [one, elsewhere, more/*], when: tasks.one.status == "completed"}
`);
    expect(grown).toMatchObject({
      kind: "ok",
      keys: "prefixed",
      jobs: [
        { key: "one", name: "one", dependencies: [], condition: null },
        { key: "two", dependencies: ["one", "elsewhere", "more/*"], condition: { kind: "binary" } },
      ],
    });
  });

  it("has the defaults and the environment of its run", () => {
    const grown = grow("tasks: [{id: one, command: 'true'}]");
    expect(grown).toMatchObject({
      jobs: [
        {
          policy: { timeoutMs: 300_000 },
          work: {
            kind: "task",
            task: {
              tags: ["linux"],
              spec: { environment: { SHARED: "1" } },
              bindings: { WHERE: [{ path: ["region"] }] },
            },
          },
        },
      ],
    });
  });

  it("keeps its ids when it says so, and may hold groups and approvals", () => {
    expect(
      grow(
        "expands: flat\ntasks: [{id: one, for_each: [a, b], command: 'echo ${item}'}, {id: ask, type: approval}]",
      ),
    ).toMatchObject({
      kind: "ok",
      keys: "flat",
      jobs: [{ work: { kind: "group" } }, { work: { kind: "approval" } }],
    });
  });

  it("needs no run to be read", () => {
    expect(parseGrowth("tasks: [{id: one, command: 'true'}]", { parentKey: "plan" }).kind).toBe("ok");
  });

  it.each([
    ["", "is empty"],
    ["- id: one", "wants a map"],
    ["tasks: []", "`tasks` is empty"],
    ["tasks: [{id: one, comand: x}]", "line 1, column 19: unknown key `comand`; did you mean `command`?"],
    ["tasks: [{id: one, command: x}]\nname: w", "unknown key `name`"],
    ["tasks: [{id: one, command: x}]\nfinally: []", "unknown key `finally`"],
    ["tasks: [{id: a, command: x}, {id: a, command: x}]", "duplicate id `a`"],
    ["tasks: [{id: a, command: x, dependencies: [b]}, {id: b, command: x, dependencies: [a]}]", "cycle: "],
    ["tasks: [{id: a/b, command: x}]", "letters, digits"],
    ["tasks: [{id: a, command: 'echo ${regoin}'}]", "did you mean `region`?"],
    [
      "tasks: [{id: a, command: x}, {id: b, command: 'echo ${tasks.a.outputs.x}'}]",
      "add it to the `dependencies` of `b`",
    ],
    ["tasks: [{id: a, command: x, agent: claude}]", "cannot run agents yet"],
    ["tasks: [{id: a, command: 'echo ''${region}'''}]", "single quotes"],
    ["expands: up\ntasks: [{id: a, command: x}]", "wants one of `prefixed`, `flat`"],
    [`x: ${"y".repeat(1_000_000)}`, "more than the limit of 1000000"],
    ["tasks: [{id: a, comand: x}, {id: b, comand: x}]", "(and 1 more)"],
  ])("is refused as a whole: %s", (text, message) => {
    const grown = grow(text);
    expect(grown.kind).toBe("invalid");
    if (grown.kind === "invalid") expect(grown.message).toContain(message);
  });

  it("names the task that wrote it, in at most so many characters", () => {
    const grown = grow(`tasks: [{id: a, ${"k".repeat(5_000)}: x}]`);
    expect(grown).toMatchObject({ message: expect.stringMatching(/^\$GAIA_GRAPH of `plan`, line 1/) });
    if (grown.kind === "invalid") expect(grown.message.length).toBeLessThanOrEqual(2_000);
  });
});
