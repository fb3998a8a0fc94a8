import { describe, expect, it } from "vitest";
import { pathAt, placeAt } from "./place.ts";

/** The place of the `█` in a text. */
function place(text: string) {
  const offset = text.indexOf("█");
  const { path, kind, word, siblings } = placeAt(text.replace("█", ""), offset);
  return { path, kind, word, siblings: [...siblings] };
}

describe("the place in a workflow file", () => {
  it("is a key at the top, with those that are there", () => {
    expect(place("name: a\nta█\nenv:\n  A: 1\n")).toEqual({
      path: [],
      kind: "key",
      word: "ta",
      siblings: ["name", "env"],
    });
    expect(place("█")).toEqual({ path: [], kind: "key", word: "", siblings: [] });
  });

  it("is a key of the second task", () => {
    const text =
      "tasks:\n  - id: a\n    command: x\n\n  # why\n  - id: b\n    on█\n    timeout: 1m\n  - id: c\n";
    expect(place(text)).toEqual({ path: ["tasks", 1], kind: "key", word: "on", siblings: ["id", "timeout"] });
  });

  it("is the first key of a task, with those below", () => {
    expect(place("tasks:\n  - id: a\n  - i█\n    command: x\n")).toEqual({
      path: ["tasks", 1],
      kind: "key",
      word: "i",
      siblings: ["command"],
    });
  });

  it("is in a list that stands in its key's column", () => {
    expect(place("tasks:\n- id: a\n- id: b\n  t█\n")).toEqual({
      path: ["tasks", 1],
      kind: "key",
      word: "t",
      siblings: ["id"],
    });
  });

  it("is a value", () => {
    expect(place("tasks:\n  - id: a\n    on_error: re█").path).toEqual(["tasks", 0, "on_error"]);
    expect(place("tasks:\n  - type: █")).toEqual({
      path: ["tasks", 0, "type"],
      kind: "value",
      word: "",
      siblings: [],
    });
  });

  it("is deep inside of maps", () => {
    expect(place("tasks:\n  - id: a\n    retry:\n      fa█\n")).toEqual({
      path: ["tasks", 0, "retry"],
      kind: "key",
      word: "fa",
      siblings: [],
    });
    expect(place("inputs:\n  who:\n    type: text\n  where:\n    ty█").path).toEqual(["inputs", "where"]);
  });

  it("is inside of braces and brackets", () => {
    expect(place("inputs:\n  who: { type: te█ }")).toMatchObject({
      path: ["inputs", "who", "type"],
      kind: "value",
      word: "te",
    });
    expect(place("inputs:\n  who: { type: text, de█")).toEqual({
      path: ["inputs", "who"],
      kind: "key",
      word: "de",
      siblings: ["type"],
    });
    expect(place("tasks:\n  - id: a\n    dependencies: [b, c█")).toMatchObject({
      path: ["tasks", 0, "dependencies", 1],
      kind: "value",
      word: "c",
    });
    expect(place("tasks:\n  - { id: a, ty█").path).toEqual(["tasks", 0]);
  });

  it("is nowhere in comments and in blocks of text", () => {
    expect(place("# na█").kind).toBe("none");
    expect(place("name: a # wh█").kind).toBe("none");
    expect(place("tasks: # all\n  - id: a # first\n    ti█").path).toEqual(["tasks", 0]);
    expect(place("tasks:\n  - command: |\n      echo a\n      ti█").kind).toBe("none");
    expect(place("tasks:\n  - command: |\n      echo a\n    ti█").kind).toBe("key");
  });
});

describe("what a pointer rests on", () => {
  const path = (text: string) => pathAt(text.replace("█", ""), text.indexOf("█"));

  it("is the key under it, or the value's key", () => {
    expect(path("tasks:\n  - id: a\n    time█out: 1m")).toEqual(["tasks", 0, "timeout"]);
    expect(path("tasks:\n  - id: a\n    on_error: re█try")).toEqual(["tasks", 0, "on_error"]);
    expect(path("inputs:\n  who: { ty█pe: text }")).toEqual(["inputs", "who", "type"]);
    expect(path("  █  name: a")).toBeNull();
    expect(path("tasks:\n  - command: |\n      na█me: x")).toBeNull();
  });
});
