import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gaia, workflow } from "./gaia.ts";

/** What can be wrong with a workflow file is told with its place and the remedy, and nothing is started. */

let gaia: Gaia;

beforeAll(async () => {
  gaia = await Gaia.start();
});
afterAll(() => gaia.close());

/** A YAML bomb: nine levels of nine aliases each, 387 million values. */
const BOMB = [
  "a0: &a0 [x, x, x, x, x, x, x, x, x]",
  ...Array.from({ length: 8 }, (_, level) => {
    const alias = `*a${level}`;
    return `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => alias).join(", ")}]`;
  }),
  "name: bomb",
  "tasks: [{id: a, command: echo}]",
].join("\n");

const MANY = workflow("many", ...Array.from({ length: 10_001 }, (_, n) => `{id: t${n}, command: echo}`));

/** What each file holds, and what is said about it, in order. */
const FILES: Readonly<
  Record<string, { readonly content: string | Buffer; readonly told: readonly string[] }>
> = {
  "malformed.yaml": {
    content: 'name: x\ntasks:\n  - id: [\n    command: "oops\n',
    told: ["malformed.yaml:4:5", "1 problem. Nothing was started."],
  },
  "cycle.yaml": {
    content: workflow(
      "cycle",
      "{id: build, command: echo, dependencies: [ship]}",
      "{id: test, command: echo, dependencies: [build]}",
      "{id: ship, command: echo, dependencies: [test]}",
    ),
    told: ["cycle.yaml:3:46  cycle: build → test → ship → build"],
  },
  "itself.yaml": {
    content: workflow("itself", "{id: build, command: echo, dependencies: [build]}"),
    told: ["itself.yaml:3:46", "build"],
  },
  "large.yaml": {
    content: `${workflow("large", "{id: a, command: echo}")}#${"x".repeat(10_000_000)}\n`,
    told: ["large.yaml", "more than the limit of 1000000 bytes"],
  },
  "bomb.yaml": { content: BOMB, told: ["bomb.yaml:3:10  more than 100 aliases are used", "1 problem."] },
  "deep.yaml": {
    content: `name: x\ntasks: ${"[".repeat(20_000)}\n`,
    told: ["deep.yaml:2:58  nested more than 50 levels deep"],
  },
  "unknown-key.yaml": {
    content: "name: x\ntasks:\n  - id: ship\n    command: echo\n    dependancies: []\n",
    told: [
      "unknown-key.yaml:5:5  unknown key `dependancies`; did you mean `dependencies`?",
      "    5 │     dependancies: []",
      "      │     ^^^^^^^^^^^^",
    ],
  },
  "types.yaml": {
    content:
      "name: x\ntasks:\n  - id: ship\n    command: [echo]\n    timeout: 5\n    priority: high\n    dependencies: build\n",
    told: [
      "types.yaml:4:14  `command` wants text, not a list",
      "types.yaml:5:14  `timeout` wants a duration with its unit, such as",
      "types.yaml:6:15  `priority` wants a whole number from 0 to 10, not text",
      "types.yaml:7:19  `dependencies` wants a list of task ids, such as `[build, lint]`, not text",
      "4 problems.",
    ],
  },
  "twice.yaml": {
    content: workflow("twice", "{id: ship, command: echo}", "{id: ship, command: echo}"),
    told: ["twice.yaml:4:10  duplicate id `ship`: the task on line 3 has it too"],
  },
  "dependency.yaml": {
    content: workflow(
      "dependency",
      "{id: build, command: echo}",
      "{id: ship, command: echo, dependencies: [buld]}",
    ),
    told: ["dependency.yaml:4:46  unknown task `buld`; did you mean `build`?"],
  },
  "references.yaml": {
    content: `variables: {project: a}\n${workflow(
      "references",
      "{id: build, command: 'echo ${projct}', outputs: [url]}",
      "{id: ship, command: 'echo ${tasks.buld.outputs.url} ${tasks.build.outputs.ulr}', dependencies: [build]}",
      "{id: other, command: 'echo ${tasks.build.outputs.url}'}",
    )}`,
    told: [
      "references.yaml:4:32  unknown name `projct`; did you mean `project`?",
      "references.yaml:5:31  unknown task `buld`; did you mean `build`?",
      "references.yaml:5:57  task `build` does not declare the output `ulr`; did you mean `url`?",
      "references.yaml:6:32  task `build` does not have to end before `other`; add it to the `dependencies`",
    ],
  },
  "quotes.yaml": {
    content: "name: x\nvariables: {project: a}\ntasks:\n  - id: a\n    command: echo '${project}'\n",
    told: [
      "quotes.yaml:5:20  `${project}` stands in single quotes, and an environment variable does not reach there",
      "use double quotes",
    ],
  },
  "artifacts.yaml": {
    content: workflow("artifacts", "{id: a, command: echo, artifacts: [../../etc/passwd, /etc/shadow]}"),
    told: [
      "artifacts.yaml:3:40  an artifact must lie inside of `work_dir`: `..` leads out of it",
      "artifacts.yaml:3:58  an artifact must lie inside of `work_dir`: write the glob relative to it",
    ],
  },
  "many.yaml": {
    content: MANY,
    told: ["many.yaml:3:3  `tasks` holds more than 10000 tasks; use matrix, for_each or $GAIA_GRAPH"],
  },
  "empty.yaml": { content: "", told: ["empty.yaml:1:1  the file is empty"] },
  "comments.yaml": { content: "# nothing yet\n", told: ["the file holds nothing but comments"] },
  "binary.yaml": {
    content: Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 197) % 256)),
    told: ["binary.yaml:1:1  the file is not text: it has NUL bytes; save it as UTF-8"],
  },
};

