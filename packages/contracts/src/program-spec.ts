import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { programCommand } from "./program-build.ts";

/** What a `program` attempt does: made of a program's definition by the server, performed by the worker. */
export const programSpec = z.strictObject({
  /** The build's folder below BUILDS_FOLDER. */
  build: z.string(),
  command: programCommand,
  /** Which job's function is performed. */
  job: z.number().int(),
  /** Of what is performed. */
  title: z.string(),
  /** Keys in the order in which they are sent; a value comes rendered, as the assignment's value of that name. */
  arguments: z.array(z.string()),
  /** Keys of arguments that are secrets -> the secret's name. */
  secrets: z.record(z.string(), z.string()),
  /** Titles whose outputs it may read; each comes as the JSON value `@outputs.N`, N its place in this list. */
  dependencies: z.array(z.string()),
  logMaxBytes: z.number().int().positive(),
  logDrop: z.boolean(),
});
export type ProgramSpec = z.infer<typeof programSpec>;

/** What a job of a program adds to its run, as its worker reports it: JSON text of this, in the order of the program. */
export const programGrowth = z.array(
  z.strictObject({
    title: z.string().min(1).max(LIMITS.programTitleCharacters),
    /** Which job's function performs it. */
    job: z.number().int(),
    arguments: z.record(z.string(), z.string()),
    /** Titles. */
    dependsOn: z.array(z.string()),
  }),
);
export type ProgramGrowth = z.infer<typeof programGrowth>;

/** The value under which the outputs of a dependency arrive, numbered from 0: they are no arguments. */
export function outputsValue(index: number): string {
  return `@outputs.${index}`;
}
