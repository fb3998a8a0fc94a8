import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, nearest } from "./index.ts";

describe("nearest", () => {
  const known = ["backend", "frontend", "test", "os", "x"];

  it.each([
    ["bakcend", "backend"],
    ["frontned", "frontend"],
    ["tests", "test"],
    ["TEST", "test"],
    ["ox", "os"],
    ["X", "x"],
    ["y", null],
    ["deployment", null],
    ["toast", null],
    ["fontent", "frontend"],
    ["", null],
    ["b".repeat(200), null],
  ])("finds for %s %s", (name, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });

  it("prefers the nearer one, then the first one", () => {
    expect(nearest("build", ["guild", "built", "builds"])).toBe("guild");
    expect(nearest("branches", ["brnches", "branches2", "branches"])).toBe("branches");
  });

  it("words the question", () => {
    expect(didYouMean("tset", known)).toBe("; did you mean `test`?");
    expect(didYouMean("zzzz", known)).toBe("");
  });
});

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "", 3],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["abcd", "acbd", 1],
    ["ca", "abc", 3],
  ])("of %j and %j is %d", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it("is a symmetric count, 0 for equal texts only", () => {
    const word = fc.stringMatching(/^[abc]{0,8}$/);
    fc.assert(
      fc.property(word, word, (from, to) => {
        const distance = editDistance(from, to);
        expect(distance).toBe(editDistance(to, from));
        expect(distance === 0).toBe(from === to);
        expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});
