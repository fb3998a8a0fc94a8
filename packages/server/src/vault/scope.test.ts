import { describe, expect, it } from "vitest";
import { checkedScopes, isInScope } from "./scope.ts";

describe("a scope", () => {
  it.each([
    [[], "anything", true],
    [["deploy"], "deploy", true],
    [["deploy"], "deploy-eu", false],
    [["deploy"], "Deploy", false],
    [["deploy-*"], "deploy-", true],
    [["deploy-*"], "deploy", false],
    [["*-eu"], "deploy-eu", true],
    [["*-eu"], "deploy-eu-2", false],
    [["a*b*c"], "aXbYc", true],
    [["a*b*c"], "acb", false],
    [["ab*ba"], "aba", false],
    [["a*"], "a.b/c d", true],
    [["a.c"], "abc", false],
    [["x", "y*"], "yes", true],
    [["**"], "", true],
    [["deploy"], "deploy:build", true],
    [["deploy:build"], "deploy:build", true],
    [["deploy:build"], "deploy", false],
    [["deploy-*"], "deploy:build", false],
  ] as const)("%j of %s: %s", (scopes, pipeline, expected) => {
    expect(isInScope(scopes, pipeline)).toBe(expected);
  });

  it("takes a pattern of many stars and a long name in no time worth telling", () => {
    expect(isInScope([`${"*a".repeat(60)}b`], "a".repeat(100_000))).toBe(false);
  });

  it("is kept once; a star alone means all", () => {
    expect(checkedScopes(["a", "b", "a"])).toEqual(["a", "b"]);
    expect(checkedScopes(["a", "*"])).toEqual([]);
  });

  it.each([[[""]], [[" "]], [["a\nb"]], [["x".repeat(129)]], [Array.from({ length: 51 }, String)]])(
    "%j is refused",
    (scopes) => {
      expect(() => checkedScopes(scopes)).toThrow(/scope/);
    },
  );
});
