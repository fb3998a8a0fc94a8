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

/** Lays down what a builder leaves behind; answers with the build's id, which follows from the titles. */
export function layBuild(home: string, titles: readonly string[]): string {
  const id = createHash("sha256").update(titles.join("\n")).digest("hex");
  const folder = join(home, BUILDS_FOLDER, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, BUILD_FILE), JSON.stringify(programOf(titles)));
  return id;
}

/** A program of these jobs, one behind the other. */
function programOf(titles: readonly string[]): BuiltProgramFile {
  return {
    version: 1,
    language: "golang",
    command: { file: "./program", args: [], folder: ".", environment: {} },
    sdk: null,
    maxParallel: null,
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
): void {
  worker.succeed(assignment, { build: layBuild(home, titles), language: "golang", jobs: titles.length });
}
