import { copyFile, mkdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { PROGRAM_LANGUAGES } from "@gaia/contracts/gaia-file.ts";
import type { ProgramLanguage } from "@gaia/program";
import { BuildError } from "../build-error.ts";
import { diskError } from "../disk.ts";
import { fileHash } from "./fingerprint.ts";

/** A program that was built elsewhere and put down as one file. */
export interface DroppedFile {
  readonly path: string;
  readonly language: ProgramLanguage;
  readonly hash: string;
  readonly sizeBytes: number;
}

/** What the file is called in the copy; pip and gem go by the ending. */
export const DROPPED_NAMES: Readonly<Record<ProgramLanguage, string>> = {
  golang: "pipeline",
  cpp: "pipeline.out",
  java: "pipeline.jar",
  python: "pipeline.tar.gz",
  ruby: "pipeline.gem",
  nodejs: "pipeline.tar.gz",
};

/** Looks at a file whose name ends with its language: `name_golang`. Throws a `BuildError`. */
export async function readDropped(given: string): Promise<DroppedFile> {
  const path = resolve(given);
  const ending = basename(path).split("_").at(-1) ?? "";
  const language = PROGRAM_LANGUAGES.find((name) => name === ending);
  if (language === undefined || !basename(path).includes("_")) {
    const names = PROGRAM_LANGUAGES.map((name) => `_${name}`).join(", ");
    throw new BuildError(
      `The name ${basename(path)} does not say the language.`,
      `Let it end with one of ${names}.`,
    );
  }
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true || found.size === 0)
    throw new BuildError(`${path} is no file, or is empty.`, "Put the built program there.");
  return { path, language, hash: (await fileHash(path)).toString("hex"), sizeBytes: found.size };
}

/** Copies it to a folder. Throws a `BuildError` when it is no longer what its hash was taken of. */
export async function copyDropped(dropped: DroppedFile, folder: string): Promise<void> {
  const target = join(folder, DROPPED_NAMES[dropped.language]);
  await mkdir(folder, { recursive: true });
  try {
    await copyFile(dropped.path, target);
  } catch (reason) {
    throw (await diskError(folder, reason)) ?? changed(dropped.path, reason);
  }
  if ((await fileHash(target)).toString("hex") !== dropped.hash) throw changed(dropped.path, null);
}

function changed(path: string, cause: unknown): BuildError {
  return new BuildError(`${path} changed while it was read.`, "Build again when nothing writes to it.", {
    cause,
  });
}
