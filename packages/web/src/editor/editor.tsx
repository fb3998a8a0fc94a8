import "../design/yaml-text.css";
import "./editor.css";
import { useQuery } from "@tanstack/react-query";
import { refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, Failure, SkeletonRows, useTitle } from "../design/index.ts";
import { openQuery } from "./queries.ts";
import { Workbench } from "./workbench.tsx";

/** Writes a workflow: `?pipeline=` one that is there, with `?version=` from an older text; without, a new one. */
export function Editor() {
  const { pipeline = "", version } = useAddress().search;
  useTitle(pipeline === "" ? "New pipeline" : `Edit ${pipeline}`);
  const query = useQuery(openQuery(pipeline, version));
  const crumbs =
    pipeline === ""
      ? [{ name: "Pipelines", to: "/pipelines" }, { name: "New" }]
      : [
          { name: "Pipelines", to: "/pipelines" },
          { name: pipeline, to: `/pipelines/${pipeline}` },
          { name: "Edit" },
        ];
  const refusal = query.error === null ? null : refusalFrom(query.error);
  if (query.data !== undefined)
    return (
      <Screen crumbs={crumbs} fixed>
        <Workbench key={`${pipeline} ${version}`} pipeline={pipeline} opened={query.data} />
      </Screen>
    );
  return (
    <Screen crumbs={crumbs}>
      <Answer>{pipeline === "" ? "New pipeline" : `Edit ${pipeline}`}</Answer>
      {refusal === null ? (
        <SkeletonRows rows={8} label="Source" />
      ) : (
        <Failure
          what={
            refusal.status === 404
              ? `There is no ${version === undefined ? "workflow" : `version ${version} of`} ${pipeline} to edit.`
              : `The text of ${pipeline} cannot be read.`
          }
          refusal={refusal}
          unaffected="Drafts in this browser are kept."
          retry={refusal.status === 404 ? undefined : () => void query.refetch()}
        />
      )}
    </Screen>
  );
}
