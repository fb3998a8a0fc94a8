import { describe, expect, it } from "vitest";
import { steadyOrder } from "./steady.ts";

describe("rows that stay where they are", () => {
  it("keep their places, new ones come behind them", () => {
    expect(steadyOrder(["b", "a"], ["c", "b", "a"], false)).toEqual(["b", "a", "c"]);
  });

  it("go when they are no more", () => {
    expect(steadyOrder(["b", "a"], ["a"], false)).toEqual(["a"]);
  });

  it("neither come nor go under the pointer", () => {
    expect(steadyOrder(["b", "a"], ["c", "a"], true)).toEqual(["b", "a"]);
    expect(steadyOrder([], ["a"], true)).toEqual(["a"]);
  });
});
