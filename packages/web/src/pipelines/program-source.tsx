import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Ago, Button, Failure, SectionHead, spoken, StatusMark, toast } from "../design/index.ts";
import { BuildWebhook } from "./build-webhook.tsx";
import type { Building } from "./building.ts";
import type { Program } from "./program.ts";
import type { PipelineDetail } from "./queries.ts";
import { ToSource } from "./to-source.tsx";

/** Of a pipeline that is a program: where it comes from, its last build, and what is in force. */
export function ProgramSource({
  pipeline,
  build,
}: {
  readonly pipeline: PipelineDetail;
  readonly build: Building;
}) {
  const { program } = pipeline;
  if (program === null || program === undefined) return null;
  return (
    <section aria-label="Built from">
      <SectionHead title="Built from">
        <Link to="." search={{ tab: "builds" }}>
          Builds
        </Link>
      </SectionHead>
      <dl className="kv side-kv">
        <Source program={program} />
        {program.webhook !== null && (
          <Fact name="Webhook">
            <BuildWebhook webhook={program.webhook} />
          </Fact>
        )}
        <Fact name="In force">{inForce(pipeline, program)}</Fact>
        <Fact name="Last build">
          <LastBuild program={program} />
        </Fact>
      </dl>
      <div className="btns side-acts">
        <Button size="small" busy={build.isBusy || program.building !== null} onClick={build.start}>
          Build
        </Button>
        <ToSource name={pipeline.name} program={program} />
        <VersionActs pipeline={pipeline} program={program} />
      </div>
    </section>
  );
}

function Source({ program: { source, status_problem: problem } }: { readonly program: Program }) {
  const credential = source.ssh_key ?? source.token;
  return (
    <>
      <Fact name={source.kind === "git" ? "Repository" : source.kind === "folder" ? "Folder" : "File"}>
        <span className="mono source-url">{source.url}</span>
      </Fact>
      {source.branch !== null && <Fact name="Branch">{source.branch}</Fact>}
      {source.folder !== "." && (
        <Fact name="In">
          <span className="mono">{source.folder}</span>
        </Fact>
      )}
      {credential !== null && (
        <Fact name={source.ssh_key === null ? "Token" : "SSH key"}>
          <Link className="link mono" to="/secrets" search={{ secret: credential }}>
            {credential}
          </Link>
        </Fact>
      )}
      {source.kind === "git" && (
        <Fact name="New commits">
          {source.poll_ms === 0 ? "not looked for" : `looked for every ${spoken(source.poll_ms)}`}
        </Fact>
      )}
      {source.status !== null && (
        <Fact name="Forge">
          {problem === null ? "is told of builds" : `could not be told of a build: ${problem.message}`}, with
          the token{" "}
          <Link className="link mono" to="/secrets" search={{ secret: source.status.token }}>
            {source.status.token}
          </Link>
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function inForce({ version }: PipelineDetail, { pinned_version: pinned, newest_version: newest }: Program) {
  if (version === 0) return "nothing yet";
  if (pinned === null) return `version ${version}, the newest`;
  return `version ${pinned}, pinned${pinned === newest ? "" : `; the newest is ${newest}`}`;
}

const BUILD_WORDS = {
  built: "made version",
  unchanged: "changed nothing",
  failed: "failed",
  cancelled: "was stopped",
} as const;
const BUILD_MARKS = {
  built: "completed",
  unchanged: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const;

function LastBuild({ program: { building, last_build: last } }: { readonly program: Program }) {
  return (
    <>
      {building !== null && (
        <span className="block">
          <StatusMark status={building.status} />{" "}
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
          <StatusMark status={BUILD_MARKS[last.status]} />{" "}
          <Link className="link" to="/runs/$run" params={{ run: last.run_id }}>
            build {last.number}
          </Link>{" "}
          {BUILD_WORDS[last.status]}
          {last.status === "built" && ` ${last.version},`} <Ago at={last.ended_at} past />
        </span>
      )}
    </>
  );
}

type Choice = "rollback" | "promote" | "unpin";

/** Moves the pin without looking for a version: back to the one before, on to the newest, or away. */
function VersionActs({
  pipeline: { name, version },
  program: { pinned_version: pinned, newest_version: newest },
}: {
  readonly pipeline: PipelineDetail;
  readonly program: Program;
}) {
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (choice: Choice) =>
      data(api.POST(`/pipelines/{id}/${choice}`, { params: { path: { id: name } } })),
    onSuccess: ({ version: now }) =>
      toast(`Runs of ${name} start from version ${now}. Running runs keep theirs.`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["pipeline", name] }),
  });
  const act = (choice: Choice) => () => {
    if (!choose.isPending) choose.mutate(choice);
  };
  return (
    <>
      {version > 1 && (
        <Button size="small" busy={choose.isPending} onClick={act("rollback")}>
          Roll back
        </Button>
      )}
      {pinned !== null && pinned < newest && (
        <Button size="small" busy={choose.isPending} onClick={act("promote")}>
          Promote {newest}
        </Button>
      )}
      {pinned !== null && (
        <Button size="small" busy={choose.isPending} onClick={act("unpin")}>
          Unpin
        </Button>
      )}
      {choose.error !== null && (
        <Failure
          what="The version in force stays."
          refusal={refusalFrom(choose.error)}
          unaffected={`Runs start from version ${version}.`}
        />
      )}
    </>
  );
}
