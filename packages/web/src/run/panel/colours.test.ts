import { expect, test } from "vitest";
import { tailOf } from "./colours.ts";

const E = "\u001b";
const plain = (text: string, lines = 8, isCut = false): readonly string[] =>
  tailOf(text, lines, isCut).map((line) => line.map((part) => part.text).join(""));

test("colours become classes, and end where they are put back", () => {
  expect(tailOf(`${E}[32m✓${E}[0m ok ${E}[1;31mred${E}[39m end`, 8, false)).toEqual([
    [
      { text: "✓", className: "a-green" },
      { text: " ok ", className: "" },
      { text: "red", className: "a-red" },
      { text: " end", className: "" },
    ],
  ]);
});

test("large colour tables are skipped with their numbers", () => {
  expect(
    tailOf(`${E}[38;5;196mx${E}[38;2;255;0;31my`, 8, false)[0]?.every(({ className }) => className === ""),
  ).toBe(true);
});

test("what moves the cursor, titles and control characters are left out", () => {
  expect(plain(`${E}[2K${E}]0;title\u0007a${E}(B\u0008b${E}]8;;http://x${E}\\c`)).toEqual(["abc"]);
});

test("the last lines only; a cut text loses its first, a line that was overwritten shows its end", () => {
  expect(plain("a\nb\nc\n", 2)).toEqual(["b", "c"]);
  expect(plain("alf a line\nb\n", 8, true)).toEqual(["b"]);
  expect(plain("10%\r50%\r100%\r\ndone")).toEqual(["100%", "done"]);
  expect(plain("")).toEqual([]);
});
