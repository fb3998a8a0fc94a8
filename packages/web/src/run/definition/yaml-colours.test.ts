import { expect, test } from "vitest";
import { piecesOf } from "./yaml-colours.ts";

const kinds = (source: string): readonly string[] =>
  piecesOf(source).map((line) =>
    line
      .filter(({ text }) => text.trim() !== "")
      .map(({ kind, text }) => `${kind}:${text.trim()}`)
      .join(" "),
  );

test("keys, values, numbers and comments are told apart", () => {
  expect(kinds("timeout: 30m # long\n  - id: build\nretry: 3")).toEqual([
    "key:timeout mark:: number:30m comment:# long",
    "mark:- key:id mark:: string:build",
    "key:retry mark:: number:3",
  ]);
});

test("references are told from the text around them", () => {
  expect(kinds("prompt: Deploy ${inputs.target}?")).toEqual([
    "key:prompt mark:: string:Deploy variable:${inputs.target} string:?",
  ]);
});

test("a block belongs to its key until the indent ends", () => {
  expect(kinds("command: |\n  echo a: b # no comment\n\nnext: x")).toEqual([
    "key:command mark:: mark:|",
    "string:echo a: b # no comment",
    "",
    "key:next mark:: string:x",
  ]);
});

test("a sign within quotes or words starts no comment", () => {
  expect(kinds('color: "#fff"')).toEqual(['key:color mark:: string:"#fff"']);
  expect(kinds("name: a#b")).toEqual(["key:name mark:: string:a#b"]);
});

test("nothing of the text is lost, whatever it is", () => {
  const source = "a: [1, {b: c}]\n\t?? : ::\n- - x\n'q: \"\n#\n${";
  expect(
    piecesOf(source)
      .map((line) => line.map(({ text }) => text).join(""))
      .join("\n"),
  ).toBe(source);
});
