import { LIMITS } from "@gaia/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOutputs } from "./outputs-file.ts";

function outputs(text: string): unknown {
  const parsed = parseOutputs(text);
  if (parsed.kind === "bad") throw new Error(parsed.message);
  return parsed.outputs;
}

function problem(text: string): string {
  const parsed = parseOutputs(text);
  return parsed.kind === "bad" ? parsed.message : "none";
}

describe("an outputs file", () => {
  it("has lines of name and value, JSON objects and values of several lines", () => {
    expect(
      outputs(
        'url=https://x/?a=b<<c\n\n{"count": 3, "list": [1, "a"]}\nnotes<<EOF\none\n\n{two\nEOF\nempty=\r\nlast= spaced ',
      ),
    ).toEqual({
      url: "https://x/?a=b<<c",
      count: 3,
      list: [1, "a"],
      notes: "one\n\n{two",
      empty: "",
      last: " spaced ",
    });
  });

  it("takes the later of two values", () => {
    expect(outputs('a=1\n{"a": 2}')).toEqual({ a: 2 });
  });

  it("may be empty", () => {
    expect(outputs("")).toEqual({});
    expect(outputs("\n \n")).toEqual({});
  });

  it.each([
    ["a=1\nhello\n", '$GAIA_OUTPUT:2: "hello" is no output; allowed are'],
    ["{broken\n", "$GAIA_OUTPUT:1: not valid JSON"],
    ["my name=1", '$GAIA_OUTPUT:1: "my name" is no name of an output'],
    ['{"my name": 1}', '$GAIA_OUTPUT:1: "my name" is no name of an output'],
    ["=1", '$GAIA_OUTPUT:1: "" is no name of an output'],
    ["a=1\ntext<<EOF\nfoo\n", '$GAIA_OUTPUT:2: the value begun here has no line "EOF" that ends it'],
    ["text<<\nfoo\n", '$GAIA_OUTPUT:1: "text<<" names no end'],
    [`${"n".repeat(129)}=1`, "has 129 characters, more than the limit of 128"],
    [
      `big=${"x".repeat(LIMITS.outputValueBytes + 1)}`,
      `the value of "big" takes 100001 bytes, more than the limit of 100000`,
    ],
  ])("%j is refused with its place and what is allowed", (text, message) => {
    expect(problem(text)).toContain(message);
  });

  it("has a limit on how many", () => {
    const lines = Array.from({ length: LIMITS.outputsPerTask + 1 }, (_, at) => `o${at}=1`);
    expect(problem(lines.join("\n"))).toContain("1001 outputs, more than the limit of 1000");
    expect(problem(lines.slice(1).join("\n"))).toBe("none");
  });

  it("keeps names that JavaScript has a meaning for", () => {
    const parsed = parseOutputs("__proto__=x\nconstructor=y");
    expect(parsed.kind === "ok" && Object.entries(parsed.outputs)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it("gives back every text that is written with an end that it does not contain", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "=", "{", "<", "\n", " ", "é") }), (text) => {
        expect(outputs(`v<<END_1\n${text}\nEND_1`)).toEqual({ v: text });
      }),
    );
  });
});
