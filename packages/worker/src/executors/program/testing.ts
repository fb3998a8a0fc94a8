import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Assignment, BUILD_FILE, BUILDS_FOLDER, type ProgramSpec } from "@gaia/contracts";
import { shellAssignment } from "../../link/test-assignments.ts";

const PROGRAMS = fileURLToPath(new URL("../../../../program/src/testing/", import.meta.url));

/** The programs with which the protocol is tested; their behaviour is their argument. */
export type TestProgram = "performing-program.ts" | "scripted-program.ts";

/** Puts a build into a home, as a builder leaves it: a folder with a program.json. */
export function putBuild(home: string, id: string): void {
  const folder = join(home, BUILDS_FOLDER, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, BUILD_FILE), "{}");
}

/** What a test wants of a call; the rest is as usual. */
export interface CallWishes extends Partial<Assignment> {
  readonly program?: TestProgram;
  readonly behaviour?: string;
  readonly spec?: never;
  readonly more?: Partial<ProgramSpec>;
}

/** An assignment of one job of a program, as a server makes it. */
export function programAssignment(
  run: string,
  build: string,
  job: number,
  wishes: CallWishes = {},
): Assignment {
  const { program = "performing-program.ts", behaviour = "good", more, ...rest } = wishes;
  const spec: ProgramSpec = {
    build,
    command: {
      file: process.execPath,
      args: [join(PROGRAMS, program), behaviour],
      folder: ".",
      environment: {},
    },
    job,
    title: `Job ${job}`,
    arguments: Object.keys(rest.values ?? {}),
    secrets: Object.fromEntries(Object.keys(rest.secrets ?? {}).map((key) => [key, key])),
    dependencies: [],
    logMaxBytes: 1_000_000_000,
    logDrop: false,
    ...more,
  };
  return {
    ...shellAssignment(run, "", rest),
    name: { run, job, attempt: 1, token: job },
    executor: "program",
    spec: Buffer.from(JSON.stringify(spec), "utf8"),
    ...rest,
  };
}
