import "./forms.css";
import { Icon } from "./icon.tsx";
import { type GraphNode, layersOf, membersText } from "./definition-nodes.ts";

/** More of a layer than this is a number. */
const SHOWN_IN_LAYER = 24;

/** A definition's tasks by layer, as a list: for narrow screens, readers, and graphs too large to draw. */
export function Strata({
  nodes,
  onSelect,
}: {
  readonly nodes: readonly GraphNode[];
  readonly onSelect?: ((key: string) => void) | undefined;
}) {
  return (
    <ol className="strata">
      {layersOf(nodes).map((layer) => (
        <li key={layer[0]?.key}>
          {layer.slice(0, SHOWN_IN_LAYER).map((node) => (
            <Task key={node.key} node={node} onSelect={onSelect} />
          ))}
          {layer.length > SHOWN_IN_LAYER && (
            <span className="soft small">and {layer.length - SHOWN_IN_LAYER} more</span>
          )}
        </li>
      ))}
    </ol>
  );
}

function Task({
  node,
  onSelect,
}: {
  readonly node: GraphNode;
  readonly onSelect: ((key: string) => void) | undefined;
}) {
  const members = membersText(node);
  const isAsking = node.kind === "approval";
  const content = (
    <>
      {isAsking && <Icon name="person" />}
      {node.name}
      {members !== null && ` ${members}`}
      {isAsking && <span className="vh">, asks a person</span>}
    </>
  );
  const className = `tag${isAsking ? " ask" : ""}`;
  return onSelect === undefined ? (
    <span className={className} title={node.name}>
      {content}
    </span>
  ) : (
    <button type="button" className={className} onClick={() => onSelect(node.key)}>
      {content}
    </button>
  );
}
