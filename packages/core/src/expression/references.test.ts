import { describe, expect, it } from "vitest";
import { parseExpression } from "./parse.ts";
import { references, usesStatus } from "./references.ts";

function parsed(text: string) {
  const result = parseExpression(text);
  if (result.kind === "error") throw new Error(result.message);
  return result.expression;
}

describe("references", () => {
  it.each([
    ["tasks.build.outputs.url == inputs.url", ["tasks.build.outputs.url", "inputs.url"]],
    ["tasks['build-it'].outputs['url'][0]", ["tasks.build-it.outputs.url.0"]],
    ["a.b + a.b + a", ["a.b", "a"]],
    ["tasks[name].status", ["tasks", "name"]],
    ["a[b[c]].d[e]", ["a", "b", "c", "e"]],
    ["a[true]", ["a"]],
    ["has(a.b.c)", ["a.b"]],
    ["has(a.b)", ["a"]],
    ["xs.all(x, x.ok && y.ok)", ["xs", "y.ok"]],
    ["xs.map(x, x.ys.map(y, x + y + z)) + x", ["xs", "z", "x"]],
    ["[a, {b: c}, -d, !e, f ? g : h, size(i), j.trim()]", ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]],
    ["'x'.size() + [1][k]", ["k"]],
    ["success() && true", []],
  ])("of %s", (text, paths) => {
    expect(references(parsed(text)).map((path) => path.join("."))).toEqual(paths);
  });
});

describe("usesStatus", () => {
  it.each([
    "success()",
    "inputs.x && !(failure() || cancelled())",
    "[1].all(x, always())",
    "tasks.build.status == 'failed'",
    "tasks['build']['status'] == 'failed'",
    "tasks[inputs.name].status == 'failed'",
    "tasks.all(t, tasks[t].status == 'completed')",
    "[tasks.a, tasks.b].exists(t, t.status == 'failed')",
    "tasks.a[inputs.key] == 'failed'",
    "tasks == {}",
    "has(tasks.a.status.x)",
  ])("is true of %s", (text) => {
    expect(usesStatus(parsed(text))).toBe(true);
  });

  it.each([
    "inputs.status == 'failed'",
    "tasks.build.outputs.status == 'x'",
    "tasks[inputs.name].outputs.x == 1",
    "has(tasks.build)",
    "has(tasks.build.outputs)",
    "tasks.exists(t, t == 'build')",
    "[{'status': 1}].exists(tasks, tasks.status == 1)",
  ])("is false of %s", (text) => {
    expect(usesStatus(parsed(text))).toBe(false);
  });
});
