import {
  type Assignment,
  BUILD_FILE,
  BUILDS_FOLDER,
  type BuiltProgramFile,
  type ProgramJobDefinition,
} from "@gaia/contracts";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ScriptedWorker } from "../../api/testing/scripted-worker.ts";

/** Lays down what a builder leaves behind; answers with the build's id, which follows from what was built. */
export function layBuild(home: string, titles: readonly string[], more: MoreOfProgram = {}): string {
  const content = JSON.stringify({ ...programOf(titles), ...more });
  const id = createHash("sha256").update(content).digest("hex");
  const folder = join(home, BUILDS_FOLDER, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, BUILD_FILE), content);
  return id;
}

type MoreOfProgram = Partial<Pick<BuiltProgramFile, "triggers">>;

/** A program of these jobs, one behind the other. */
function programOf(titles: readonly string[]): BuiltProgramFile {
  return {
    version: 1,
    language: "golang",
    command: { file: "./program", args: [], folder: ".", environment: {} },
    sdk: null,
    maxParallel: null,
    triggers: [],
    jobs: titles.map(
      (title, index): ProgramJobDefinition => ({
        id: index + 1,
        title,
        description: "",
        dependsOn: index === 0 ? [] : [index],
        arguments: [],
        onDemand: false,
        attempts: 1,
        timeoutMs: null,
      }),
    ),
  };
}

/** Lets a build succeed with a program of these jobs. */
export function finishBuild(
  worker: ScriptedWorker,
  home: string,
  assignment: Assignment,
  titles: readonly string[],
  more: MoreOfProgram = {},
): void {
  worker.succeed(assignment, {
    build: layBuild(home, titles, more),
    language: "golang",
    jobs: titles.length,
  });
}
