import { describe, expect, test } from "vitest";
import { type Fold, foldsOf } from "./folds.ts";
import { Heights } from "./heights.ts";
import { FOLD_PX, Layout, LINE_PX } from "./layout.ts";
import { joined, type LogOutline, type OutlineMessage } from "./outline.ts";
import { placeAt, scrolled, SHEET_PX_MAX } from "./scale.ts";

const GROUP = { at: null, until: null, open: false };

function outline(change: Partial<LogOutline>): LogOutline {
  return {
    attempt: 1,
    attempts: 1,
    ended: true,
    size_bytes: 0,
    scanned_bytes: 0,
    lines: 100,
    binary: false,
    started_at: null,
    errors_total: 0,
    warnings_total: 0,
    errors: [],
    warnings: [],
    groups: [],
    repeats: [],
    ...change,
  };
}

function group(line: number, end: number | null, title = "g"): LogOutline["groups"][number] {
  return { ...GROUP, line, end, title };
}

const NONE = new Map<number, boolean>();

describe("folds", () => {
  const of = (change: Partial<LogOutline>, chosen = NONE) =>
    foldsOf(outline(change), chosen).map(({ line, isOpen }) => [line, isOpen]);

  test("are open where a person would look first: last, marked as open, with an error, still growing", () => {
    const groups = [
      group(1, 10),
      { ...group(11, 20), open: true },
      group(21, 30),
      group(31, 40),
      group(41, 50),
    ];
    expect(of({ groups, errors: [25] })).toEqual([
      [1, false],
      [11, true],
      [21, true],
      [31, false],
      [41, true],
    ]);
    expect(of({ groups: [group(1, null)], ended: false })).toEqual([[1, true]]);
  });

  test("stay as they were set by hand; repetitions are closed", () => {
    const groups = [group(1, 10), group(20, 30)];
    const repeats = [{ line: 40, end: 80, period: 1 }];
    const chosen = new Map([
      [1, true],
      [20, false],
    ]);
    expect(of({ groups, repeats, errors: [25] }, chosen)).toEqual([
      [1, true],
      [20, false],
      [40, false],
    ]);
  });

  test("of one line are none", () => {
    expect(of({ groups: [group(5, 5), group(6, 5)] })).toEqual([]);
  });
});

describe("a layout", () => {
  const closed = (line: number, end: number): Fold => ({
    line,
    end,
    isOpen: false,
    kind: "group",
    title: "",
    isGrowing: false,
    at: null,
    until: null,
    period: 0,
  });
  const open = (line: number, end: number): Fold => ({ ...closed(line, end), isOpen: true });

  test("puts a million lines where they are, without a list of them", () => {
    const layout = new Layout(1_000_000, [], new Heights());
    expect(layout.height).toBe(1_000_000 * LINE_PX);
    expect(layout.topOf(500_000)).toBe(499_999 * LINE_PX);
    expect(layout.lineAt(499_999 * LINE_PX + 5)).toBe(500_000);
    const rows = layout.rows(1_000 * LINE_PX, 1_003 * LINE_PX);
    expect(rows.map(({ line }) => line)).toEqual([1_001, 1_002, 1_003, 1_004]);
  });

  test("shows a closed fold as one row, an open one as its head and its lines", () => {
    const layout = new Layout(30, [closed(5, 10), open(12, 20), closed(14, 15)], new Heights());
    const rows = layout.rows(0, layout.height);
    expect(
      rows.map(({ line, fold }) => (fold === null ? line : `${line}${fold.isOpen ? "-" : "+"}`)),
    ).toEqual([
      1,
      2,
      3,
      4,
      "5+",
      11,
      "12-",
      13,
      "14+",
      16,
      17,
      18,
      19,
      20,
      21,
      22,
      23,
      24,
      25,
      26,
      27,
      28,
      29,
      30,
    ]);
    expect(layout.height).toBe(21 * LINE_PX + 3 * FOLD_PX);
    for (const row of rows)
      expect([layout.topOf(row.line), layout.lineAt(row.top)]).toEqual([row.top, row.line]);
  });

  test("says what hides a line; a fold within a closed one is not there", () => {
    const layout = new Layout(30, [closed(5, 20), closed(8, 10)], new Heights());
    expect(layout.hides(9)?.line).toBe(5);
    expect(layout.hides(5)).toBeNull();
    expect(layout.hides(21)).toBeNull();
    expect(layout.topOf(9)).toBe(layout.topOf(5));
  });

  test("counts with the measured heights of wrapped lines, but for hidden ones", () => {
    const heights = new Heights();
    heights.set(3, 40);
    heights.set(6, 1_000);
    heights.set(900, 19);
    const layout = new Layout(1_000, [closed(5, 10)], heights);
    expect(layout.topOf(4)).toBe(3 * LINE_PX + 40);
    expect(layout.topOf(11)).toBe(4 * LINE_PX + 40 + FOLD_PX);
    expect(layout.topOf(901) - layout.topOf(900)).toBe(LINE_PX + 19);
    expect(layout.lineAt(layout.topOf(900) + 25)).toBe(900);
    expect([heights.set(3, 10), heights.sum(1, 1_000)]).toEqual([-30, 1_029]);
  });

  test("of nothing is nothing", () => {
    const layout = new Layout(0, [], new Heights());
    expect([layout.height, layout.rows(0, 500), layout.lineAt(0)]).toEqual([0, [], 1]);
  });
});

