import { expect, test } from "vitest";
import { colouredLine, plainLine } from "./control.ts";
import { fitEnd, fitMiddle, padEnd, padStart, textWidth } from "./width.ts";

test.each([
  ["abc", 3],
  ["", 0],
  ["漢字", 4],
  ["ｆｕｌｌ", 8],
  ["é", 1],
  ["e\u0301", 1],
  ["👍", 2],
  ["👩‍💻", 2],
  ["🇩🇪", 2],
  ["❤️", 2],
  ["✓ ◐ … █", 7],
  ["\u001B[31mred\u001B[0m", 3],
  ["a\u200Bb", 2],
])("the width of %j is %i", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ["packages/server/src/engine", 12, "packag…ngine"],
  ["short", 12, "short"],
  ["漢字かな交じり文", 9, "漢字…り文"],
  ["漢字かな交じり文", 8, "漢字…文"],
  ["ab", 1, "…"],
  ["ab", 0, ""],
  ["👩‍💻👩‍💻👩‍💻", 5, "👩‍💻…👩‍💻"],
])("%j in the middle of %i columns is %j", (text, columns, fitted) => {
  expect(fitMiddle(text, columns)).toBe(fitted);
  expect(textWidth(fitMiddle(text, columns))).toBeLessThanOrEqual(columns);
});

test("sentences lose their end, cells are filled on either side", () => {
  expect(fitEnd("a longer sentence", 9)).toBe("a longer…");
  expect(padEnd("漢", 4)).toBe("漢  ");
  expect(padStart("漢", 4)).toBe("  漢");
});

test.each([
  ["\u001B[31mred\u001B[0m text", "red text"],
  ["10%\r50%\r100%", "100%"],
  ["done\r", "done"],
  ["a\tb", "a       b"],
  ["\u001B]0;evil title\u0007shown", "shown"],
  ["\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\", "link"],
  ["\u001B[2J\u001B[H\u001B[?25lclean", "clean"],
  ["bell\u0007 back\b space\u0000", "bell back space"],
  ["\u202Egnp.exe", "gnp.exe"],
  ["\u001BPq#0;2\u001B\\sixel gone", "sixel gone"],
  ["\u009B31mC1\u009B0m", "C1"],
])("%j is shown as %j", (text, shown) => {
  expect(plainLine(text)).toBe(shown);
});

test("colours may stay, and end with the line; nothing else does", () => {
  expect(colouredLine("\u001B[1;31mred\u001B[2K\u001B]0;t\u0007 on")).toBe("\u001B[1;31mred on\u001B[0m");
  expect(colouredLine("no\u001B[2J colour")).toBe("no colour");
});
