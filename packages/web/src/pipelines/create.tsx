import "./pipelines.css";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, data } from "../api/client.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, toast, useTitle } from "../design/index.ts";
import { SourceEditor } from "./source-editor.tsx";
import { createBody, EMPTY_DRAFT } from "./source-form.ts";

/** A new pipeline out of a repository. Its first build begins at once, and is watched as any run is. */
export function Create() {
  useTitle("New pipeline");
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <Screen crumbs={[{ name: "Pipelines", to: "/pipelines" }, { name: "From a repository" }]}>
      <Answer>A pipeline out of a repository.</Answer>
      <p className="rest">
        A program in Go, Python, Java, C++, Ruby or TypeScript, whose functions are the jobs. Gaia builds it,
        and builds it again when there is a new commit. A workflow file is written{" "}
        <Link className="link" to="/editor">
          in the editor
        </Link>
        .
      </p>
      <SourceEditor
        initial={EMPTY_DRAFT}
        isNew
        verb="Build it"
        failed="It was not made."
        unaffected="Nothing has changed."
        cancel={{ to: "/pipelines" }}
        send={(draft) => data(api.POST("/pipelines", { body: createBody(draft) }))}
        onSent={({ pipeline, build }) => {
          toast(`${pipeline.name} is being built.`);
          void queries.invalidateQueries({ queryKey: ["pipelines"] });
          void navigate({ to: "/runs/$run", params: { run: build.run_id } });
        }}
      />
    </Screen>
  );
}
