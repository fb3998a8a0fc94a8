import "./pipelines.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "../api/client.ts";
import { refusalFrom } from "../api/refusal.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, Failure, SkeletonRows, toast, useTitle } from "../design/index.ts";
import { Missing } from "./missing.tsx";
import type { Program } from "./program.ts";
import { pipelineQuery } from "./queries.ts";
import { SourceEditor } from "./source-editor.tsx";
import { changeBody, draftOf } from "./source-form.ts";

/** Where a pipeline is built from from now on. */
export function ChangeSource() {
  const { pipeline: name } = useParams({ from: "/pipelines/$pipeline/source" });
  useTitle(`Source of ${name}`);
  const query = useQuery(pipelineQuery(name));
  const refusal = query.error === null ? null : refusalFrom(query.error);
  const program = query.data?.program ?? null;
  return (
    <Screen
      crumbs={[
        { name: "Pipelines", to: "/pipelines" },
        { name, to: `/pipelines/${encodeURIComponent(name)}` },
        { name: "Source" },
      ]}
    >
      {refusal?.status === 404 ? <Missing name={name} /> : <Answer>Where {name} is built from.</Answer>}
      {refusal !== null && refusal.status !== 404 && (
        <Failure
          what={`The pipeline ${name} cannot be read.`}
          refusal={refusal}
          unaffected="It is built from where it was."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={6} label="Form" />}
      {query.data !== undefined && <Change key={name} name={name} program={program} />}
    </Screen>
  );
}

function Change({ name, program }: { readonly name: string; readonly program: Program | null }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  // What was typed is compared with what it was typed over: what others change meanwhile is not taken back.
  const [opened] = useState(program);
  if (program === null || opened === null)
    return <p className="rest">It is a workflow: its text is its source.</p>;
  const { kind, url } = program.source;
  if (kind === "file")
    return (
      <p className="rest">
        It is built from the file <span className="mono">{url}</span>. Put another one there to change it.
      </p>
    );
  const toPipeline = { to: "/pipelines/$pipeline", params: { pipeline: name } } as const;
  return (
    <>
      <p className="rest">
        {kind === "folder" && (
          <>
            Until now from the folder <span className="mono">{url}</span> of the server's machine; another
            folder is named from a terminal.{" "}
          </>
        )}
        The next build goes by it. Versions that are there stay, and runs start from the one in force.
      </p>
      <SourceEditor
        initial={draftOf(opened)}
        current={draftOf(program)}
        isNew={false}
        verb="Change it"
        failed="It was not changed."
        unaffected="It is built from where it was."
        cancel={toPipeline}
        send={(draft) =>
          data(
            api.PATCH("/pipelines/{id}/source", {
              params: { path: { id: name } },
              body: changeBody(draft, opened),
            }),
          )
        }
        onSent={() => {
          toast(`The next build of ${name} goes by its new source.`);
          void queries.invalidateQueries({ queryKey: ["pipelines"] });
          void queries.invalidateQueries({ queryKey: ["pipeline", name] });
          void navigate(toPipeline);
        }}
      />
    </>
  );
}