describe("a sheet shorter than its log", () => {
  const HEIGHT = 300_000_000;
  const PAGE = 700;

  test("reaches both ends", () => {
    expect(placeAt(0, HEIGHT, PAGE)).toEqual({ scrollTop: 0, shift: 0 });
    const end = placeAt(HEIGHT, HEIGHT, PAGE);
    expect([end.scrollTop, end.scrollTop + end.shift]).toEqual([SHEET_PX_MAX - PAGE, HEIGHT - PAGE]);
  });

  test("moves pixel by pixel when it is scrolled a little, by share when it is dragged", () => {
    const place = placeAt(150_000_000, HEIGHT, PAGE);
    const near = scrolled(place, place.scrollTop + 57, HEIGHT, PAGE);
    expect([near.top, near.isFar]).toEqual([150_000_057, false]);
    const far = scrolled(place, 0, HEIGHT, PAGE);
    expect([far.top, far.isFar]).toEqual([0, true]);
  });

  test("is moved when its own end comes before the log's", () => {
    const place = { scrollTop: 30, shift: 900 };
    expect(scrolled(place, 0, HEIGHT, PAGE)).toEqual({ top: 900, isFar: true });
  });

  test("is the log itself when that is short enough", () => {
    expect(placeAt(5_000, 100_000, PAGE)).toEqual({ scrollTop: 5_000, shift: 0 });
    expect(scrolled({ scrollTop: 0, shift: 0 }, 90_000, 100_000, PAGE)).toEqual({
      top: 90_000,
      isFar: false,
    });
  });
});

describe("an outline that is told piece by piece", () => {
  const message = (change: Partial<OutlineMessage>): OutlineMessage => ({
    ...outline({}),
    errors: [],
    warnings: [],
    groups: [],
    repeats: [],
    ...change,
  });

  test("has what all pieces say; a group that changed is there once", () => {
    const first = joined(null, message({ errors: [3], groups: [group(1, null)], lines: 5 }));
    const second = joined(first, message({ errors: [9], groups: [group(1, 6), group(7, null)], lines: 12 }));
    expect([second.errors, second.groups.map(({ line, end }) => [line, end]), second.lines]).toEqual([
      [3, 9],
      [
        [1, 6],
        [7, null],
      ],
      12,
    ]);
  });

  test("begins anew with another attempt", () => {
    const first = joined(null, message({ errors: [3] }));
    expect(joined(first, message({ attempt: 2, errors: [1] })).errors).toEqual([1]);
  });
});
