import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { yamlLines } from "./yaml-tokens.ts";

const classesOf = (source: string) =>
  yamlLines(source).map((line) =>
    line.filter(({ text }) => text.trim() !== "").map(({ text, className }) => `${text}|${className}`),
  );

describe("the colours of YAML", () => {
  it("tell keys, texts, numbers, variables and comments apart", () => {
    expect(classesOf('name: hello # why\ntimeout: 10m\nrun: "a ${b}"\nwhen: true\n')).toEqual([
      ["name|tok-key", ":|", "hello|", "# why|tok-comment"],
      ["timeout|tok-key", ":|", "10m|tok-number"],
      ["run|tok-key", ":|", '"a |tok-string', "${b}|tok-variable", '"|tok-string'],
      ["when|tok-key", ":|", "true|tok-number"],
    ]);
    expect(classesOf("run: echo ${a.b} $${c}\n")).toEqual([
      ["run|tok-key", ":|", "echo|", "${a.b}|tok-variable", "$$|", "{|", "c|", "}|"],
    ]);
  });

  it("lose no character, whatever the text is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a: ", "- ", "\n", "  ", '"', "${x}", "#", "|", "[", "1"), {
          maxLength: 30,
        }),
        (parts) => {
          const source = parts.join("");
          const lines = yamlLines(source).map((line) => line.map(({ text }) => text).join(""));
          expect(lines.join("\n")).toBe(source.replace(/\n$/, ""));
        },
      ),
    );
  });
});
