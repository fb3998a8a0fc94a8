import { expect, test } from "vitest";
import { wrapWords } from "./wrap.ts";

test("a text is broken between words, and no word is cut", () => {
  expect(wrapWords("package depends on test", 15)).toEqual(["package depends", "on test"]);
  expect(wrapWords("package depends on test", Number.POSITIVE_INFINITY)).toEqual(["package depends on test"]);
  expect(wrapWords("a incomprehensibilities b", 5)).toEqual(["a", "incomprehensibilities", "b"]);
  expect(wrapWords("漢字 漢字", 6)).toEqual(["漢字", "漢字"]);
  expect(wrapWords("", 10)).toEqual([""]);
});
