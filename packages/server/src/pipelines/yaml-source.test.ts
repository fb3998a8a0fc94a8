import { LIMITS } from "@gaia/contracts";
import { describe, expect, it } from "vitest";
import { ProblemList } from "./problem-list.ts";
import { readYaml } from "./yaml-source.ts";
import { textAt } from "./place.ts";

function read(text: string) {
  const problems = new ProblemList("f.yaml", text);
  const source = readYaml(text, problems, { bytes: LIMITS.definitionBytes, what: "the file" });
  return {
    source,
    told: problems.all.map((one) => `${one.line}:${one.column} ${one.message}`),
    all: problems.all,
  };
}

describe("YAML is read", () => {
  it("as version 1.2: words like yes and on are text", () => {
    expect(read("a: yes\nb: on\nc: 0o17\nd: 012\ne: ~\nf: true\n").source?.value).toEqual({
      a: "yes",
      b: "on",
      c: 15,
      d: 12,
      e: null,
      f: true,
    });
  });

  it("with the text of each scalar beside its value", () => {
    const { source } = read("a: {b: [1.10, 'x', 0x1F]}\n");
    expect(source && [0, 1, 2].map((index) => textAt(source.root, ["a", "b", index]))).toEqual([
      "1.10",
      "x",
      "0x1F",
    ]);
  });

  it("as JSON, with CRLF, with anchors", () => {
    expect(read('{"a": [1, "x", null], "b": {"c": true}}').source?.value).toEqual({
      a: [1, "x", null],
      b: { c: true },
    });
    expect(read("a: 1\r\nb: |\r\n  x\r\n  y\r\n").source?.value).toEqual({ a: 1, b: "x\ny\n" });
    expect(read("a: &x {k: 1}\nb: *x\nc: [*x, *x]\n").source?.value).toEqual({
      a: { k: 1 },
      b: { k: 1 },
      c: [{ k: 1 }, { k: 1 }],
    });
  });

  it("with keys like those of JavaScript's own objects", () => {
    const { source } = read("constructor: 1\ntoString: 2\n");
    expect(Object.entries(source?.value ?? {})).toEqual([
      ["constructor", 1],
      ["toString", 2],
    ]);
  });
});

describe("YAML is refused with a sentence", () => {
  it.each([
    ["", "1:1 the file is empty"],
    [" \n\n", "1:1 the file is empty"],
    ["# only a comment\n", "holds nothing but comments"],
    ["a: 1\u0000\n", "is not text: it has NUL bytes"],
    ["a: \ud800\n", "is not valid Unicode"],
    ["a: 1\n---\nb: 2\n", "2:1 a second document starts here"],
    ["a:\n\t- b\n", "2:1 a tab is used for indentation"],
    ["a: b: c\n", '1:4 the value holds ": "'],
    ['a: echo "x: y"\n', '1:4 the value holds ": "'],
    ["a: 1\n b: 2\n", "check their indentation"],
    ["a: 'x\nb: 1\n", "a quote is opened and not closed"],
    ['a: "x\nb: 1\n', "a quote is opened and not closed"],
    ["a: [1, 2\nb: 3\n", "indentation does not fit"],
    ["a: [ -f x ] && y\n", "put the whole value in quotes"],
    ["a: @x\n", "1:4 a value cannot start with `@`"],
    ["a: `x`\n", "a value cannot start with ```"],
    ["a: %x\n", "a value cannot start with `%`"],
    ['a: "\\q"\n', "a backslash is written"],
    ["a: !foo 1\n", "tags (`!name`) are not known here"],
    ["a: !!binary aGk=\n", "tags (`!name`) are not known here"],
    ["? [a]\n: b\n", "a key must be text"],
    ["key\nb: 1\n", "check their indentation"],
    ["%YAML 1.1\n---\na: yes\n", "only YAML 1.2 is read"],
    ["a: *nope\n", "stands for nothing"],
    ["a: &a [*a]\n", "stands inside of what it names"],
    ["a: 1\nb: 2\na: 3\n", "3:1 duplicate key `a`"],
    ["a: {x: 1, x: 2}\n", "1:11 duplicate key `x`"],
    ["<<: {a: 1}\n", "`<<` (merge) is not part of YAML 1.2"],
    ["__proto__: {a: 1}\n", "`__proto__` cannot be a key"],
    ["a: .inf\n", "is not a number that JSON knows"],
    ["a: .nan\n", "is not a number that JSON knows"],
  ])("%j", (text, message) => {
    const { source, told } = read(text);
    expect(told.join("\n")).toContain(message);
    expect(source).toBeNull();
  });

  it("once, not with everything that follows from it", () => {
    expect(read("a: 1\n b: 2\nc: 3\n").told).toHaveLength(1);
    expect(read("- a\nb: 1\n").told).toHaveLength(1);
  });

  it("but a number that loses digits is a warning", () => {
    expect(read("a: 12345678901234567890\n").all).toMatchObject([
      { severity: "warning", message: expect.stringContaining("loses digits") },
    ]);
  });
});

