import { stringify } from "yaml";
import type { SourceSettings } from "../store/port.ts";

/** Programs and folders that a build uses, absolute. */
export interface BuildTools {
  /** What runs the builder. */
  readonly node: string;
  readonly builder: string;
  readonly builds: string;
  readonly cache: string;
  /** JSON of registries, proxies and the like: variables that builders get besides. */
  readonly environment: string;
}

/** Backstop: a builder has limits of its own for each of its steps. */
const BUILD_TIMEOUT = "3h";

/** The workflow whose runs build a pipeline. Ordinary tasks: what a build prints is a log, stopping it stops all of it. */
export function buildDefinition(pipeline: string, source: SourceSettings, tools: BuildTools): string {
  const { node, builder, builds, cache, environment } = tools;
  const options = source.language === null ? [] : [`--language "\${language}"`];
  if (source.folder !== ".") options.push(`--folder "\${folder}"`);
  const file = {
    name: "build",
    description: `Builds the pipeline ${pipeline} from ${source.url}`,
    labels: { pipeline },
    inputs: {
      rebuild: {
        type: "boolean",
        default: false,
        description: "Anew, though nothing has changed: what it depends on may have",
      },
    },
    variables: {
      node,
      builder,
      builds,
      cache,
      environment,
      source: source.url,
      ...(source.folder === "." ? {} : { folder: source.folder }),
      ...(source.language === null ? {} : { language: source.language }),
    },
    concurrency: { group: `build of ${pipeline}`, on_conflict: "queue" },
    tasks: [
      {
        id: "build",
        timeout: BUILD_TIMEOUT,
        command: [
          `if [ "\${rebuild}" = true ]; then set -- --rebuild; fi`,
          [
            `exec "\${node}" "\${builder}" build --source "\${source}"`,
            `--builds "\${builds}" --cache "\${cache}" --environment "\${environment}"`,
            ...options,
            `"$@"`,
          ].join(" "),
          "",
        ].join("\n"),
      },
    ],
    outputs: { build: "${tasks.build.outputs.build}" },
  };
  return stringify(file, { lineWidth: 0 });
}
