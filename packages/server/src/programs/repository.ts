import { buildPipelineOf } from "@gaia/contracts";
import { GitError, lookAt, type Repository } from "@gaia/git";
import type { SecretResolver } from "../engine/options.ts";
import type { ProgramSourceRow } from "../store/port.ts";

export interface LookOptions {
  readonly secret: SecretResolver;
  /** Where files with credentials lie while they are needed. */
  readonly scratch: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The newest commit of a source's branch, by a `git` of its own. @throws GitError */
export async function newestCommit(
  row: ProgramSourceRow,
  { secret, scratch, environment }: LookOptions,
  signal: AbortSignal,
): Promise<string> {
  const { commit } = await lookAt(repositoryOf(row, secret), { scratch, environment, signal });
  return commit;
}

/** With its credential, which what builds the pipeline may read. */
function repositoryOf({ namespace, pipeline, source }: ProgramSourceRow, secret: SecretResolver): Repository {
  const { url, branch, knownHosts, credential } = source;
  if (credential === null) return { url, branch, knownHosts, credential };
  const { kind, user } = credential;
  const asked = secret(credential.secret, { namespace, pipeline: buildPipelineOf(pipeline) });
  if (asked.kind === "refused")
    throw new GitError("credentials_wanted", `It needs the secret ${credential.secret}, ${asked.why}.`);
  return { url, branch, knownHosts, credential: { kind, user, secret: asked.value } };
}
