import { expect, test } from "vitest";
import { completeCharacters } from "./characters.ts";

test("bytes are sent up to the last whole character, and what is no UTF-8 is not waited for", () => {
  const text = Buffer.from("aé€😀");
  const ends = Array.from({ length: text.length + 1 }, (_, length) =>
    completeCharacters(text.subarray(0, length)),
  );
  expect(ends).toEqual([0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10]);
  expect(completeCharacters(Buffer.from([0xff]))).toBe(1);
  expect(completeCharacters(Buffer.from([0x80, 0x80, 0x80, 0x80]))).toBe(4);
  expect(completeCharacters(Buffer.from([0x41, 0xf8]))).toBe(2);
});
