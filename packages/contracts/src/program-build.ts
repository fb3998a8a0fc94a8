import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { programTrigger } from "./workflow-trigger.ts";

/** Folder of the home in which built programs lie, a folder each, by the build's id; beside it programs that people put there. */
export const PROGRAMS_FOLDER = "pipelines";
export const BUILDS_FOLDER = "pipelines/builds";

/** In the folder of a build: what was built. Written last, so that a folder with it is whole. */
export const BUILD_FILE = "program.json";

export const PROGRAM_ARGUMENT_TYPES = ["text", "textarea", "boolean", "number", "choice", "vault"] as const;

export const programArgument = z.strictObject({
  key: z.string().min(1),
  type: z.enum(PROGRAM_ARGUMENT_TYPES),
  description: z.string(),
  /** As it is sent; empty: none. */
  default: z.string(),
  choices: z.array(z.string()),
  required: z.boolean(),
});
export type ProgramArgumentDefinition = z.infer<typeof programArgument>;

export const programJobDefinition = z.strictObject({
  /** The program's own, opaque. */
  id: z.number().int().min(0).max(0xffff_ffff),
  title: z.string().min(1).max(LIMITS.programTitleCharacters),
  description: z.string(),
  dependsOn: z.array(z.number().int()),
  arguments: z.array(programArgument),
  /** No part of the graph: performed only by jobs that are added at run time. */
  onDemand: z.boolean(),
  /** In all, from 1. */
  attempts: z.number().int().min(1),
  timeoutMs: z.number().int().min(1).nullable(),
});
export type ProgramJobDefinition = z.infer<typeof programJobDefinition>;

/** How a built program is started. */
export const programCommand = z.strictObject({
  /** With a slash: relative to the build's folder. Without: looked up on the PATH. */
  file: z.string().min(1),
  args: z.array(z.string()),
  /** Relative to the build's folder; `.`: itself. */
  folder: z.string(),
  environment: z.record(z.string(), z.string()),
});
export type ProgramCommand = z.infer<typeof programCommand>;

/** A program that was built and has answered: what `program.json` holds. */
export const builtProgram = z.strictObject({
  version: z.literal(1),
  /** golang, python, java, cpp, ruby, nodejs, or what gaia.yaml calls it. */
  language: z.string().min(1),
  command: programCommand,
  /** Name and version of the SDK, of those that tell. */
  sdk: z.string().nullable(),
  /** How many jobs one process may perform at once; null: any number. */
  maxParallel: z.number().int().min(1).nullable(),
  jobs: z.array(programJobDefinition).min(1).max(LIMITS.programJobs),
  /** As `gaia.yaml` says them, checked against the jobs' arguments. Builds of an earlier Gaia have none. */
  triggers: z.array(programTrigger).max(LIMITS.triggersPerPipeline).default([]),
});
export type BuiltProgramFile = z.infer<typeof builtProgram>;

/** Where the sources of a version came from, for people and for building it again. */
export const programSource = z.strictObject({
  kind: z.enum(["git", "folder", "file"]),
  /** Address of the repository without credentials, or an absolute path. */
  url: z.string(),
  branch: z.string().nullable(),
  /** Of the pipeline within the repository; `.`: its root. */
  folder: z.string(),
  commit: z.string().nullable(),
  /** First line of the commit's message. */
  subject: z.string().nullable(),
});
export type ProgramSource = z.infer<typeof programSource>;

/** The definition of a version of a pipeline of kind `program`: canonical JSON, as a workflow's is. */
export const programDefinition = z.strictObject({
  kind: z.literal("program"),
  name: z.string(),
  /** Id of the build: its folder below BUILDS_FOLDER. */
  build: z.string().regex(/^[0-9a-f]{64}$/),
  program: builtProgram,
  source: programSource.nullable(),
});
export type ProgramDefinition = z.infer<typeof programDefinition>;

/** Folder of the home for what builders keep from one build to the next, such as downloaded packages. */
export const BUILD_CACHE_FOLDER = "pipelines/cache";

/** The end of the address at which a forge tells of pushes to a program. */
export const BUILD_HOOK = "build";

const BUILD_SUFFIX = ":build";

/** Name of the pipeline whose runs build another one. Nobody can give a pipeline such a name: it has a colon. */
export function buildPipelineOf(pipeline: string): string {
  return `${pipeline}${BUILD_SUFFIX}`;
}

/** Name of the pipeline that a pipeline's runs build; null: they build none. */
export function pipelineOfBuild(name: string): string | null {
  return name.endsWith(BUILD_SUFFIX) ? name.slice(0, -BUILD_SUFFIX.length) : null;
}
