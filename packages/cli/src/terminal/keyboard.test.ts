import { expect, test } from "vitest";
import { keysFrom } from "./keyboard.ts";

test.each([
  ["l", ["logs"]],
  ["\u0003", ["interrupt"]],
  ["\u001B[A", []],
  ["\u001B[1;5Dd", ["detach"]],
  ["\u001BOP\u001B[Al?", ["logs", "keys"]],
  ["\u001B", []],
  ["d\u001B[D\u0003", ["detach", "interrupt"]],
] as const)("%j is the keys %j, also when they arrive together", (text, keys) => {
  expect(keysFrom(text)).toEqual(keys);
});
