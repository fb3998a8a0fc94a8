import { describe, expect, test } from "vitest";
import { parseLine, styleAfter } from "./ansi.ts";
import { COLOURS, indexed, nearest } from "./colours.ts";
import { classesOf, PLAIN, styled } from "./sgr.ts";

const E = "\u001b[";

function looks(text: string): readonly (readonly [string, string])[] {
  return parseLine(text, PLAIN).pieces.map((piece) => [piece.text, piece.classes]);
}

function textOf(text: string): string {
  return parseLine(text, PLAIN).text;
}

describe("colours and styles", () => {
  test("are classes: 16 colours, bright ones, styles, and a reset", () => {
    expect(looks(`a${E}31mred${E}0m ${E}1;92mgreen${E}m.`)).toEqual([
      ["a", ""],
      ["red", "a-red"],
      [" ", ""],
      ["green", "a-bright-green a-bold"],
      [".", ""],
    ]);
    expect(looks(`${E}3;4;9mx`)).toEqual([["x", "a-italic a-underline a-strike"]]);
    expect(looks(`${E}2mx${E}22my`)).toEqual([
      ["x", "a-dim"],
      ["y", ""],
    ]);
  });

  test("hold on the next line until they are switched off", () => {
    const first = parseLine(`${E}33mwarn`, PLAIN);
    expect(parseLine("still", first.after).pieces[0]?.classes).toBe("a-yellow");
    expect(styleAfter("plain", first.after)).toBe(first.after);
    expect(styleAfter(`${E}0m`, first.after)).toEqual(PLAIN);
  });

  test("of 256 and of 16 million become the nearest of the sixteen that can be read", () => {
    expect(looks(`${E}38;5;208mx`)).toEqual([["x", "a-yellow"]]);
    expect(looks(`${E}38;2;220;40;40mx`)).toEqual([["x", "a-red"]]);
    expect(looks(`${E}38:2:90:200:250mx`)).toEqual([["x", "a-bright-cyan"]]);
    expect([nearest(0, 0, 0), nearest(255, 255, 255), nearest(120, 120, 124)]).toEqual([
      "black",
      "bright-white",
      "bright-black",
    ]);
    for (let index = 0; index < 256; index += 1) expect(COLOURS).toContain(indexed(index));
    expect(indexed(256)).toBeNull();
  });

  test("on a ground let the ground win, so that every pair can be read", () => {
    expect(looks(`${E}31;42mx`)).toEqual([["x", "a-on-green"]]);
    expect(looks(`${E}7mx`)).toEqual([["x", "a-on-ink"]]);
    expect(looks(`${E}31;7mx`)).toEqual([["x", "a-on-red"]]);
    expect(classesOf(styled(PLAIN, "2;41"))).toBe("a-on-red");
  });
});

describe("what a terminal does within a line", () => {
  test("is done: progress overwrites itself, backspace goes back, erasing erases", () => {
    expect(textOf("10 %\r50 %\r100 %")).toBe("100 %");
    expect(textOf("downloading\rdone")).toBe("doneloading");
    expect(textOf(`downloading\r${E}Kdone`)).toBe("done");
    expect(textOf("abc\b\bX")).toBe("aXc");
    expect(textOf(`abc${E}2Kx`)).toBe("   x");
    expect(textOf(`abc${E}1Gx${E}5Cy`)).toBe("xbc   y");
    expect(textOf("\b\b\rx")).toBe("x");
  });

  test("beyond the line is left out: cursor, screen, titles, other sequences", () => {
    expect(textOf(`a${E}2Jb${E}10;5Hc${E}?25ld${E}1Ae`)).toBe("abcde");
    expect(textOf("\u001b]0;title\u0007a\u001bPq\u001b\\b\u001b(Bc\u001b7d")).toBe("abcd");
  });

  test("cannot make it large, however broken it is", () => {
    expect(textOf(`${E}99999Cx`)).toHaveLength(1_001);
    expect(textOf(`${E}99999Cx${E}99999Gy`)).toHaveLength(1_002);
    expect(textOf(`a${E}`)).toBe("a");
    expect(textOf("a\u001b]8;;no end")).toBe("a8;;no end");
    expect(textOf("\u001b]".repeat(8_000))).toBe("");
  });

  test("shows control characters as pictures, and never as themselves", () => {
    expect(textOf("a\u0000b\u0001c\u007fd\u0085e\u0007")).toBe("a␀b␁c␡d�e");
    expect(textOf("tab\there")).toBe("tab\there");
  });

  test("keeps characters whole", () => {
    expect(textOf(`${E}32m✓ 😀 é`)).toBe("✓ 😀 é");
  });
});

describe("links", () => {
  const link = (address: string): string | null | undefined =>
    parseLine(`\u001b]8;;${address}\u001b\\text\u001b]8;;\u0007 after`, PLAIN).pieces[0]?.href;

  test("lead to pages of the web, and nowhere else", () => {
    expect(link("https://example.com/a?b=1")).toBe("https://example.com/a?b=1");
    expect(link("http://localhost:3000")).toBe("http://localhost:3000/");
    for (const address of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "x"])
      expect(link(address)).toBeNull();
  });

  test("end where they end", () => {
    const { pieces } = parseLine("\u001b]8;id=1;https://a.example/\u0007in\u001b]8;;\u0007out", PLAIN);
    expect(pieces.map(({ text, href }) => [text, href])).toEqual([
      ["in", "https://a.example/"],
      ["out", null],
    ]);
  });
});
