import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PATTERN_LIMITS } from "./limits.ts";
import { matchesPattern } from "./pattern-match.ts";
import { parsePattern } from "./pattern.ts";

function matches(pattern: string, text: string, budget = 1_000_000): boolean {
  const parsed = parsePattern(pattern);
  if (parsed.kind === "error") throw new Error(parsed.message);
  let paid = 0;
  return matchesPattern(parsed.program, text, (visits) => {
    paid += visits;
    return paid <= budget;
  });
}

describe("a pattern", () => {
  it.each([
    ["", "", true],
    ["b", "abc", true],
    ["^b", "abc", false],
    ["c$", "abc", true],
    ["b$", "abc", false],
    ["^$", "", true],
    ["^$", "a", false],
    ["^release/\\d+\\.\\d+$", "release/1.24", true],
    ["^release/\\d+\\.\\d+$", "release/1x24", false],
    ["^(feat|fix)(\\(.+\\))?: .+", "fix(core): a thing", true],
    ["^(feat|fix|)$", "", true],
    ["^a{2,3}$", "aaaa", false],
    ["^a{2,3}$", "aaa", true],
    ["^a{2}$", "aa", true],
    ["^a{2,}$", "aaaaa", true],
    ["^a{,2}$", "a{,2}", true],
    ["^{$", "{", true],
    ["^(?:ab)+?$", "abab", true],
    ["^(a*)*$", "aaaa", true],
    ["^[^]a]$", "b", true],
    ["^[]a]$", "]", true],
    ["^[a-c-]+$", "b-", true],
    ["^[\\w-]+$", "a-b_1", true],
    ["^[\\d\\s]+$", "1 2\t3", true],
    ["^\\D\\W\\S$", "a-b", true],
    ["^[^\\d]$", "5", false],
    ["^[b-df-ha-c]+$", "abcdfgh", true],
    ["^[b-df-ha-c]+$", "e", false],
    ["^[\\x]$".replace("x", "]"), "]", true],
    ["^.$", "\n", false],
    ["^.$", "😀", true],
    ["^[😀-😂]$", "😁", true],
    ["^\\t\\n\\r\\f\\v\\a$", "\t\n\r\f\v\u0007", true],
    ["^\\.\\*\\\\$", ".*\\", true],
    ["^[^\\D\\d]$", "x", false],
    ["x}", "x}", true],
    ["a|^b", "cb", false],
    ["^[.*+]$", "*", true],
  ])("%s on %j is %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it.each([
    ["(a", "a group is not closed"],
    ["a)", "`)` closes no group"],
    ["(?=a)", "only `(?:…)` is known"],
    ["(?i)a", "only `(?:…)` is known"],
    ["*a", "`*` repeats nothing"],
    ["a|+", "`+` repeats nothing"],
    ["(?", "only `(?:…)` is known"],
    ["a**", "a repetition cannot be repeated"],
    ["a{2}{3}", "a repetition cannot be repeated"],
    ["a{3,2}", "the first number is larger"],
    ["a{1001}", "past the limit of 1000"],
    ["a{1,1001}", "past the limit of 1000"],
    ["[a", "a class is not closed"],
    ["[", "a class is not closed"],
    ["[a-", "a class is not closed"],
    ["[c-a]", "from a lower to a higher"],
    ["[\\d-z]", "from a lower to a higher"],
    ["[a-\\d]", "from a lower to a higher"],
    ["[a-\\1]", "`\\1` is not known"],
    ["[\\1-a]", "`\\1` is not known"],
    ["[[:alpha:]]", "are not supported"],
    ["(a)\\1", "`\\1` is not known"],
    ["\\bword", "`\\b` is not known"],
    ["a\\", "escapes nothing"],
    ["(".repeat(60), "groups are more than 50 levels deep"],
    ["a".repeat(1_001), "longer than the limit of 1000"],
    ["(a{100}){100}", "more than 2000 states"],
    ["(a|b{900}|c{900}|d{900})", "more than 2000 states"],
    ["(a{1000}){0,3}", "more than 2000 states"],
    ["(a{1000}){2}(b|c)", "more than 2000 states"],
    ["((a{1000}){2})*", "more than 2000 states"],
  ])("%j is refused: %s", (pattern, message) => {
    expect(parsePattern(pattern)).toEqual({ kind: "error", message: expect.stringContaining(message) });
  });

  it("agrees with the built-in engine", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "(a|b)", "(?:ab)", "\\w", "^", "$");
    const piece = fc
      .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "{1,}"))
      .map(([left, right]) => (left === "^" || left === "$" ? left : left + right));
    const pattern = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
    const either = fc.tuple(pattern, pattern).map(([one, other]) => `${one}|${other}`);
    fc.assert(
      fc.property(fc.oneof(pattern, either), fc.stringMatching(/^[abc]{0,8}$/), (source, text) => {
        expect(matches(source, text)).toBe(new RegExp(source, "u").test(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes time in proportion to the text where a backtracking engine takes for ever", () => {
    const visitsFor = (length: number) => {
      const parsed = parsePattern("^(a+)+(a|aa)*$");
      let paid = 0;
      if (parsed.kind === "ok")
        matchesPattern(parsed.program, `${"a".repeat(length)}b`, (visits) => (paid += visits) > 0);
      return paid;
    };
    expect(visitsFor(2_000)).toBeLessThan(visitsFor(1_000) * 2.1);
    expect(visitsFor(2_000)).toBeLessThan(2_000 * 40);
  });

  it("gives up when the budget ends", () => {
    expect(matches("^(a|b)*c", "ab".repeat(1_000), 100)).toBe(false);
    expect(matches("", "", 0)).toBe(false);
  });

  it("is read without an exception, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a()[\]{}|*+?.\\^$,:d1-]*$/), (pattern) => {
        const parsed = parsePattern(pattern);
        if (parsed.kind === "ok") expect(parsed.program.length).toBeLessThanOrEqual(PATTERN_LIMITS.states);
      }),
      { numRuns: 500 },
    );
  });
});