describe.each(Object.entries(FILES))("%s", (name, { content, told }) => {
  test("is not run: place and remedy are told", async () => {
    const end = await gaia.gaia("run", gaia.write(name, content));
    expect(end).toMatchObject({ status: 2, stdout: "" });
    expect(inOrder(end.stderr, told)).toEqual(told);
    expect(end.stderr).not.toMatch(STACK_TRACE);
    // Not one page of follow-ups for one mistake.
    expect(end.stderr.split("\n").length).toBeLessThan(40);
  });
});

test("`gaia validate` tells the problems of many files as `gaia run` tells those of one", async () => {
  const files = Object.entries(FILES).filter(([name]) => name !== "large.yaml");
  for (const [name, { content }] of files) gaia.write(name, content);
  const end = await gaia.gaia("validate", ...files.map(([name]) => name));
  expect(end).toMatchObject({ status: 2, stdout: "" });
  const told = files.flatMap(([, file]) => file.told.filter((part) => !/^\d+ problems?\./.test(part)));
  expect(inOrder(end.stderr, told)).toEqual(told);
});

/** Those of the texts that come one after the other. */
function inOrder(text: string, wanted: readonly string[]): readonly string[] {
  let from = 0;
  return wanted.filter((part) => {
    const at = text.indexOf(part, from);
    if (at >= 0) from = at + part.length;
    return at >= 0;
  });
}

const STACK_TRACE = /\n\s+at .*(\.ts|node:)/;

describe("what is no file", () => {
  test.each([
    ["missing.yaml", "missing.yaml cannot be read: there is no such file."],
    ["folder.yaml", "folder.yaml cannot be read: it is a folder."],
    ["/dev/zero", "/dev/zero has more than the limit of 1000000 bytes"],
  ])("%s is said to be none", async (name, sentence) => {
    mkdirSync(join(gaia.folder, "folder.yaml"), { recursive: true });
    for (const verb of ["validate", "run"]) {
      const end = await gaia.gaia(verb, name);
      expect(end).toMatchObject({ status: 2, stdout: "" });
      expect(end.stderr).toContain(sentence);
      expect(end.stderr).not.toMatch(STACK_TRACE);
    }
  });
});

describe("a task for an agent", () => {
  const AGENT = "name: agents\ntasks:\n  - {id: build, type: code, agent: claude, command: Implement it}\n";

  test("is valid, and refused at the start with one sentence", async () => {
    const file = gaia.write("agents.yaml", AGENT);
    expect(await gaia.gaia("validate", file)).toMatchObject({ status: 0, stderr: "" });
    const end = await gaia.gaia("run", file);
    expect(end).toMatchObject({ status: 2, stdout: "" });
    expect(end.stderr.trim().split("\n")).toHaveLength(1);
    expect(end.stderr).toContain("`build` needs the agent `claude`; this Gaia cannot run agents yet");
  });

  test("is 422 `unsupported` over REST", async () => {
    const refused = await gaia.post("/api/v1/runs", { definition: AGENT });
    expect([refused.status, refused.json.error.code]).toEqual([422, "unsupported"]);
  });
});

test("problems are JSON for programs, with line, column and length", async () => {
  gaia.write("unknown-key.yaml", FILES["unknown-key.yaml"]?.content ?? "");
  const end = await gaia.gaia("validate", "unknown-key.yaml", "--json");
  expect(end).toMatchObject({ status: 2, stderr: "" });
  expect(JSON.parse(end.stdout)).toMatchObject({
    valid: false,
    problems: [{ file: "unknown-key.yaml", line: 5, column: 5, length: 12, severity: "error" }],
  });
});

test("none of it was started", async () => {
  expect((await gaia.ask("/api/v1/runs")).json.items).toEqual([]);
});
