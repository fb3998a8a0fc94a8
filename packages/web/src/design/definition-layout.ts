import { dependencyKeys, type GraphNode, membersText } from "./definition-nodes.ts";
import { type GraphLayout, layoutOf } from "./graph/layout.ts";
import { fitted, textWidth } from "./graph/text-width.ts";

const NODE_HEIGHT = 30;
const GROUP_HEIGHT = 36;
/** Size of type, as `definition-graph.css` sets it. */
const NAME_SIZE = 11.5;
const AROUND_NAME = 40;
const NAME_MAX = 200;

/** What a node says: a long name is cut, its title has it whole. */
export function shownName(name: string): string {
  return fitted(name, NAME_MAX, NAME_SIZE);
}

/** Places a definition's graph as a run's is placed: bands from top to bottom, what runs at the end below the rest. */
export function definitionLayout(nodes: readonly GraphNode[]): GraphLayout {
  return layoutOf(
    nodes.map((node) => ({ key: node.key, isLast: node.final, ...sizeOf(node) })),
    nodes.flatMap((node) => dependencyKeys(node).map((from) => ({ from, to: node.key }))),
  );
}

function sizeOf(node: GraphNode): { readonly width: number; readonly height: number } {
  const members = membersText(node);
  const text = `${shownName(node.name)}${members === null ? "" : ` ${members}`}`;
  return {
    width: Math.ceil(textWidth(text, NAME_SIZE)) + AROUND_NAME,
    height: node.kind === "group" ? GROUP_HEIGHT : NODE_HEIGHT,
  };
}
