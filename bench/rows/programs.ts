import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  BUILD_FILE,
  BUILDS_FOLDER,
  type BuiltProgramFile,
  builtProgram,
} from "@gaia/contracts/program-build.ts";
import { openProgram, type Program, startChildProcess, temporaryAuthority } from "@gaia/program";
import { TEMPLATE_LANGUAGES, type TemplateLanguage } from "../../packages/cli/src/init/languages.ts";
import { writePipeline } from "../../packages/cli/src/init/write-pipeline.ts";
import { type Lab, until, withLab } from "../lab.ts";
import { ms, quantile, type Result, ROUNDS, type Row } from "../row.ts";

const PROGRAMS = fileURLToPath(new URL("../programs/", import.meta.url));
/** TypeScript runs on the SDK for Node, and as fast. */
const LANGUAGES = TEMPLATE_LANGUAGES.filter(({ name }) => name !== "typescript");
const RUNS_AT_ONCE = 50;
const WARM_RUNS = 30;
const BUILD_WITHIN_MS = 900_000;

/**
 * Pipelines that are programs, in each language on Gaia's own SDK: three empty jobs, one behind the other. The floor is
 * the same program called three times over its protocol, without Gaia.
 */
export const programs: Row = {
  name: "programs",
  run: () =>
    withLab(async (lab) => {
      const results: Result[] = [];
      for (const language of LANGUAGES) {
        await build(lab, language);
        results.push(...(await measured(lab, language)));
      }
      return results;
    }),
};

async function build(lab: Lab, language: TemplateLanguage): Promise<void> {
  const folder = join(lab.home, "sources", language.name);
  await writePipeline(language, language.name, folder);
  cpSync(join(PROGRAMS, language.name), folder, { recursive: true });
  // The template's own tests belong to the jobs that are replaced.
  rmSync(join(folder, "src/test"), { recursive: true, force: true });
  const { status, body } = await lab.call("POST", "/api/v1/pipelines", {
    source: folder,
    name: language.name,
  });
  if (status !== 202 && status !== 201)
    throw new Error(`${language.name} was refused: ${JSON.stringify(body)}`);
  await until(async () => {
    const { program } = (await lab.get(`/api/v1/pipelines/${language.name}`)) as {
      program: { last_build: { status: string; message: string } | null };
    };
    if (program.last_build?.status === "failed") throw new Error(program.last_build.message);
    return program.last_build !== null;
  }, BUILD_WITHIN_MS);
}

async function measured(lab: Lab, { name, title }: TemplateLanguage): Promise<readonly Result[]> {
  const cold = await lab.timed(name);
  const walls: number[] = [];
  const floors: number[] = [];
  const bare = await openBare(lab, name);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let run = 0; run < WARM_RUNS; run += 1) {
        await standby();
        walls.push(await lab.timed(name));
        floors.push(await threeCalls(bare));
      }
    }
  } finally {
    await bare.program.close();
  }
  const startedAt = performance.now();
  const ids = await Promise.all(Array.from({ length: RUNS_AT_ONCE }, () => lab.startKept(name)));
  await Promise.all(ids.map((id) => lab.ended(id)));
  const together = performance.now() - startedAt;
  const warm = quantile(walls, 0.5);
  const floor = quantile(floors, 0.5);
  const none = { against: "", ratio: "", cpu: "", reach: "" };
  return [
    {
      what: `${title}: three jobs of a warm program, POST → result read: median, p95`,
      gaia: `${ms(warm)}, ${ms(quantile(walls, 0.95))}`,
      against: `three calls over its protocol ${ms(floor)}`,
      ratio: `${(warm - floor).toFixed(1)} ms more`,
      cpu: "",
      reach: "≤ 4 ms",
    },
    { ...none, what: `${title}: its first run, in a process that is started for it`, gaia: ms(cold) },
    { ...none, what: `${title}: ${RUNS_AT_ONCE} runs at once, a process each`, gaia: ms(together) },
  ];
}

/** The next run's process is started when the one before has ended: a person's runs are not so close. */
function standby(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, STANDBY_MS));
}

const STANDBY_MS = 700;

interface Bare {
  readonly program: Program;
  readonly jobs: BuiltProgramFile["jobs"];
}

/** The same program without Gaia. */
async function openBare(lab: Lab, pipeline: string): Promise<Bare> {
  const { source } = (await lab.get(`/api/v1/pipelines/${pipeline}`)) as { source: string };
  const { build: id } = JSON.parse(source) as { build: string };
  const folder = join(lab.home, BUILDS_FOLDER, id);
  const { command, jobs } = builtProgram.parse(JSON.parse(readFileSync(join(folder, BUILD_FILE), "utf8")));
  const file = command.file.includes("/") ? join(folder, command.file) : command.file;
  const program = await openProgram({
    command: { file, args: command.args, folder: join(folder, command.folder) },
    environment: { ...process.env, ...command.environment },
    start: startChildProcess,
    authority: await temporaryAuthority(),
  });
  await program.describe();
  return { program, jobs };
}

async function threeCalls({ program, jobs }: Bare): Promise<number> {
  const hooks = {
    log: () => {},
    startRun: () => Promise.reject(new Error("there is no Gaia")),
    awaitRun: () => Promise.reject(new Error("there is no Gaia")),
  };
  const startedAt = performance.now();
  for (const { id, title } of jobs) {
    const call = { job: id, title, values: [], outputs: {}, run: "run", pipeline: "bench", attempt: 1 };
    const { kind } = await program.execute(call, hooks).outcome;
    if (kind !== "succeeded") throw new Error(`${title} has ${kind}`);
  }
  return performance.now() - startedAt;
}
