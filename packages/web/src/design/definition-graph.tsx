import "./definition-graph.css";
import { lazy, Suspense } from "react";
import { type GraphNode, shapeText } from "./definition-nodes.ts";
import { Strata } from "./strata.tsx";
import { useNarrow } from "./narrow.ts";

/** More tasks than this are a list: a picture of them says nothing. */
const DRAWN_MAX = 300;

const Drawing = lazy(() =>
  import("./definition-drawing.tsx").then(({ Drawing: component }) => ({ default: component })),
);

export interface DefinitionGraphProps {
  /** Of the pipeline. */
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  /** A draft is dashed: nothing of it has happened. */
  readonly isDraft?: boolean;
  /** The task that is looked at; its edges stand out. */
  readonly selected?: string | null;
  /** Tasks with something to mend. */
  readonly bad?: ReadonlySet<string>;
  readonly onSelect?: (key: string) => void;
}

/** The graph of a definition: what would run, in which order. */
export function DefinitionGraph(props: DefinitionGraphProps) {
  const { nodes, name, onSelect } = props;
  const isNarrow = useNarrow();
  if (nodes.length === 0) return <p className="soft">No tasks yet.</p>;
  if (isNarrow || nodes.length > DRAWN_MAX)
    return (
      <section className="strata-box" aria-label={`Graph of ${name}: ${shapeText(nodes)}`}>
        <Strata nodes={nodes} onSelect={onSelect} />
      </section>
    );
  return (
    <Suspense fallback={<div className="def-graph" aria-busy="true" />}>
      <Drawing {...props} />
    </Suspense>
  );
}