describe("hostile YAML", () => {
  it("of ten megabytes is not parsed", () => {
    expect(read(`a: ${"x".repeat(10_000_000)}`).told).toEqual([
      expect.stringContaining("10000003 bytes, more than the limit of 1000000"),
    ]);
  });

  it("counts bytes, not characters", () => {
    expect(read(`a: ${"日".repeat(400_000)}`).told).toEqual([expect.stringContaining("1200003 bytes")]);
  });

  it("that grows by aliases is stopped", () => {
    const bomb = Array.from(
      { length: 9 },
      (_, index) =>
        `l${index}: &l${index} [${index === 0 ? "x" : Array.from({ length: 9 }, () => `*l${index - 1}`).join(", ")}]`,
    );
    const { told, source } = read(`${bomb.join("\n")}\n`);
    expect(told[0]).toContain("more than 100 aliases");
    expect(source).toBeNull();
  });

  it("may use a hundred aliases", () => {
    expect(read(`a: &x 1\nb: [${Array.from({ length: 100 }, () => "*x").join(", ")}]\n`).told).toEqual([]);
    expect(read(`a: &x 1\nb: [${Array.from({ length: 101 }, () => "*x").join(", ")}]\n`).told).not.toEqual(
      [],
    );
  });

  it.each([
    ["lists", "[".repeat(50_000)],
    ["closed lists", `${"[".repeat(60)}${"]".repeat(60)}`],
    ["maps", "{a: ".repeat(50_000)],
    ["block lists", `${"- ".repeat(5_000)}x`],
    ["block maps", Array.from({ length: 200 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["explicit keys", `${"? ".repeat(5_000)}x`],
    [
      "aliases",
      Array.from(
        { length: 60 },
        (_, index) => `a${index}: &a${index} [${index === 0 ? "x" : `*a${index - 1}`}]`,
      ).join("\n"),
    ],
  ])("nested in %s is refused", (_, text) => {
    expect(read(text).told.join("\n")).toMatch(/deep|quote|indent|cannot|aliases/);
    expect(read(text).source).toBeNull();
  });

  it("with 50,000 keys is read in time that grows with their number", () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join("\n");
    expect(Object.keys(read(keys).source?.value ?? {})).toHaveLength(50_000);
  });

  it("reports at most a hundred problems, and how many more there are", () => {
    const { told } = read(Array.from({ length: 500 }, () => "a: 1").join("\n"));
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toContain("399 more problems");
  });
});

describe("places", () => {
  it("of snippets are found in folded and quoted scalars", () => {
    const text = 'a: >\n  one ${x}\n  two ${x}\nb: "q \\" ${x}"\n';
    const problems = new ProblemList("f", text);
    const source = readYaml(text, problems, { bytes: 1_000, what: "the file" });
    if (source === null) throw new Error("not read");
    problems.locate(source.root);
    problems.addInside(["a"], "second", "${x}", 1);
    problems.addInside(["b"], "quoted", "${x}", 0);
    problems.addInside(["b"], "absent", "${y}", 0);
    problems.addInside(["b"], "third", "${x}", 2);
    expect(problems.all.map((one) => [one.line, one.column, one.length, one.message])).toEqual([
      [3, 7, 4, "second"],
      [4, 4, 11, "absent"],
      [4, 4, 11, "third"],
      [4, 10, 4, "quoted"],
    ]);
  });
});
