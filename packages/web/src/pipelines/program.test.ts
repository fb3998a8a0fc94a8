import { describe, expect, it } from "vitest";
import { outlineOf, secretsOf } from "../app/program-outline.ts";
import { buildState, deliveredText, hasFailedBuild, type Program } from "./program.ts";
import { usesOf } from "./secret-uses.ts";

type Last = NonNullable<Program["last_build"]>;

/** A program whose builds went as told. */
function program(last: Last["status"] | null, isBuilding = false): Program {
  return {
    source: {
      kind: "git",
      url: "https://example.org/orders.git",
      branch: null,
      folder: ".",
      language: null,
      ssh_key: null,
      token: null,
      user: null,
      known_hosts: null,
      submodules: false,
      poll_ms: 0,
      status: null,
    },
    webhook: null,
    newest_version: 1,
    pinned_version: null,
    seen_commit: null,
    last_build:
      last === null
        ? null
        : {
            run_id: "run_1",
            number: 1,
            status: last,
            version: null,
            commit: null,
            message: "",
            ended_at: "2026-01-01T00:00:00Z",
          },
    building: isBuilding ? { run_id: "run_2", number: 2, status: "running" } : null,
    problem: "",
    status_problem: null,
    missing_since: null,
  };
}

describe("how it stands with builds", () => {
  it("tells the one under way, one that failed, and that there was none", () => {
    expect(buildState({ version: 0, program: program(null, true) })).toEqual({
      kind: "building",
      isFirst: true,
    });
    expect(buildState({ version: 0, program: program(null) })).toEqual({ kind: "unbuilt" });
    expect(buildState({ version: 2, program: program("failed") })).toEqual({
      kind: "failed",
      isFirst: false,
    });
    expect(buildState({ version: 0, program: program("cancelled") })).toEqual({
      kind: "cancelled",
      isFirst: true,
    });
  });

  it("has nothing to say of what was built, or is not built at all", () => {
    for (const last of ["built", "unchanged", "cancelled"] as const)
      expect(buildState({ version: 2, program: program(last) })).toBeNull();
    expect(buildState({ version: 1, program: null })).toBeNull();
  });

  it("forgets a failure while the next one is under way", () => {
    expect(hasFailedBuild({ version: 1, program: program("failed") })).toBe(true);
    expect(hasFailedBuild({ version: 1, program: program("failed", true) })).toBe(false);
  });
});

const argument = { description: "", default: "", choices: [], required: false };
const job = { description: "", dependsOn: [], arguments: [], onDemand: false, attempts: 1, timeoutMs: null };
const SOURCE = JSON.stringify({
  kind: "program",
  program: {
    language: "golang",
    sdk: "gaia-go/0.1.0",
    command: { file: "./orders", args: ["--quiet"] },
    jobs: [
      {
        ...job,
        id: 7,
        title: "Count",
        description: "Counts orders",
        arguments: [
          { ...argument, key: "where", type: "choice", choices: ["test", "live"], default: "test" },
          { ...argument, key: "since", type: "text", required: true, description: "A day" },
          { ...argument, key: "SHOP_KEY", type: "vault" },
        ],
      },
      { ...job, id: 9, title: "Send", dependsOn: [7], attempts: 3, timeoutMs: 500 },
      {
        ...job,
        id: 11,
        title: "Part",
        onDemand: true,
        arguments: [{ ...argument, key: "SHOP_KEY", type: "vault" }],
      },
    ],
  },
});

describe("a version of a program", () => {
  it("is lines that can be compared", () => {
    expect(outlineOf(SOURCE)).toBe(`language: golang
sdk: gaia-go/0.1.0
command: ./orders --quiet

job: Count
  description: Counts orders
  argument: where (test | live, default test)
  argument: since (text, required) A day
  argument: SHOP_KEY (a secret)

job: Send
  after: Count
  attempts: 3
  timeout: 500 ms

job: Part
  on demand: when another job adds it
  argument: SHOP_KEY (a secret)
`);
  });

  it("is its text where it is none of a program", () => {
    for (const text of ["name: ci\ntasks: []\n", '{"kind":"program","program":null}'])
      expect(outlineOf(text)).toBe(text);
  });

  it("names the secrets of its jobs once", () => {
    expect(secretsOf(SOURCE)).toEqual(["SHOP_KEY"]);
    expect(secretsOf("name: ci")).toEqual([]);
  });
});

describe("the secrets of a pipeline", () => {
  const uses = (pipeline: string, allowed: boolean) => [{ pipeline, tasks: ["Count"], allowed }];
  it("are given, missing, or for other pipelines", () => {
    const stored = [
      { name: "SHOP_KEY", used_by: uses("orders", false) },
      { name: "MAIL", used_by: uses("orders", true) },
      { name: "OTHER", used_by: uses("ci", true) },
    ];
    expect(usesOf("orders", ["SHOP_KEY", "TOKEN"], stored)).toEqual([
      { name: "MAIL", state: "given" },
      { name: "SHOP_KEY", state: "out of scope" },
      { name: "TOKEN", state: "missing" },
    ]);
  });
});

describe("what came last to where a forge tells of pushes", () => {
  const at = "2026-01-01T00:00:00Z";

  it.each([
    ["looking", "push", "", "push; the repository was looked at"],
    ["looking", null, "", "a delivery; the repository was looked at"],
    ["ignored", "ping", "a ping starts nothing", "ping was passed over: a ping starts nothing"],
    ["refused", null, "its signature is missing", "a delivery was refused: its signature is missing"],
  ])("%s %s is told with its reason", (status, event, message, text) => {
    expect(deliveredText({ at, status, event, message })).toBe(text);
  });
});
