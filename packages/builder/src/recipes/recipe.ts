import type { ProgramCommand } from "@gaia/contracts/program-build.ts";
import type { Steps } from "../steps/steps.ts";

/** What a recipe works with. */
export interface Kitchen {
  readonly id: string;
  /** The copied source tree. */
  readonly root: string;
  /** The pipeline's folder in it. */
  readonly folder: string;
  /** What is kept of the build. It is there, empty, and does not move. */
  readonly target: string;
  /** The folder that a tool keeps its downloads in, from one build to the next. */
  readonly cacheOf: (tool: string) => Promise<string>;
  readonly steps: Steps;
  /** From `gaia.yaml`: for commands and program. */
  readonly environment: Readonly<Record<string, string>>;
  /** What an earlier build of the same installed is not taken. */
  readonly isFresh: boolean;
  readonly signal: AbortSignal;
}

/** How the programs of a language are built. */
export interface Recipe {
  /** What the result depends on besides the sources: versions of compilers. Throws a `BuildError` when one is missing. */
  readonly toolchain: (steps: Steps, folder: string) => Promise<string>;
  /** Whether the whole source tree becomes the build. Otherwise the sources lie elsewhere and are removed. */
  readonly keepsSource: boolean;
  readonly build: (kitchen: Kitchen) => Promise<ProgramCommand>;
  readonly train?: (command: ProgramCommand) => Training;
}

/** A start of the built program that makes later ones faster. */
export interface Training {
  /** Makes it when the program ends. */
  readonly start: ProgramCommand;
  /** What is made, in the build's folder. A toolchain that cannot makes nothing. */
  readonly file: string;
  /** Starts the program with it. */
  readonly trained: ProgramCommand;
}

/** The command of a program, with the defaults of most. */
export function command(
  file: string,
  args: readonly string[],
  more: { readonly folder?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): ProgramCommand {
  return { file, args: [...args], folder: more.folder ?? ".", environment: { ...more.environment } };
}
