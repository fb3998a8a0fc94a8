import { describe, expect, it } from "vitest";
import { convertInput, jsonValue, resolveInputs, resolveVariables } from "./inputs.ts";
import type { InputDefinition } from "./workflow.ts";

function input(name: string, more: Partial<InputDefinition> = {}): InputDefinition {
  return {
    name,
    type: "text",
    description: "",
    required: false,
    default: "",
    choices: [],
    min: null,
    max: null,
    ...more,
  };
}

describe("inputs", () => {
  const DEFINITIONS = [
    input("who", { default: "world" }),
    input("count", { type: "number", default: 1, min: 1, max: 10 }),
    input("dry", { type: "boolean", default: false }),
    input("where", { type: "choice", choices: ["staging", "production"], required: true, default: null }),
  ];

  it("are converted and filled up with defaults", () => {
    expect(resolveInputs(DEFINITIONS, { count: "3", dry: "yes", where: "staging" })).toEqual({
      kind: "ok",
      values: { who: "world", count: 3, dry: true, where: "staging" },
    });
  });

  it("are refused all at once", () => {
    const resolved = resolveInputs(DEFINITIONS, { cuont: 3, count: 11, dry: "maybe" });
    expect(resolved).toEqual({
      kind: "invalid",
      problems: [
        "unknown input `cuont`; did you mean `count`?",
        "the input `count` does not fit: 11 is larger than 10",
        "the input `dry` does not fit: it wants true or false, not `maybe`",
        expect.stringContaining("the input `where` is required"),
      ],
    });
  });

  it("say what there is when nothing is near", () => {
    expect(resolveInputs(DEFINITIONS, { where: "staging", zzzzzzz: 1 })).toMatchObject({
      problems: ["unknown input `zzzzzzz`; there are who, count, dry, where"],
    });
    expect(resolveInputs([], { a: 1 })).toMatchObject({
      problems: ["unknown input `a`; there is none"],
    });
  });

  it("take null for not given, and names of JavaScript's own for names", () => {
    expect(resolveInputs(DEFINITIONS, { who: null, where: "staging" })).toMatchObject({
      values: { who: "world" },
    });
    expect(resolveInputs([input("toString", { required: true })], {})).toMatchObject({ kind: "invalid" });
    expect(resolveInputs([], { constructor: 1 })).toMatchObject({ kind: "invalid" });
  });
});

describe("one input", () => {
  it.each([
    ["text", "x", "x"],
    ["text", 3, "3"],
    ["text", true, "true"],
    ["textarea", "a\nb", "a\nb"],
    ["number", "3", 3],
    ["number", " 3.5 ", 3.5],
    ["number", "-1e3", -1_000],
    ["number", 7, 7],
    ["boolean", "TRUE", true],
    ["boolean", "no", false],
    ["boolean", "1", true],
    ["boolean", 0, false],
    ["boolean", false, false],
    ["choice", "a", "a"],
    ["choice", 1, "1"],
    ["secret", "DEPLOY_KEY", "DEPLOY_KEY"],
  ] as const)("of type %s takes %j as %j", (type, given, value) => {
    expect(convertInput(input("x", { type, choices: ["a", "1"] }), given)).toEqual({ kind: "ok", value });
  });

  it.each([
    ["text", { a: 1 }, "it wants text, not a map"],
    ["text", "a\nb", "more than one line"],
    ["text", "a\0", "NUL"],
    ["text", "x".repeat(100_001), "limit of 100000 bytes"],
    ["number", "three", "it wants a number, not `three`"],
    ["number", "", "it wants a number"],
    ["number", "0x10", "it wants a number"],
    ["number", "Infinity", "it wants a number"],
    ["number", Number.NaN, "it wants a number"],
    ["number", true, "it wants a number, not true"],
    ["number", [1], "it wants a number, not a list"],
    ["boolean", "2", "true or false"],
    ["boolean", 2, "true or false"],
    ["choice", "sta", "it is one of staging, prod, not `sta`"],
    ["choice", "stagign", "did you mean `staging`?"],
    ["secret", "hunter2!", "the name of a secret"],
  ] as const)("of type %s refuses %j", (type, given, message) => {
    expect(convertInput(input("x", { type, choices: ["staging", "prod"] }), given)).toEqual({
      kind: "problem",
      message: expect.stringContaining(message),
    });
  });

  it("keeps to its bounds; characters are what people see", () => {
    const short = input("x", { min: 2, max: 3 });
    expect(convertInput(short, "a")).toMatchObject({ message: "it has 1 characters, at least 2 are wanted" });
    expect(convertInput(short, "🙂🙂🙂")).toMatchObject({ kind: "ok" });
    expect(convertInput(short, "abcd")).toMatchObject({ kind: "problem" });
    expect(convertInput(input("x", { type: "number", min: 2 }), "1")).toMatchObject({
      message: "1 is smaller than 2",
    });
  });
});

describe("variables", () => {
  it("take the place of the declared ones", () => {
    expect(resolveVariables({ a: 1, b: { c: 2 } }, { b: "x" })).toEqual({
      kind: "ok",
      values: { a: 1, b: "x" },
    });
  });

  it("are refused when they are not declared, no JSON, or too large", () => {
    expect(
      resolveVariables({ region: 1, x: 1, y: 1 }, { regoin: 1, x: () => 1, y: "z".repeat(100_001) }),
    ).toEqual({
      kind: "invalid",
      problems: [
        "unknown variable `regoin`; did you mean `region`?",
        "the variable `x` is not a JSON value",
        expect.stringContaining("100000 bytes"),
      ],
    });
  });
});

describe("JSON values", () => {
  it("are told from others", () => {
    expect(jsonValue({ a: [1, "x", null, { b: true }] })).toEqual({ a: [1, "x", null, { b: true }] });
    for (const value of [undefined, Number.NaN, 1n, Symbol("x"), [undefined], { a: () => 1 }])
      expect(jsonValue(value)).toBeUndefined();
  });
});
