import { graph } from "@gaia/contracts";
import { expect, it } from "vitest";
import { graphView } from "./graph-view.ts";
import { parseWorkflowInline } from "./parse-workflow.ts";

it("shows a workflow's graph as the API promises", () => {
  const parsed = parseWorkflowInline(
    `name: w
tasks:
  - {id: plan, name: Plan it, command: "true"}
  - {id: test, command: "true", matrix: {os: [a, b]}, dependencies: [plan]}
  - {id: each, command: "true", for_each: tasks.plan.outputs.list, dependencies: [plan/*], when: success()}
  - {id: ask, type: approval}
finally: [{id: clean, command: "true"}]
`,
    { file: "w.yaml" },
  );
  if (parsed.kind === "invalid") throw new Error("invalid");
  const view = graphView(parsed.workflow);
  expect(graph.parse(view)).toEqual({
    name: "w",
    nodes: [
      {
        key: "plan",
        name: "Plan it",
        kind: "task",
        dependencies: [],
        members: null,
        condition: null,
        final: false,
      },
      {
        key: "test",
        name: "test",
        kind: "group",
        dependencies: ["plan"],
        members: 2,
        condition: null,
        final: false,
      },
      {
        key: "each",
        name: "each",
        kind: "group",
        dependencies: ["plan/*"],
        members: null,
        condition: "success()",
        final: false,
      },
      {
        key: "ask",
        name: "ask",
        kind: "approval",
        dependencies: [],
        members: null,
        condition: null,
        final: false,
      },
      {
        key: "clean",
        name: "clean",
        kind: "task",
        dependencies: [],
        members: null,
        condition: null,
        final: true,
      },
    ],
  });
});
