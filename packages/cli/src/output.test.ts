import { expect, test } from "vitest";
import { tableLines } from "./output.ts";

const COLUMNS = [
  { title: "RUN" },
  { title: "TASKS", align: "right" as const },
  { title: "CPU", spare: true },
  { title: "ID", spare: true },
  { title: "TAGS" },
];
const ROWS = [
  ["ci#14", "2/3", "enforced", "run_0199", "linux, x64"],
  ["a#1", "10/10", "sampled", "run_0200", "\u001B[32mgpu\u001B[39m"],
];
const plain = (text: string) => text;

test("a table that fits shows every column", () => {
  expect(tableLines(COLUMNS, ROWS, plain, 44)).toEqual([
    "RUN    TASKS  CPU       ID        TAGS",
    "ci#14    2/3  enforced  run_0199  linux, x64",
    "a#1    10/10  sampled   run_0200  \u001B[32mgpu\u001B[39m",
  ]);
});

test("where it does not fit, spare columns go, the last one first; then the last column is cut", () => {
  expect(tableLines(COLUMNS, ROWS, plain, 43)[1]).toBe("ci#14    2/3  enforced  linux, x64");
  expect(tableLines(COLUMNS, ROWS, plain, 30)[1]).toBe("ci#14    2/3  linux, x64");
  expect(tableLines(COLUMNS, ROWS, plain, 22)).toEqual([
    "RUN    TASKS  TAGS",
    "ci#14    2/3  linu…x64",
    "a#1    10/10  \u001B[32mgpu\u001B[39m",
  ]);
  for (const line of tableLines(COLUMNS, ROWS, plain, 22))
    expect(line.replaceAll(/\u001B\[\d+m/g, "").length).toBeLessThanOrEqual(22);
});
