import { appendFileSync } from "node:fs";
import { parseDuration } from "@gaia/core/policy/index.ts";
import { build } from "../build.ts";
import { perform, readFlags, UsageError } from "./usage.ts";

const FLAGS = {
  source: { type: "string" },
  builds: { type: "string" },
  cache: { type: "string" },
  folder: { type: "string" },
  language: { type: "string" },
  timeout: { type: "string" },
  rebuild: { type: "boolean" },
} as const;

/** `build`: progress on stdout, the result as `key=value` in the file that `$GAIA_OUTPUT` names. */
export function runBuild(args: readonly string[], signal: AbortSignal): Promise<number> {
  return perform(async () => {
    const flags = readFlags(args, FLAGS, ["source", "builds", "cache"]);
    const { source = "", builds = "", cache = "", folder = null, language = null, rebuild = false } = flags;
    const result = await build({
      source,
      builds,
      cache,
      folder,
      language,
      rebuild,
      stepMs: flags.timeout === undefined ? null : timeoutMs(flags.timeout),
      environment: process.env,
      signal,
      out: process.stdout,
    });
    const { id, built, cached } = result;
    tellOutputs({ build: id, language: built.language, jobs: built.jobs.length, cached });
  });
}

function timeoutMs(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.kind === "ok" && parsed.ms > 0) return parsed.ms;
  throw new UsageError(`--timeout: ${parsed.kind === "error" ? parsed.message : `"${text}" is no time`}.`);
}

function tellOutputs(outputs: Readonly<Record<string, string | number | boolean>>): void {
  const file = process.env["GAIA_OUTPUT"];
  if (file === undefined || file === "") return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${String(value)}\n`);
  appendFileSync(file, lines.join(""));
}
