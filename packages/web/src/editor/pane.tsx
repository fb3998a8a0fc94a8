import { lazy, Suspense } from "react";
import { useAddress } from "../app/address.ts";
import { DefinitionGraph, type GraphNode, SkeletonRows } from "../design/index.ts";
import { KeyHelp } from "./key-help.tsx";
import type { Kept } from "./queries.ts";
import { TemplatePicker } from "./template-picker.tsx";

const DiffView = lazy(() =>
  import("../design/diff-view.tsx").then((module) => ({ default: module.DiffView })),
);

type View = "graph" | "changes" | "keys";

/** Beside the text: its graph, how it differs from what is kept, the keys. */
export function Pane({
  name,
  kept,
  text,
  nodes,
  selected,
  bad,
  onSelect,
  onPick,
}: {
  readonly name: string;
  readonly kept: Kept;
  readonly text: string;
  readonly nodes: readonly GraphNode[];
  readonly selected: string | null;
  readonly bad: ReadonlySet<string>;
  readonly onSelect: (key: string) => void;
  readonly onPick: (text: string) => void;
}) {
  const { search, set } = useAddress();
  const view: View = search["pane"] === "changes" || search["pane"] === "keys" ? search["pane"] : "graph";
  const views: readonly { readonly id: View; readonly name: string; readonly isOffered: boolean }[] = [
    { id: "graph", name: "Graph", isOffered: true },
    { id: "changes", name: `Compare with ${kept.version}`, isOffered: kept.version > 0 },
    { id: "keys", name: "Keys", isOffered: true },
  ];
  return (
    <section className="ed-pane" aria-label="Beside the text">
      <div className="chips ed-views" role="group" aria-label="Show">
        {views.flatMap(({ id, name: label, isOffered }) =>
          isOffered
            ? [
                <button
                  key={id}
                  type="button"
                  className="chip"
                  aria-pressed={id === view}
                  onClick={() => set({ pane: id === "graph" ? null : id }, { replace: true })}
                >
                  {label}
                </button>,
              ]
            : [],
        )}
      </div>
      {view === "keys" ? (
        <KeyHelp />
      ) : view === "changes" && kept.version > 0 ? (
        <Suspense fallback={<SkeletonRows rows={6} label="Changes" />}>
          <DiffView
            before={kept.source}
            after={text}
            beforeName={`version ${kept.version}`}
            afterName="your text"
          />
        </Suspense>
      ) : text.trim() === "" ? (
        <TemplatePicker onPick={onPick} />
      ) : (
        <DefinitionGraph
          name={name}
          nodes={nodes}
          isDraft
          selected={selected}
          bad={bad}
          onSelect={onSelect}
        />
      )}
    </section>
  );
}
