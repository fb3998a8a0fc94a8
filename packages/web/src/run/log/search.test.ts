import { describe, expect, test } from "vitest";
import { linesOf } from "./line-store.ts";
import { hitText } from "./log-bar.tsx";
import { markMatches, occurrences } from "./matches.ts";
import { hitAt, hitFrom, NO_HITS, withAnswer } from "./search.ts";
import { extended, rangeFrom, rangeText } from "./selection.ts";
import { nextTimeMode, timeText } from "./times.ts";

const answer = (change: object) => ({
  hits: [],
  total: 0,
  scanned_bytes: 10,
  size_bytes: 10,
  complete: true,
  ...change,
});

describe("hits", () => {
  const hits = withAnswer(
    withAnswer(
      { ...NO_HITS, text: "x" },
      answer({
        hits: [
          { line: 5, count: 2 },
          { line: 9, count: 1 },
        ],
        total: 3,
        complete: false,
        scanned_bytes: 5,
      }),
    ),
    answer({ hits: [{ line: 40, count: 6 }], total: 6 }),
  );

  test("of several answers are counted through, each with its line and place in it", () => {
    expect([hits.total, hits.held]).toEqual([9, 9]);
    expect([0, 1, 2, 3, 8].map((number) => hitAt(hits, number))).toEqual([
      { line: 5, match: 0 },
      { line: 5, match: 1 },
      { line: 9, match: 0 },
      { line: 40, match: 0 },
      { line: 40, match: 5 },
    ]);
    expect(hitAt(NO_HITS, 0)).toBeNull();
  });

  test("begin at what is seen, and go round", () => {
    expect([hitFrom(hits, 1), hitFrom(hits, 6), hitFrom(hits, 41)]).toEqual([0, 2, 0]);
  });

  test("are told in words", () => {
    expect(hitText(hits, 2)).toBe("3 of 9");
    expect(hitText(hits, null)).toBe("9 hits");
    expect(hitText({ ...NO_HITS, text: "y" }, null)).toBe("No hit");
    expect(hitText({ ...NO_HITS, text: "y", isComplete: false, share: 0.343 }, null)).toBe(
      "Searching, 34 % searched",
    );
    expect(hitText(NO_HITS, null)).toBe("");
  });
});

describe("matches in a line", () => {
  const piece = (text: string, classes = "") => ({ text, classes, href: null });

  test("are marked across pieces, whatever the case", () => {
    const pieces = [piece("a vou"), piece("CHER b", "a-red"), piece(" voucher")];
    const marked = markMatches(pieces, "a vouCHER b voucher", "Voucher");
    expect(marked.map(({ text, classes, match }) => [text, classes, match])).toEqual([
      ["a ", "", null],
      ["vou", "", 0],
      ["CHER", "a-red", 0],
      [" b", "a-red", null],
      [" ", "", null],
      ["voucher", "", 1],
    ]);
  });

  test("take the text as it is, and nothing for nothing", () => {
    expect(occurrences("a.*b .*", ".*")).toEqual([1, 5]);
    expect(occurrences("abc", "")).toEqual([]);
    expect(occurrences("aaaa", "aa")).toEqual([0, 2]);
  });
});

describe("lines of an answer", () => {
  test("carry the looks that those before them left on", () => {
    const line = (text: string) => ({ text, at: null, cut_bytes: 0 });
    const lines = linesOf({
      sgr: "1;31",
      lines: [line("a"), line("\u001b[0mb"), line("\u001b[32mc"), line("d")],
    });
    expect(lines.map(({ style }) => [style.fg, style.bold])).toEqual([
      ["red", true],
      ["red", true],
      [null, false],
      ["green", false],
    ]);
  });
});

describe("lines in an address", () => {
  test("are one or a range, and nothing else", () => {
    expect(rangeFrom("5")).toEqual({ first: 5, last: 5 });
    expect(rangeFrom("9-5")).toEqual({ first: 5, last: 9 });
    expect(rangeFrom("L12-L40")).toEqual({ first: 12, last: 40 });
    for (const text of [undefined, "", "0", "x", "5-", "1e9"]) expect(rangeFrom(text)).toBeNull();
    expect([rangeText({ first: 5, last: 5 }), rangeText({ first: 5, last: 9 })]).toEqual(["5", "5-9"]);
  });

  test("are extended from their first, in both directions", () => {
    expect(extended(null, 7)).toEqual({ first: 7, last: 7 });
    expect(extended({ first: 5, last: 5 }, 9)).toEqual({ first: 5, last: 9 });
    expect(extended({ first: 5, last: 9 }, 2)).toEqual({ first: 2, last: 5 });
  });
});

describe("times of lines", () => {
  test("are of the day, since the start, or off", () => {
    const at = new Date(2026, 10, 29, 14, 30, 4, 118).getTime();
    expect(timeText("clock", at, null)).toBe("14:30:04.118");
    expect(timeText("elapsed", at, at - 3_723_004)).toBe("+1:02:03.004");
    expect(timeText("elapsed", at, at - 4_000)).toBe("+0:04.000");
    expect([timeText("off", at, null), timeText("clock", null, null)]).toEqual(["", ""]);
    expect(nextTimeMode(nextTimeMode(nextTimeMode("clock")))).toBe("clock");
  });
});
