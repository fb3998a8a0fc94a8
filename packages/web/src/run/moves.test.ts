import { expect, test } from "vitest";
import { neighbour } from "./moves.ts";

test("one goes from job to job and stays within them", () => {
  const keys = ["a", "b", "c"];
  expect(neighbour(keys, null, 1)).toBe("a");
  expect(neighbour(keys, null, -1)).toBe("c");
  expect(neighbour(keys, "a", 1)).toBe("b");
  expect(neighbour(keys, "c", 1)).toBe("c");
  expect(neighbour(keys, "a", -1)).toBe("a");
  expect(neighbour(keys, "filtered away", 1)).toBe("a");
  expect(neighbour([], null, 1)).toBeNull();
});
