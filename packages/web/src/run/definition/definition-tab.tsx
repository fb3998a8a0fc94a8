import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { refusalFrom } from "../../api/refusal.ts";
import { Button, Failure, SkeletonRows, toast } from "../../design/index.ts";
import { outlineOf } from "../../app/program-outline.ts";
import { sourceQuery } from "../queries.ts";
import type { TabProps } from "../tabs.ts";
import { piecesOf } from "./yaml-colours.ts";

/** The text, or a program's jobs, that the run was started from: a run keeps its version, whatever becomes of the pipeline. */
export function DefinitionTab({ state }: TabProps) {
  const { run } = state;
  const pipeline = run?.pipeline ?? "";
  const version = run?.pipeline_version ?? 0;
  const query = useQuery({ ...sourceQuery(pipeline, version), enabled: run !== null });
  const source = query.data;
  return (
    <div className="tab-page">
      <p className="btns mid">
        <span>
          Version {version} of{" "}
          <Link className="link" to="/pipelines/$pipeline" params={{ pipeline }} search={{}}>
            {pipeline}
          </Link>
        </span>
        {source !== undefined && (
          <Button size="small" icon="copy" onClick={() => void copied(source)}>
            Copy
          </Button>
        )}
      </p>
      {query.error !== null && (
        <Failure
          what={`Version ${version} of ${pipeline} cannot be read.`}
          refusal={refusalFrom(query.error)}
          unaffected="The run itself is not affected."
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={12} label="Definition" />}
      {source !== undefined && <Source text={outlineOf(source)} />}
    </div>
  );
}

function Source({ text }: { readonly text: string }) {
  const lines = useMemo(() => piecesOf(text.replace(/\n$/, "")), [text]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area takes focus
    <pre className="code source" tabIndex={0} aria-label="Definition">
      <ol>
        {lines.map((pieces, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- a line is its place
          <li key={at}>
            {pieces.map(({ text: piece, kind }, place) => (
              // oxlint-disable-next-line react/no-array-index-key -- a piece is its place
              <span key={place} className={kind === "" ? undefined : `y-${kind}`}>
                {piece}
              </span>
            ))}
            {"\n"}
          </li>
        ))}
      </ol>
    </pre>
  );
}

async function copied(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast("The definition is copied.");
  } catch {
    toast("The browser does not allow copying over this connection.");
  }
}
