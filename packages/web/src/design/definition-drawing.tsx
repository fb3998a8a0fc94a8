import { type KeyboardEvent, useMemo, useRef } from "react";
import type { DefinitionGraphProps } from "./definition-graph.tsx";
import { type GraphNode, membersText, nodeText, shapeText } from "./definition-nodes.ts";
import { definitionLayout, shownName } from "./definition-layout.ts";
import type { PlacedEdge, PlacedNode } from "./graph/layout.ts";
import { StatusShape } from "./status.tsx";

/** A wide graph is made smaller until its names cannot be read any more; then it scrolls. */
const SCALE_MIN = 0.72;
/** Left and right of the graph: the mark of a selection and the plates behind a group lie there. */
const MARGIN = 12;
const NONE: ReadonlySet<string> = new Set();

/** The picture itself; apart, as the layout is large and a list needs none. */
export function Drawing({
  name,
  nodes,
  isDraft = false,
  selected = null,
  bad = NONE,
  onSelect,
}: DefinitionGraphProps) {
  const placed = useMemo(() => definitionLayout(nodes), [nodes]);
  const width = placed.width + 2 * MARGIN;
  const svg = useRef<SVGSVGElement>(null);
  const pressed = (event: KeyboardEvent): void => {
    const target = neighbour(placed.edges, event.key, (event.target as Element).getAttribute("data-key"));
    if (target === undefined) return;
    event.preventDefault();
    svg.current?.querySelector<SVGElement>(`[data-key="${CSS.escape(target)}"]`)?.focus();
  };
  return (
    <div className="def-graph scroll-x" role="region" aria-label={`Graph of ${name}, scrolls`} tabIndex={0}>
      <svg
        ref={svg}
        viewBox={`${-MARGIN} 0 ${width} ${placed.height}`}
        style={{ width: `min(100%, ${width}px)`, minWidth: width * SCALE_MIN }}
        className={isDraft ? "draft" : ""}
        role="group"
        aria-label={`${name}: ${shapeText(nodes)}`}
        onKeyDown={pressed}
      >
        {placed.bands.map((band, at) => (
          <rect
            key={band.y}
            className={at % 2 === 1 ? "def-band odd" : "def-band"}
            x={-MARGIN}
            y={band.y}
            width={width}
            height={band.height}
          />
        ))}
        {placed.edges.map((edge) => (
          <path
            key={`${edge.from} ${edge.to}`}
            d={edge.path}
            className={edge.from === selected || edge.to === selected ? "def-edge near" : "def-edge"}
          />
        ))}
        {nodes.map((node) => {
          const place = placed.nodes.get(node.key);
          return place === undefined ? null : (
            <Node
              key={node.key}
              node={node}
              place={place}
              isSelected={node.key === selected}
              isBad={bad.has(node.key)}
              onSelect={onSelect}
            />
          );
        })}
      </svg>
    </div>
  );
}

function Node({
  node,
  place: { x, y, width, height },
  isSelected,
  isBad,
  onSelect,
}: {
  readonly node: GraphNode;
  readonly place: PlacedNode;
  readonly isSelected: boolean;
  readonly isBad: boolean;
  readonly onSelect: ((key: string) => void) | undefined;
}) {
  const members = membersText(node);
  const text = `${nodeText(node)}${isBad ? ", has a problem" : ""}`;
  const acts =
    onSelect === undefined
      ? { role: "img" }
      : {
          role: "button",
          tabIndex: 0,
          onClick: () => onSelect(node.key),
          onKeyDown: (event: KeyboardEvent) => event.key === "Enter" && onSelect(node.key),
        };
  const classes = [
    "def-node",
    `of-${node.kind}`,
    isSelected ? "sel" : "",
    isBad ? "bad" : "",
    node.final ? "final" : "",
  ];
  return (
    <g
      className={classes.join(" ")}
      transform={`translate(${x} ${y})`}
      aria-label={text}
      data-key={node.key}
      {...acts}
    >
      <title>{text}</title>
      {node.kind === "group" && (
        <>
          <rect className="box under" x="6" y="6" width={width - 6} height={height} rx="6" />
          <rect className="box under" x="3" y="3" width={width - 3} height={height} rx="6" />
        </>
      )}
      <rect className="box" width={width} height={height} rx="6" />
      <g transform={`translate(9 ${height / 2 - 7}) scale(.875)`}>
        {isBad ? <StatusShape status="failed" /> : <KindShape kind={node.kind} />}
      </g>
      <text x="29" y={height / 2 + 4}>
        {shownName(node.name)}
        {members !== null && <tspan className="def-members"> {members}</tspan>}
      </text>
    </g>
  );
}

/** What kind of task it is, as a line drawing. */
function KindShape({ kind }: { readonly kind: GraphNode["kind"] }) {
  if (kind === "approval")
    return (
      <path
        className="def-kind"
        d="M8 3a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5M3 13.500c.6-2.700 2.600-4 5-4s4.400 1.300 5 4"
      />
    );
  if (kind === "child")
    return <path className="def-kind" d="M4 2.500v7a2 2 0 0 0 2 2h6M9.500 9l2.500 2.500L9.500 14" />;
  if (kind === "group")
    return (
      <path
        className="def-kind"
        d="M2.500 2.500h4.500v4.500H2.500zM9 2.500h4.500v4.500H9zM2.500 9h4.500v4.500H2.500zM9 9h4.500v4.500H9z"
      />
    );
  return <circle className="def-kind" cx="8" cy="8" r="5.500" />;
}

/** Arrows walk along edges: down to what waits for a task, up to what it waits for, sideways within either. */
function neighbour(edges: readonly PlacedEdge[], key: string, at: string | null): string | undefined {
  if (at === null) return undefined;
  if (key === "ArrowDown") return edges.find(({ from }) => from === at)?.to;
  if (key === "ArrowUp") return edges.find(({ to }) => to === at)?.from;
  if (key !== "ArrowLeft" && key !== "ArrowRight") return undefined;
  const above = edges.find(({ to }) => to === at)?.from;
  const siblings = edges.flatMap(({ from, to }) => (from === above ? [to] : []));
  return siblings[siblings.indexOf(at) + (key === "ArrowRight" ? 1 : -1)];
}
