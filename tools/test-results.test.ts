import { describe, expect, test } from "vitest";
import { closingLine, type FileResult, filesToTryAgain, flakyIn, type Results } from "./test-results.mjs";

const file = (path: string, passed: number, ...failed: readonly string[]): FileResult => ({
  path,
  passed,
  skipped: 0,
  failed,
  isFailed: failed.length > 0,
});
/** It could not be loaded: none of its tests is known. */
const unloaded = (path: string): FileResult => ({ ...file(path, 0), isFailed: true });
const results = (...files: readonly FileResult[]): Results => ({ files, strayErrors: 0 });

describe("what npm test tries once more", () => {
  test("is each file that failed, also one that could not be loaded", () => {
    const first = results(file("a.test.ts", 3, "adds"), unloaded("b.test.ts"), file("c.test.ts", 1));
    expect(filesToTryAgain(first)).toEqual(["a.test.ts", "b.test.ts"]);
  });

  test("is nothing when many files failed: that is no chance", () => {
    const files = Array.from({ length: 6 }, (_, at) => file(`${at}.test.ts`, 1, "adds"));
    expect(filesToTryAgain(results(...files))).toEqual([]);
  });

  test("is nothing after an error that belongs to no test, which a second run would hide", () => {
    expect(filesToTryAgain({ files: [file("a.test.ts", 3, "adds")], strayErrors: 1 })).toEqual([]);
  });
});

describe("what npm test says at its end", () => {
  const first = results(file("a.test.ts", 3, "adds", "takes"), unloaded("b.test.ts"), {
    ...file("c.test.ts", 7),
    skipped: 3,
  });

  test("after one run are its counts", () => {
    expect(closingLine(first)).toBe("10 passed, 3 failed, 3 skipped");
    expect(closingLine(results(file("a.test.ts", 4)))).toBe("4 passed, 0 failed");
  });

  test("counts each test once after a second run, and names what was flaky", () => {
    const second = results(file("a.test.ts", 4, "takes"), file("b.test.ts", 2));
    expect(flakyIn(first, second)).toEqual(["a.test.ts > adds", "b.test.ts"]);
    expect(closingLine(first, second)).toBe("13 passed (2 flaky), 1 failed, 3 skipped");
  });

  test("calls nothing flaky that did not pass in the end", () => {
    const second = results(unloaded("a.test.ts"), file("b.test.ts", 1, "loads"));
    expect(flakyIn(first, second)).toEqual([]);
    expect(closingLine(first, second)).toBe("8 passed, 2 failed, 3 skipped");
  });
});
