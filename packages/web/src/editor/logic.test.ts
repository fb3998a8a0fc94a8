import { workflowJsonSchema } from "@gaia/contracts/workflow-file.ts";
import { describe, expect, it } from "vitest";
import { completionsAt } from "./completion.ts";
import { dropDraft, keepDraft, readDraft } from "./draft.ts";
import { fixOf, type Problem, problemCounts, rangeOf, sentenceParts } from "./fixes.ts";
import { nameIn, taskAtLine, tasksIn } from "./outline.ts";
import { docsAt, keysAt, type Schema, valuesAt } from "./schema.ts";

const schema = workflowJsonSchema() as Schema;

/** Labels of what is offered at the `█`. */
function offered(text: string): readonly string[] | null {
  const found = completionsAt(text.replace("█", ""), text.indexOf("█"), schema);
  return found === null
    ? null
    : found.options.toSorted((a, b) => b.boost - a.boost).map(({ label }) => label);
}

describe("completion", () => {
  it("offers the keys of a file, what is required first, without those that are there", () => {
    expect(offered("█")?.slice(0, 2)).toEqual(["name", "tasks"]);
    expect(offered("name: a\n█")?.includes("name")).toBe(false);
  });

  it("offers the keys of a task and of what is inside of it", () => {
    expect(offered("tasks:\n  - id: a\n    █")).toContain("on_error");
    expect(offered("tasks:\n  - id: a\n    retry:\n      █")).toEqual([
      "attempts",
      "initial",
      "factor",
      "max",
      "jitter",
      "on",
    ]);
    expect(offered("inputs:\n  who: { █")).toContain("default");
    expect(offered("triggers:\n  - █")).toContain("cron");
  });

  it("offers values, each with what it means", () => {
    expect(offered("tasks:\n  - on_error: █")).toEqual(["fail", "continue", "retry"]);
    expect(offered("fail_fast: █")).toEqual(["true", "false"]);
    expect(valuesAt(schema, ["tasks", 0, "on_error"]).map(({ info }) => info)).toEqual([
      "the run fails.",
      "the failure is recorded, nothing else.",
      "three attempts, then fail.",
    ]);
  });

  it("offers other tasks as dependencies, however they are written", () => {
    const text = "tasks:\n  - id: a\n  - id: b\n    dependencies: ";
    expect(offered(`${text}[█`)).toEqual(["a"]);
    expect(offered(`${text}\n      - █`)).toEqual(["a"]);
  });

  it("offers what a text may refer to", () => {
    const text =
      "inputs:\n  who:\n    type: text\nvariables:\n  place: x\ntasks:\n  - id: a\n    outputs: [url, size]\n  - id: b\n    command: echo ${";
    expect(offered(`${text}█`)).toEqual([
      "inputs.who",
      "place",
      "tasks.a.outputs.url",
      "tasks.a.outputs.size",
    ]);
    expect(offered(`${text}tasks.a.█`)).toEqual(["tasks.a.outputs.url", "tasks.a.outputs.size"]);
    expect(offered("tasks:\n  - command: echo $${█")).toBeNull();
  });

  it("writes what follows a key", () => {
    const text = (label: string) =>
      completionsAt("tasks:\n  - id: a\n    ", 21, schema)?.options.find((option) => option.label === label)
        ?.text;
    expect(text("timeout")).toBe("timeout: ");
    expect(text("dependencies")).toBe("dependencies:\n      - ");
    expect(text("env")).toBe("env:\n      ");
  });
});

describe("the schema", () => {
  it("explains keys", () => {
    expect(docsAt(schema, ["tasks", 3, "on_error"])).toMatchObject({
      title: "on_error",
      detail: "fail | continue | retry",
    });
    expect(docsAt(schema, ["tasks", 0, "priority"])?.detail).toBe("number, 0–10");
    expect(docsAt(schema, ["tasks", 0, "retry"])?.detail).toBe("number, 1–100 or map");
    expect(docsAt(schema, ["tasks", 0, "nonsense"])).toBeNull();
  });

  it("ends where a schema refers to itself or to nothing", () => {
    const odd: Schema = {
      properties: { a: { $ref: "#/$defs/a" }, b: { $ref: "#/$defs/none" } },
      $defs: { a: { $ref: "#/$defs/a" } },
    };
    expect(keysAt(odd, ["a"])).toEqual([]);
    expect(keysAt(odd, ["b"])).toEqual([]);
  });
});

