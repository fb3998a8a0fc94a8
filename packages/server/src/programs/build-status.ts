import { buildPipelineOf, type CommitState } from "@gaia/contracts";
import { type ReadTarget, readTarget } from "../commit-statuses/target.ts";
import type { ProgramSourceRow, SourceStatus, StatusWish } from "../store/port.ts";

/** Where the forge is told of builds of a pipeline. */
export function buildStatusTarget(pipeline: string, repository: string, status: SourceStatus): ReadTarget {
  return readTarget({ ...status, repository, context: `gaia/${buildPipelineOf(pipeline)}` });
}

/** What the forge is told of a build; null: nothing, or it is not known of which commit. */
export function buildWish({ pipeline, source }: ProgramSourceRow, commit: unknown): StatusWish | null {
  if (source.status === null || typeof commit !== "string" || commit === "") return null;
  const read = buildStatusTarget(pipeline, source.url, source.status);
  if (read.kind === "invalid") return null;
  const { target } = read;
  return { target, commit: commit.toLowerCase(), trigger: null, pipeline: buildPipelineOf(pipeline) };
}

/** What a build has come to, as a forge is told. */
export type BuildOutcome =
  | { readonly kind: "version" | "unchanged"; readonly version: number }
  | { readonly kind: "none"; readonly status: "failed" | "cancelled"; readonly message: string };

export function buildState(outcome: BuildOutcome): {
  readonly state: CommitState;
  readonly description: string;
} {
  switch (outcome.kind) {
    case "version":
      return { state: "success", description: `Version ${outcome.version} was built` };
    case "unchanged":
      return { state: "success", description: `Unchanged: version ${outcome.version}` };
    case "none": {
      const [why = ""] = outcome.message.split("\n");
      return outcome.status === "failed"
        ? { state: "failure", description: why }
        : { state: "cancelled", description: `Cancelled: ${why}` };
    }
  }
}
