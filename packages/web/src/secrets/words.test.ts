import { describe, expect, it } from "vitest";
import { answerOf, bodyOf, nameProblem, scopesIn, scopesText, tasksText, valueProblem } from "./words.ts";

const open = { scopes: [] };
const scoped = { scopes: ["deploy-*"] };

describe("the answer of the page", () => {
  it.each([
    ["No secrets are stored.", [], false],
    ["One secret, for every pipeline.", [open], false],
    ["Two secrets, for chosen pipelines only.", [scoped, scoped], false],
    ["Two secrets, one of them for every pipeline.", [open, scoped], false],
    ["The secrets are locked.", [open], true],
  ])("%s", (expected, secrets, isLocked) => expect(answerOf(secrets, isLocked)).toBe(expected));
});

describe("scopes", () => {
  it("are parted by commas and lines, each once", () => {
    expect(scopesIn(" deploy-*, nightly\n\nnightly , ")).toEqual(["deploy-*", "nightly"]);
    expect(scopesIn(" ")).toEqual([]);
  });
  it("are every pipeline when there is none", () => {
    expect(scopesText([])).toBe("every pipeline");
    expect(scopesText(["a", "b"])).toBe("a, b");
  });
});

it("tells few tasks by name, and of many the number", () => {
  expect(tasksText(["build", "publish"])).toBe("build, publish");
  expect(tasksText(["a", "b", "c", "d"])).toBe("4 tasks");
  expect(tasksText([])).toBe("a webhook");
});

describe("what is wrong with it", () => {
  it.each([
    ["", "needs a name"],
    ["1A", "no digit first"],
    ["A-B", "Letters"],
    ["TOKEN", "There is a secret TOKEN"],
  ])("%j", (name, says) => expect(nameProblem(name, ["TOKEN"])).toContain(says));
  it("nothing", () => {
    expect(nameProblem("_a1", ["TOKEN"])).toBeNull();
    expect(valueProblem("12345")).toBeNull();
  });
  it("counts bytes", () => {
    expect(valueProblem("1234")).toContain("At least 5 bytes");
    expect(valueProblem("ääx")).toBeNull();
    expect(valueProblem("ä".repeat(32_769))).toContain("this has 65,538");
  });
});

it("a body without a value leaves it out", () => {
  const draft = { name: "A", value: "secret", description: " for x ", scopes: "a, b" };
  expect(bodyOf(draft, false)).toEqual({ name: "A", description: "for x", scopes: ["a", "b"] });
  expect(bodyOf(draft, true)).toMatchObject({ value: "secret" });
});
