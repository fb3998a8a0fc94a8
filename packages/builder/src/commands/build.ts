import { readFileSync } from "node:fs";
import { build } from "../build.ts";
import type { BuildFrom } from "../build-options.ts";
import { durationFlag, perform, readFlags, tellOutputs, UsageError } from "./usage.ts";

const FLAGS = {
  source: { type: "string" },
  "drop-in": { type: "string" },
  builds: { type: "string" },
  cache: { type: "string" },
  folder: { type: "string" },
  language: { type: "string" },
  timeout: { type: "string" },
  environment: { type: "string" },
  rebuild: { type: "boolean" },
} as const;

/** `build`: progress on stdout, the result as `key=value` in the file that `$GAIA_OUTPUT` names. */
export function runBuild(args: readonly string[], signal: AbortSignal): Promise<number> {
  return perform(async () => {
    const flags = readFlags(args, FLAGS, ["builds", "cache"]);
    const { builds = "", cache = "", rebuild = false, environment } = flags;
    const result = await build({
      from: buildFrom(flags),
      builds,
      cache,
      rebuild,
      stepMs: flags.timeout === undefined ? null : durationFlag("timeout", flags.timeout),
      environment: { ...(environment === undefined ? {} : variablesIn(environment)), ...process.env },
      signal,
      out: process.stdout,
    });
    const { id, built, cached } = result;
    tellOutputs({ build: id, language: built.language, jobs: built.jobs.length, cached });
  });
}

interface FromFlags {
  readonly source?: string;
  readonly "drop-in"?: string;
  readonly folder?: string;
  readonly language?: string;
}

function buildFrom({ source, "drop-in": file, folder, language }: FromFlags): BuildFrom {
  if (file !== undefined) {
    if (source !== undefined || folder !== undefined || language !== undefined)
      throw new UsageError("--drop-in goes with none of --source, --folder and --language.");
    return { kind: "file", file };
  }
  if (source === undefined) throw new UsageError("--source or --drop-in is missing.");
  return { kind: "folder", source, folder: folder ?? null, language: language ?? null };
}

/** Variables that are added to this process's own: a task gets few, and a build needs what names its registries. */
function variablesIn(file: string): Readonly<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (reason) {
    if (reason instanceof Error && "code" in reason && reason.code === "ENOENT") return {};
    throw new UsageError(`--environment: ${file} cannot be read (${String(reason)}).`);
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== "object" || content === null || Array.isArray(content))
      throw new Error("no object");
    const entries = Object.entries(content).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return Object.fromEntries(entries);
  } catch {
    throw new UsageError(`--environment: ${file} holds no JSON object of texts.`);
  }
}
