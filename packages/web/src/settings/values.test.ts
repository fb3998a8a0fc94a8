import { describe, expect, it } from "vitest";
import { fromText, readable, sectionsOf } from "./values.ts";

describe("a setting", () => {
  it.each([
    ["21.5 GB", "21474836480", "bytes"],
    ["", "512", "bytes"],
    ["200,000", "200000", "runs"],
    ["", "10", "runs"],
    ["", "42420", "port"],
    ["", '"90d"', "duration"],
    ["", "true", ""],
  ])("is read as %s beside %s %s", (expected, value, unit) => {
    expect(readable({ value, unit })).toBe(expected);
  });

  it("says where its value comes from", () => {
    const of = (from: "default" | "file" | "environment") => fromText({ from, variable: "GAIA_PORT" });
    expect([of("default"), of("file"), of("environment")]).toEqual([
      "Gaia's default",
      "config.toml",
      "the variable GAIA_PORT",
    ]);
  });

  it("stands in its section, in the order given", () => {
    const items = ["server.port", "worker.slots", "server.listen"].map((key) => ({ key }));
    expect(sectionsOf(items).map(({ name, items: own }) => [name, own.length])).toEqual([
      ["server", 2],
      ["worker", 1],
    ]);
  });
});
