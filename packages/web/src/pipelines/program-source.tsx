import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Ago, Button, Failure, SectionHead, StatusMark, toast } from "../design/index.ts";
import type { PipelineDetail } from "./queries.ts";

type Program = NonNullable<PipelineDetail["program"]>;

/** Of a pipeline that is a program: where it comes from, its last build, and what is in force. */
export function ProgramSource({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const { program, name, version } = pipeline;
  if (program === null || program === undefined) return null;
  const { source, pinned_version: pinned } = program;
  return (
    <section aria-label="Built from">
      <SectionHead title="Built from">
        <Build name={name} isBuilding={program.building !== null} />
      </SectionHead>
      <dl className="kv side-kv">
        <dt>{source.kind === "git" ? "Repository" : source.kind === "folder" ? "Folder" : "File"}</dt>
        <dd className="mono">{source.url}</dd>
        {source.branch !== null && (
          <>
            <dt>Branch</dt>
            <dd>{source.branch}</dd>
          </>
        )}
        {source.folder !== "." && (
          <>
            <dt>In</dt>
            <dd className="mono">{source.folder}</dd>
          </>
        )}
        {program.missing_since !== null && (
          <>
            <dt>Gone</dt>
            <dd className="warn">
              the file is not there since <Ago at={program.missing_since} />; the pipeline stays
            </dd>
          </>
        )}
        <dt>In force</dt>
        <dd>
          {version === 0
            ? "nothing yet: it has not been built"
            : pinned === null
              ? `version ${version}, the newest`
              : `version ${pinned}, pinned${pinned === program.newest_version ? "" : `; the newest is ${program.newest_version}`}`}
        </dd>
        <dt>Last build</dt>
        <dd>
          <LastBuild program={program} />
        </dd>
      </dl>
    </section>
  );
}

const BUILD_WORDS = {
  built: "made version",
  unchanged: "changed nothing",
  failed: "failed",
  cancelled: "was stopped",
} as const;

function LastBuild({ program: { building, last_build: last } }: { readonly program: Program }) {
  return (
    <>
      {building !== null && (
        <span className="block">
          <StatusMark status="running" />{" "}
          <Link className="link" to="/runs/$run" params={{ run: building.run_id }}>
            build {building.number}
          </Link>{" "}
          is under way
        </span>
      )}
      {last === null ? (
        building === null && "none"
      ) : (
        <span className="block">
          <StatusMark
            status={
              last.status === "failed" ? "failed" : last.status === "cancelled" ? "cancelled" : "completed"
            }
          />{" "}
          <Link className="link" to="/runs/$run" params={{ run: last.run_id }}>
            build {last.number}
          </Link>{" "}
          {BUILD_WORDS[last.status]}
          {last.status === "built" && ` ${last.version}`} <Ago at={last.ended_at} />
          {last.message !== "" && <span className="soft small block">{last.message}</span>}
        </span>
      )}
    </>
  );
}

/** Builds what is there now; the version in force serves until the build has ended well. */
function Build({ name, isBuilding }: { readonly name: string; readonly isBuilding: boolean }) {
  const queries = useQueryClient();
  const build = useMutation({
    mutationFn: () => data(api.POST("/pipelines/{id}/build", { params: { path: { id: name } }, body: {} })),
    onSuccess: () => toast(`${name} is being built. The version in force stays until that has ended well.`),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["pipeline", name] }),
  });
  return (
    <>
      <Button size="small" busy={build.isPending || isBuilding} onClick={() => build.mutate()}>
        Build
      </Button>
      {build.error !== null && (
        <Failure
          what="It is not built."
          refusal={refusalFrom(build.error)}
          unaffected="Its versions are as they were."
        />
      )}
    </>
  );
}