describe("the outline", () => {
  const text =
    "name: 'a b'\n# - id: no\ntasks:\n  - id: one\n    command: |\n      - id: not\n\n  - command: x\n    id: two\nfinally:\n- { id: three }\nenv:\n  - id: no\n";

  it("finds the tasks and their lines", () => {
    expect(tasksIn(text)).toEqual([
      { id: "one", line: 4, endLine: 6 },
      { id: "two", line: 8, endLine: 9 },
      { id: "three", line: 11, endLine: 11 },
    ]);
    expect(taskAtLine(tasksIn(text), 9)).toBe("two");
    expect(taskAtLine(tasksIn(text), 1)).toBeNull();
    expect(nameIn(text)).toBe("a b");
    expect(nameIn("nam: x")).toBeNull();
  });
});

function problem(message: string, line: number, column: number, length: number): Problem {
  return { severity: "error", message, line, column, length };
}

describe("problems", () => {
  it("are placed in the text, never past its end", () => {
    expect(rangeOf("ab\ncdef\n", problem("", 2, 2, 2))).toEqual({ from: 4, to: 6 });
    expect(rangeOf("ab\ncd", problem("", 2, 2, 90))).toEqual({ from: 4, to: 5 });
    expect(rangeOf("ab", problem("", 9, 1, 1))).toEqual({ from: 1, to: 2 });
    expect(rangeOf("", problem("", 1, 1, 1))).toEqual({ from: 0, to: 0 });
  });

  it("are mended by what the server suggests", () => {
    const key = "    timout: 10m";
    expect(fixOf(key, problem("unknown key `timout`; did you mean `timeout`?", 1, 5, 6))).toEqual({
      from: 4,
      to: 10,
      text: "timeout",
    });
    const value = "on_error: retri";
    expect(
      fixOf(value, problem("`on_error` wants one of `fail`, not `retri`; did you mean `retry`?", 1, 11, 5)),
    ).toEqual({
      from: 10,
      to: 15,
      text: "retry",
    });
    const inside = "command: ${tasks.a.outputs.digset}";
    expect(fixOf(inside, problem("`a` has no output `digset`; did you mean `digest`?", 1, 10, 25))).toEqual({
      from: 27,
      to: 33,
      text: "digest",
    });
    expect(fixOf(key, problem("something else", 1, 5, 6))).toBeNull();
  });

  it("are told with their names set apart, and counted", () => {
    expect(sentenceParts("unknown key `a`; see")).toEqual([
      { text: "unknown key ", isCode: false },
      { text: "a", isCode: true },
      { text: "; see", isCode: false },
    ]);
    expect(problemCounts([{ severity: "error" }, { severity: "warning" }, { severity: "error" }])).toBe(
      "2 errors, 1 hint",
    );
    expect(problemCounts([])).toBe("none");
  });
});

describe("drafts", () => {
  function store(isFull = false) {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => {
        if (isFull) throw new Error("full");
        kept.set(key, value);
      },
      removeItem: (key: string) => void kept.delete(key),
      key: (at: number) => [...kept.keys()][at] ?? null,
      get length() {
        return kept.size;
      },
    };
  }

  it("are kept by pipeline, and dropped", () => {
    const storage = store();
    expect(keepDraft(storage, "a", { text: "x", base: 3, at: 1 })).toBe(true);
    expect(readDraft(storage, "a")).toEqual({ text: "x", base: 3, at: 1 });
    expect(readDraft(storage, "")).toBeNull();
    dropDraft(storage, "a");
    expect(readDraft(storage, "a")).toBeNull();
  });

  it("make room: the oldest go", () => {
    const storage = store();
    storage.setItem("other", "stays");
    for (let at = 0; at < 25; at++) keepDraft(storage, `p${at}`, { text: "", base: 0, at });
    expect(storage.length).toBe(21);
    expect(readDraft(storage, "p4")).toBeNull();
    expect(readDraft(storage, "p5")).not.toBeNull();
  });

  it("say when they cannot be kept, and ignore what is no draft", () => {
    expect(keepDraft(store(true), "a", { text: "", base: 0, at: 0 })).toBe(false);
    const storage = store();
    storage.setItem("gaia.draft:a", "[");
    storage.setItem("gaia.draft:b", '{"text":1}');
    expect(readDraft(storage, "a")).toBeNull();
    expect(readDraft(storage, "b")).toBeNull();
  });
});
