import type { ProgramJobDefinition } from "@gaia/contracts/program-build.ts";
import { describe, expect, test } from "vitest";
import { errorOf } from "../testing/error-of.ts";
import { sourceTree } from "../testing/source-tree.ts";
import { judgeTriggers, readGaiaFile } from "./read.ts";

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
triggers: "0 6 * * *"
`;
  expect(await read(text)).toEqual({
    language: "rust",
    build: ["cargo build --release", "strip target/release/pipeline"],
    start: ["./target/release/pipeline", "--quiet"],
    environment: { RUST_LOG: "info", RETRIES: "3" },
    context: "..",
    timeoutMs: 3_600_000,
    triggers: ["0 6 * * *"],
    warnings: [],
    written: { name: "gaia.yaml", text },
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
  ["triggers: [{ cron: 61 * * * * }]\n", 'gaia.yaml, line 1: the schedule "61 * * * *" is not valid'],
  [
    "language: go\ntriggers:\n  - webhok: { name: a }\n",
    "line 3: unknown key `webhok`; did you mean `webhook`?",
  ],
  ["triggers:\n  - cron: 0 6 * * *\n    on: failed\n", "line 3: `on` belongs to `pipeline`, not to `cron`"],
  ["triggers:\n  - webhook: build\n", "line 2: `build` is the address at which pushes to the program itself"],
  ["triggers:\n  - git: { repository: https://h/r.git, name: build }\n", "give the git another `name`"],
  [
    "triggers: { git: { repository: https://h/r.git, submodules: true } }\n",
    "`submodules` belongs to a checkout",
  ],
  ["triggers: [{ webhook: { name: a, secret: S }, inputs: { x: '${bdy.id}' } }]\n", "did you mean `body`?"],
  ["strat: [./x]\nbiuld: [make]\n", "And 1 more."],
])("%j is told with its place and what is meant", async (text, sentence) => {
  expect(await errorOf(read(text))).toContain(sentence);
});

test("a webhook that nobody can call is told, and kept", async () => {
  const { triggers, warnings } = await read("triggers:\n  - webhook: ordered\n");
  expect(triggers).toEqual([{ webhook: "ordered" }]);
  expect(warnings).toMatchObject([
    { line: 2, message: expect.stringContaining("nobody can call this webhook") },
  ]);
});

describe("the inputs of triggers are judged by what the program's jobs want to be told", () => {
  const jobs: readonly ProgramJobDefinition[] = [
    job([
      { key: "region", required: true, choices: ["eu", "us"], type: "choice" },
      { key: "dry-run", type: "boolean" },
      { key: "SHOP_TOKEN", type: "vault", required: true },
    ]),
  ];

  function job(own: readonly Partial<ProgramJobDefinition["arguments"][number]>[]): ProgramJobDefinition {
    return {
      id: 1,
      title: "Count",
      description: "",
      dependsOn: [],
      arguments: own.map((one) => ({
        key: "",
        type: "text",
        description: "",
        default: "",
        choices: [],
        required: false,
        ...one,
      })),
      onDemand: false,
      attempts: 1,
      timeoutMs: null,
    };
  }

  async function judged(inputs: string, kind = "cron: 0 6 * * *"): Promise<void> {
    const text = `language: go\ntriggers:\n  - ${kind}\n    inputs:\n${inputs}`;
    const { written } = await read(text);
    judgeTriggers(written, jobs);
  }

  test("and those that fit are taken, whatever their names are", async () => {
    await expect(judged("      region: eu\n      dry-run: yes\n")).resolves.toBeUndefined();
  });

  test.each([
    [
      "      region: eu\n      regoin: us\n",
      "gaia.yaml, line 6: unknown input `regoin`; did you mean `region`?",
    ],
    [
      "      region: eu\n      dry-run: perhaps\n",
      "line 6: the input `dry-run` does not fit: it wants true or false",
    ],
    ["      region: mars\n", "line 5: the input `region` does not fit: it is one of eu, us"],
    ["      dry-run: true\n", "line 5: the input `region` is required"],
    [
      "      region: eu\n      SHOP_TOKEN: x\n",
      "line 6: `SHOP_TOKEN` is filled from the secret of this name",
    ],
  ])("%j is told with its line", async (inputs, sentence) => {
    expect(await errorOf(judged(inputs))).toContain(sentence);
  });

  test("but not those that are filled in when it fires, save for their names", async () => {
    const webhook = "webhook: { name: ordered, secret: SHOP_HOOK }";
    await expect(judged("      region: ${body.region}\n", webhook)).resolves.toBeUndefined();
    const inputs = "      region: eu\n      count: ${body.count}\n";
    expect(await errorOf(judged(inputs, webhook))).toContain("line 6: unknown input `count`");
  });
});
