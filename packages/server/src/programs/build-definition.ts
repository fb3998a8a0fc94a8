import { CREDENTIALS_FOLDER } from "@gaia/contracts";
import { stringify } from "yaml";
import type { SourceSettings } from "../store/port.ts";

/** Programs and folders that a build uses, absolute. */
export interface BuildTools {
  /** What runs the other two. */
  readonly node: string;
  readonly git: string;
  readonly builder: string;
  readonly builds: string;
  readonly cache: string;
  /** JSON of registries, proxies and the like: variables that builders get besides. */
  readonly environment: string;
}

/** Backstop: a builder has limits of its own for each of its steps. */
const BUILD_TIMEOUT = "3h";

/** Where a build fetches its sources, in the folder that the tasks of a run share; it goes with the build's end. */
export const SOURCE_FOLDER = "source";
const TREE = `$GAIA_RUN_DIR/${SOURCE_FOLDER}/tree`;

/** The workflow whose runs build a pipeline. Ordinary tasks: what a build prints is a log, stopping it stops all of it. */
export function buildDefinition(pipeline: string, source: SourceSettings, tools: BuildTools): string {
  const isFetched = source.kind === "git";
  const { folder, language, branch, knownHosts } = source;
  const file = {
    name: "build",
    description: `Builds the pipeline ${pipeline} from ${source.url}`,
    labels: { pipeline },
    inputs: {
      ...(isFetched ? { commit: COMMIT, seen: SEEN } : {}),
      rebuild: {
        type: "boolean",
        default: false,
        description: "Anew, though nothing has changed: what it depends on may have",
      },
    },
    variables: {
      node: tools.node,
      ...(isFetched ? { git: tools.git } : {}),
      builder: tools.builder,
      builds: tools.builds,
      cache: tools.cache,
      environment: tools.environment,
      source: source.url,
      ...(branch === null ? {} : { branch }),
      ...(folder === "." ? {} : { folder }),
      ...(language === null ? {} : { language }),
      ...(isFetched && knownHosts !== null ? { known_hosts: knownHosts } : {}),
      ...(source.credential?.user == null ? {} : { user: source.credential.user }),
    },
    concurrency: { group: `build of ${pipeline}`, on_conflict: "queue" },
    tasks: [...(isFetched ? [fetchTask(source)] : []), buildTask(source)],
    outputs: {
      build: "${tasks.build.outputs.build}",
      ...(isFetched
        ? {
            commit: "${tasks.fetch.outputs.commit}",
            subject: "${tasks.fetch.outputs.subject}",
            branch: "${tasks.fetch.outputs.branch}",
          }
        : {}),
    },
  };
  return stringify(file, { lineWidth: 0 });
}

/** Unlike a commit that is asked for, it may be passed over for a newer one while the build waits. */
const SEEN = {
  type: "text",
  default: "",
  description: "The newest of the branch when it was looked at; fetched unless a commit is said",
};

const COMMIT = { type: "text", default: "", description: "The newest of the branch when nothing is said" };

function fetchTask({ branch, credential, knownHosts, submodules }: SourceSettings): object {
  const words = [
    `exec "\${node}" "\${git}" fetch --url "\${source}" --into "${TREE}"`,
    `--scratch "$GAIA_RUN_DIR/${CREDENTIALS_FOLDER}"`,
    `--commit "$wanted" --environment "\${environment}"`,
  ];
  if (branch !== null) words.push('--branch "${branch}"');
  if (credential !== null) words.push(credential.kind === "ssh_key" ? "--ssh-key" : "--token");
  if (credential !== null && credential.user !== null) words.push('--user "${user}"');
  if (submodules) words.push("--submodules");
  return {
    id: "fetch",
    timeout: BUILD_TIMEOUT,
    command: `wanted="\${commit}"\nif [ -z "$wanted" ]; then wanted="\${seen}"; fi\n${words.join(" ")}\n`,
    outputs: ["commit", "subject", "branch"],
    ...(credential === null ? {} : { secrets: { GIT_CREDENTIAL: credential.secret } }),
    ...(knownHosts === null ? {} : { env: { GIT_KNOWN_HOSTS: "${known_hosts}" } }),
  };
}

function buildTask({ kind, folder, language }: SourceSettings): object {
  const from =
    kind === "git" ? `--source "${TREE}"` : `--${kind === "file" ? "drop-in" : "source"} "\${source}"`;
  const words = [
    `exec "\${node}" "\${builder}" build ${from}`,
    `--builds "\${builds}" --cache "\${cache}" --environment "\${environment}"`,
  ];
  if (language !== null) words.push('--language "${language}"');
  if (folder !== ".") words.push('--folder "${folder}"');
  return {
    id: "build",
    ...(kind === "git" ? { dependencies: ["fetch"] } : {}),
    timeout: BUILD_TIMEOUT,
    command: `if [ "\${rebuild}" = true ]; then set -- --rebuild; fi\n${words.join(" ")} "$@"\n`,
    outputs: ["build"],
  };
}
