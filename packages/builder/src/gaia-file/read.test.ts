import { expect, test } from "vitest";
import { errorOf } from "../testing/error-of.ts";
import { sourceTree } from "../testing/source-tree.ts";
import { readGaiaFile } from "./read.ts";

function read(text: string) {
  return readGaiaFile(sourceTree({ "gaia.yaml": text }), "gaia.yaml");
}

test("all that it can say", async () => {
  const text = `
language: rust
build: [cargo build --release, strip target/release/pipeline]
start: [./target/release/pipeline, --quiet]
environment: { RUST_LOG: info, RETRIES: 3 }
context: ..
timeout: 1h
`;
  expect(await read(text)).toEqual({
    language: "rust",
    build: ["cargo build --release", "strip target/release/pipeline"],
    start: ["./target/release/pipeline", "--quiet"],
    environment: { RUST_LOG: "info", RETRIES: "3" },
    context: "..",
    timeoutMs: 3_600_000,
  });
});

test.each([
  ["strat: [./x]\n", "gaia.yaml, line 1: unknown key `strat`; did you mean `start`?"],
  ["build: [make]\n", "gaia.yaml, line 1: `build` wants a `start` beside it"],
  ["language: zig\n", "Gaia does not know how `zig` is built; add `build` and `start`"],
  ["start: ./x\n", "`start` wants the program and its arguments as a list"],
  ["start: []\n", "`start` is empty"],
  ["start: [./x]\ntimeout: 5\n", "line 2"],
  ["start: [./x]\ntimeout: 30d\n", '"30d" is not between 1s and 24h'],
  ["start: [./x]\nenvironment: { A-B: 1 }\n", "line 2"],
  ["- start\n", "the file wants a map"],
  ["", "the file is empty"],
  ["start: [./x\n", "line"],
  ["strat: [./x]\nbiuld: [make]\n", "And 1 more."],
])("%j is told with its place and what is meant", async (text, sentence) => {
  expect(await errorOf(read(text))).toContain(sentence);
});
