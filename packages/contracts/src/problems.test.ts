import { describe, expect, it } from "vitest";
import type { Problem } from "./api.ts";
import { countProblems, linesOf, renderProblems } from "./problems.ts";

const SOURCE = `name: ship
tasks:
  - id: ship
    command: ./ship.sh
    dependancies: [build]
`;

function problem(
  line: number,
  column: number,
  length: number,
  message: string,
  severity: Problem["severity"] = "error",
): Problem {
  return { severity, message, file: "deploy.yaml", line, column, length, path: [] };
}

describe("problems for people", () => {
  it("show place, sentence, two lines of context and carets", () => {
    const text = renderProblems(
      [problem(5, 5, 12, "unknown key `dependancies`; did you mean `dependencies`?")],
      SOURCE,
    );
    expect(text).toBe(
      [
        "  ✗ deploy.yaml:5:5  unknown key `dependancies`; did you mean `dependencies`?",
        "    3 │   - id: ship",
        "    4 │     command: ./ship.sh",
        "    5 │     dependancies: [build]",
        "      │     ^^^^^^^^^^^^",
      ].join("\n"),
    );
  });

  it("come in the order of the file, errors and warnings with signs of their own", () => {
    const text = renderProblems([problem(3, 5, 2, "second"), problem(1, 1, 4, "first", "warning")], SOURCE);
    expect(text.split("\n").filter((line) => /[✗!] /.test(line))).toEqual([
      "  ! deploy.yaml:1:1  first",
      "  ✗ deploy.yaml:3:5  second",
    ]);
  });

  it("leave the context out where there is no line", () => {
    expect(renderProblems([problem(1, 1, 1, "the file is empty")], "")).toBe(
      "  ✗ deploy.yaml:1:1  the file is empty",
    );
    expect(renderProblems([problem(99, 1, 1, "gone")], SOURCE)).toBe("  ✗ deploy.yaml:99:1  gone");
  });

  it("align their line numbers", () => {
    const source = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join("\n");
    const lines = renderProblems([problem(10, 6, 2, "here")], source).split("\n");
    expect(lines.slice(1)).toEqual([
      "     8 │ line 8",
      "     9 │ line 9",
      "    10 │ line 10",
      "       │      ^^",
    ]);
  });

  it("cut a long line around the place, and keep to the columns", () => {
    const source = `{"name": "${"a".repeat(500)}", "wrong": 1, "${"b".repeat(500)}": 2}`;
    const column = source.indexOf("wrong") + 1;
    const lines = renderProblems([problem(1, column, 5, "unknown key")], source, { columns: 60 }).split("\n");
    const [, shown = "", carets = ""] = lines;
    expect(shown.length).toBeLessThanOrEqual(60);
    expect(shown).toContain("…");
    const at = carets.indexOf("^");
    expect(shown.slice(at, at + 5)).toBe("wrong");
    expect(carets.trimEnd().length - at).toBe(5);
  });

  it("underline wide characters and tabs where a terminal shows them", () => {
    const source = "\t日本: wrong";
    const [, shown = "", carets = ""] = renderProblems([problem(1, 6, 5, "no")], source).split("\n");
    expect(shown).toBe("    1 │  日本: wrong");
    // Two characters of two columns each come before it.
    expect(carets.indexOf("^")).toBe(shown.indexOf("wrong") + 2);
  });

  it("cannot write to the terminal", () => {
    const source = "name: \u001b[31mred\u001b]0;title\u0007\u202e";
    const text = renderProblems([problem(1, 7, 3, "bad \u001b[2J\nvalue")], source);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text).toContain("bad �[2J⏎value");
  });

  it("never underline past the end of the line", () => {
    const [, , carets = ""] = renderProblems([problem(1, 7, 500, "long")], "name: ship").split("\n");
    expect(carets).toBe("      │       ^^^^");
  });

  it("are painted only when asked to", () => {
    const paint = {
      error: (text: string) => `<e>${text}</e>`,
      warning: (text: string) => text,
      faint: (text: string) => text,
    };
    expect(renderProblems([problem(1, 1, 4, "x")], SOURCE, { paint })).toContain("<e>^^^^</e>");
  });

  it("are counted", () => {
    expect(countProblems([])).toBe("no problems");
    expect(countProblems([problem(1, 1, 1, "a")])).toBe("1 problem");
    expect(
      countProblems([problem(1, 1, 1, "a"), problem(1, 1, 1, "b"), problem(1, 1, 1, "c", "warning")]),
    ).toBe("2 problems, 1 warning");
  });
});

describe("lines", () => {
  it("end with LF, CRLF or CR", () => expect(linesOf("a\nb\r\nc\rd")).toEqual(["a", "b", "c", "d"]));
});
