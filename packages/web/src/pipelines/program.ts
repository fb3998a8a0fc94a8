import type { PipelineDetail, PipelineView } from "./queries.ts";

/** What the dashboard says of pipelines that are programs. */

export type Program = NonNullable<PipelineDetail["program"]>;

/** How it stands with the builds of a pipeline; null: it is none that is built, or there is nothing to say. */
export type BuildState =
  | { readonly kind: "building"; readonly isFirst: boolean }
  | { readonly kind: "failed" | "cancelled"; readonly isFirst: boolean }
  | { readonly kind: "unbuilt" };

/** What a person should know of its builds before anything else. */
export function buildState({
  version,
  program,
}: Pick<PipelineView, "version" | "program">): BuildState | null {
  const isFirst = version === 0;
  if (program === null || program === undefined) return null;
  if (program.building !== null) return { kind: "building", isFirst };
  const last = program.last_build?.status;
  if (last === "failed" || (last === "cancelled" && isFirst)) return { kind: last, isFirst };
  return isFirst ? { kind: "unbuilt" } : null;
}

/** Whether its newest build that has ended has failed, and no other one is under way. */
export function hasFailedBuild(pipeline: Pick<PipelineView, "version" | "program">): boolean {
  return buildState(pipeline)?.kind === "failed";
}

/** What became of the last that came to where its forge tells of pushes. */
export function deliveredText({
  status,
  event,
  message,
}: NonNullable<NonNullable<Program["webhook"]>["last_delivery"]>): string {
  const what = event ?? "a delivery";
  switch (status) {
    case "looking":
      return `${what}; the repository was looked at`;
    case "refused":
      return `a delivery was refused: ${message}`;
    default:
      return `${what} was passed over: ${message}`;
  }
}
