import type { ProgramDefinition } from "@gaia/contracts";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../engine/clock.ts";
import type { HeldRun } from "../engine/port.ts";
import { programText } from "../pipelines/index.ts";
import type { PipelineRow, ProgramSourceRow } from "../store/port.ts";
import { Collecting } from "./collecting.ts";
import { Sources } from "./sources.ts";
import { layBuild } from "./testing/builds.ts";

const BUILDER = fileURLToPath(new URL("../../../builder/src/main.ts", import.meta.url));
const TWO_DAYS_AGO = new Date(Date.now() - 2 * 86_400_000);
let home: string;
let logged: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gaia-collecting-"));
  logged = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A build that nobody has asked for lately. */
function oldBuild(title: string): string {
  const id = layBuild(home, [title]);
  const folder = join(home, "pipelines", "builds", id);
  for (const path of [...readdirSync(folder).map((name) => join(folder, name)), folder])
    utimesSync(path, TWO_DAYS_AGO, TWO_DAYS_AGO);
  return id;
}

function definition(build: string): string {
  const program: ProgramDefinition["program"] = {
    version: 1,
    language: "golang",
    command: { file: "./program", args: [], folder: ".", environment: {} },
    sdk: null,
    maxParallel: null,
    triggers: [],
    jobs: [
      {
        id: 1,
        title: "A",
        description: "",
        dependsOn: [],
        arguments: [],
        onDemand: false,
        attempts: 1,
        timeoutMs: null,
      },
    ],
  };
  return programText({ kind: "program", name: 'o"rders', build, program, source: null });
}

function collecting(
  versions: Readonly<Record<number, string>>,
  live: readonly string[],
  builder = BUILDER,
): Collecting {
  const row = (version: number): PipelineRow | null => {
    const build = versions[version];
    return build === undefined ? null : ({ version, definition: definition(build) } as PipelineRow);
  };
  const sources = new Sources();
  sources.load([{ namespace: "default", pipeline: "orders", pinned: 1, former: 2 } as ProgramSourceRow]);
  const log = (fields: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  return new Collecting({
    pipelines: {
      versions: async (_namespace, _name, limit) =>
        Object.keys(versions)
          .map(Number)
          .toSorted((one, other) => other - one)
          .slice(0, limit)
          .flatMap((version) => row(version) ?? []),
      version: async (_namespace, _name, version) => row(version),
    },
    sources,
    liveRuns: () => live.map((build) => ({ facts: { definition: definition(build) } }) as HeldRun),
    clock: systemClock,
    log: { debug: log, info: log, warn: log, error: log },
    tools: {
      node: process.execPath,
      git: "",
      builder,
      builds: join(home, "pipelines", "builds"),
      cache: join(home, "pipelines", "cache"),
      environment: "",
    },
    keepFile: join(home, "pipelines", ".kept-builds"),
    environment: { PATH: process.env["PATH"] ?? "" },
  });
}

test("removes what nobody can ask for: older than ten versions, neither chosen nor running", async () => {
  const ids = Array.from({ length: 15 }, (_, index) => oldBuild(`version ${index + 1}`));
  const versions = Object.fromEntries(ids.map((id, index) => [index + 1, id]));
  const running = oldBuild("of a run that goes on");
  const orphan = oldBuild("of a pipeline that was removed");
  const fresh = layBuild(home, ["just built"]);
  await collecting(versions, [running]).collect();
  expect(logged).toEqual([]);
  const left = readdirSync(join(home, "pipelines", "builds")).filter((name) => !name.startsWith("."));
  // Version 1 is pinned, version 2 was in force before.
  const kept = [...ids.slice(0, 2), ...ids.slice(5), running, fresh];
  expect(left.toSorted()).toEqual(kept.toSorted());
  expect(left).not.toContain(orphan);
});

test("does nothing where nothing was built, and says why it could not", async () => {
  await collecting({}, []).collect();
  expect(readdirSync(home)).toEqual([]);
  mkdirSync(join(home, "pipelines", "builds"), { recursive: true });
  const odd = join(home, "builder.mjs");
  writeFileSync(odd, 'process.stderr.write("no such flag\\n"); process.exit(2);\n');
  await collecting({}, [], odd).collect();
  expect(logged).toEqual(['builds could not be collected {"status":2,"why":"no such flag"}']);
});

test("ends with the server", async () => {
  oldBuild("one");
  const slow = join(home, "builder.mjs");
  writeFileSync(slow, "setInterval(() => {}, 1_000);\n");
  const one = collecting({}, [], slow);
  const collected = one.collect();
  await one.close();
  await collected;
  expect(logged).toEqual([]);
});
