import { buildPipelineOf } from "@gaia/contracts";
import { lookAt } from "@gaia/git";
import type { SecretResolver } from "../engine/options.ts";
import { repositoryOf } from "../repositories/index.ts";
import type { ProgramSourceRow } from "../store/port.ts";

export interface LookOptions {
  readonly secret: SecretResolver;
  /** Where files with credentials lie while they are needed. */
  readonly scratch: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The newest commit of a source's branch, by a `git` of its own, with what its build may read. @throws GitError */
export async function newestCommit(
  { namespace, pipeline, source }: ProgramSourceRow,
  { secret, scratch, environment }: LookOptions,
  signal: AbortSignal,
): Promise<string> {
  const asker = { namespace, pipeline: buildPipelineOf(pipeline) };
  const repository = repositoryOf(source, asker, secret);
  const { commit } = await lookAt(repository, { scratch, environment, signal });
  return commit;
}
