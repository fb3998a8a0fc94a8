import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWorkflowInline } from "./parse-workflow.ts";
import { parseWorkflow, WorkflowParser } from "./workflow-parser.ts";

const GOOD =
  "name: w\nvariables: {x: 1}\ntasks:\n  - {id: a, command: 'echo ${x}'}\n  - {id: b, type: code, agent: claude, command: x, dependencies: [a]}\n";
const BAD = "name: w\ntasks:\n  - {id: a, comand: x}\n";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-parser-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A module that a thread runs instead of the parser. */
function entry(name: string, text: string): URL {
  const file = join(folder, name);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

describe("the bounded parser", () => {
  it.each([GOOD, BAD, "", "[".repeat(100)])("answers the same in a thread as inline: %j", async (text) => {
    const inline = parseWorkflowInline(text, { file: "w.yaml", variables: { y: 2 } });
    const threaded = await new WorkflowParser({ inlineCharacters: -1 }).parse(text, {
      file: "w.yaml",
      variables: { y: 2 },
    });
    expect(threaded).toEqual(inline);
  });

  it("parses short texts at once", async () => {
    const parser = new WorkflowParser({
      threadEntry: entry("never.mjs", "throw new Error('no thread was wanted')"),
    });
    expect((await parser.parse(GOOD, { file: "w" })).kind).toBe("ok");
    expect((await parseWorkflow(GOOD, { file: "w" })).kind).toBe("ok");
  });

  it("gives up on a text that takes too long", async () => {
    const parser = new WorkflowParser({
      inlineCharacters: -1,
      timeoutMs: 200,
      threadEntry: entry("busy.mjs", "for (;;);"),
    });
    expect(await parser.parse(GOOD, { file: "w.yaml" })).toMatchObject({
      kind: "invalid",
      problems: [{ file: "w.yaml", message: expect.stringContaining("takes more than 0.2 s") }],
    });
  });

  it("gives up on a text that takes too much memory", async () => {
    const hungry = entry(
      "hungry.mjs",
      "const kept = []; for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));",
    );
    const parser = new WorkflowParser({ inlineCharacters: -1, memoryMegabytes: 32, threadEntry: hungry });
    expect(await parser.parse(GOOD, { file: "w.yaml" })).toMatchObject({
      kind: "invalid",
      problems: [{ message: expect.stringContaining("more than 32 MB of memory") }],
    });
  });

  it("does not take its own bugs for a bad file", async () => {
    const throwing = new WorkflowParser({
      inlineCharacters: -1,
      threadEntry: entry("throws.mjs", "throw new Error('a bug')"),
    });
    await expect(throwing.parse(GOOD, { file: "w" })).rejects.toThrow("a bug");
    const leaving = new WorkflowParser({
      inlineCharacters: -1,
      threadEntry: entry("leaves.mjs", "process.exit(3)"),
    });
    await expect(leaving.parse(GOOD, { file: "w" })).rejects.toThrow("ended with 3");
  });

  it("answers every one of many texts, with few threads", async () => {
    const parser = new WorkflowParser({ inlineCharacters: -1, threads: 1 });
    const answers = await Promise.all([GOOD, BAD, GOOD].map((text) => parser.parse(text, { file: "w" })));
    expect(answers.map((answer) => answer.kind)).toEqual(["ok", "invalid", "ok"]);
  });
});
