import {
  BUILD_FILE,
  BUILDS_FOLDER,
  builtProgram,
  type BuiltProgramFile,
  GaiaError,
  type ProgramSource,
} from "@gaia/contracts";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isUnbuilt, programText } from "../pipelines/index.ts";
import type { EndedBuild, PipelineRow, ProgramSourceRow } from "../store/port.ts";

/** Ids of builds are SHA-256 of what went into them. */
const BUILD_ID = /^[0-9a-f]{64}$/;

/** What a build has left behind. @throws GaiaError with why there is none, in words */
export async function readBuilt(
  home: string,
  build: EndedBuild,
): Promise<{ readonly id: string; readonly program: BuiltProgramFile }> {
  const id = build.outputs["build"];
  if (typeof id !== "string" || !BUILD_ID.test(id))
    throw failed("The build has completed, but did not say what it made (output `build`).");
  const path = join(home, BUILDS_FOLDER, id, BUILD_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (caught) {
    const code = caught instanceof Error && "code" in caught ? String(caught.code) : "unknown error";
    throw failed(`What the build made cannot be read: ${path} (${code}). Build it again.`);
  }
  const parsed = builtProgram.safeParse(asJson(text));
  if (parsed.success) return { id, program: parsed.data };
  const [issue] = parsed.error.issues;
  throw failed(
    `${path} is not what a builder of this Gaia writes (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}). Build it again with --rebuild.`,
  );
}

/**
 * The version that a build makes of its pipeline.
 * @param newest the pipeline's newest version, or what stands in its place until there is one
 */
export function versionOf(
  { source }: ProgramSourceRow,
  newest: PipelineRow,
  build: EndedBuild,
  built: { readonly id: string; readonly program: BuiltProgramFile },
): PipelineRow {
  const commit = textOr(build.outputs["commit"]);
  const subject = textOr(build.outputs["subject"]) ?? "";
  const from: ProgramSource = {
    kind: source.kind,
    url: source.url,
    branch: textOr(build.outputs["branch"]) ?? source.branch,
    folder: source.folder,
    commit,
    subject: commit === null ? null : subject,
  };
  const definition = programText({
    kind: "program",
    name: build.pipeline,
    build: built.id,
    program: built.program,
    source: from,
  });
  return {
    namespace: build.namespace,
    name: build.pipeline,
    version: isUnbuilt(newest.definition) ? newest.version : newest.version + 1,
    kind: "program",
    hash: createHash("sha256").update(definition).digest("hex"),
    source: definition,
    definition,
    origin: null,
    commit: commit === null ? null : { id: commit, subject },
    at: build.at,
    actor: { kind: "run", id: build.run, via: "build" },
    paused: newest.paused,
    removedAt: null,
  };
}

function textOr(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(message: string): GaiaError {
  return new GaiaError("conflict", message);
}
