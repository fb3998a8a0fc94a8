import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeCounts, diffOf, folded } from "./diff.ts";

const twenty = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);

describe("a diff", () => {
  it("numbers the lines of both sides", () => {
    const lines = diffOf("a\nb\nc\n", "a\nB\nc\n");
    expect(lines.map(({ kind, text, before, after }) => [kind, text, before, after])).toEqual([
      ["same", "a", 1, 1],
      ["removed", "b", 2, null],
      ["added", "B", null, 2],
      ["same", "c", 3, 3],
    ]);
    expect(changeCounts(lines)).toEqual({ added: 1, removed: 1 });
  });

  it("takes neither line ends nor a missing last one for a change", () => {
    expect(changeCounts(diffOf("a\r\nb", "a\nb\n"))).toEqual({ added: 0, removed: 0 });
    expect(diffOf("", "")).toEqual([]);
  });

  it("folds what is far from a change, and no fold is shorter than four lines", () => {
    const changed = twenty.with(9, "changed");
    const parts = folded(diffOf(twenty.join("\n"), changed.join("\n")));
    expect(parts.map(({ kind, lines }) => [kind, lines.length])).toEqual([
      ["fold", 6],
      ["lines", 8],
      ["fold", 7],
    ]);
    const early = folded(diffOf(twenty.slice(0, 10).join("\n"), twenty.slice(0, 10).with(5, "x").join("\n")));
    expect(early.map(({ kind }) => kind)).toEqual(["lines", "lines", "lines"]);
  });

  it("holds both texts whole, whatever they are", () => {
    const text = fc.array(fc.constantFrom("a", "b", "", "  c"), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffOf(
          before.map((line) => `${line}\n`).join(""),
          after.map((line) => `${line}\n`).join(""),
        );
        const side = (but: string) => lines.filter(({ kind }) => kind !== but).map((line) => line.text);
        expect(side("added")).toEqual(before);
        expect(side("removed")).toEqual(after);
        expect(folded(lines).flatMap((part) => part.lines)).toEqual(lines);
      }),
    );
  });
});
