import type { BuiltProgramFile } from "@gaia/contracts/program-build.ts";

/** What is built: sources, or a program that was built elsewhere and is one file. */
export type BuildFrom =
  | {
      readonly kind: "folder";
      readonly source: string;
      /** Of the pipeline in it; null: its root. */
      readonly folder: string | null;
      /** Null: found out. */
      readonly language: string | null;
    }
  | { readonly kind: "file"; readonly file: string };

export interface BuildOptions {
  readonly from: BuildFrom;
  readonly builds: string;
  readonly cache: string;
  readonly rebuild: boolean;
  /** Of each command; null: the usual. `gaia.yaml` may say another. */
  readonly stepMs: number | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly out: NodeJS.WritableStream;
}

export interface BuildResult {
  readonly id: string;
  readonly built: BuiltProgramFile;
  /** Nothing was built: it was there. */
  readonly cached: boolean;
}

/** A line of progress: what it is of, and what it says. */
export type Say = (name: string, text: string) => void;
