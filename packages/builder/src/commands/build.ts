import { build } from "../build.ts";
import { durationFlag, perform, readFlags, tellOutputs } from "./usage.ts";

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
      stepMs: flags.timeout === undefined ? null : durationFlag("timeout", flags.timeout),
      environment: process.env,
      signal,
      out: process.stdout,
    });
    const { id, built, cached } = result;
    tellOutputs({ build: id, language: built.language, jobs: built.jobs.length, cached });
  });
}
