import { layersOf as depthsOf, linksOf } from "./graph/layers.ts";

/** What a picture of a definition must know of a task. */
export interface GraphNode {
  readonly key: string;
  readonly name: string;
  readonly kind: "task" | "group" | "approval" | "child";
  /** Keys; `plan/*` also waits for what `plan` adds. */
  readonly dependencies: readonly string[];
  /** Members of a fixed matrix; null: none, or known when it runs. */
  readonly members: number | null;
  readonly condition: string | null;
  /** Runs after all others have ended. */
  readonly final: boolean;
}

/** Tasks by layer: each stands behind all that it waits for; what runs at the end comes last. */
export function layersOf(nodes: readonly GraphNode[]): readonly (readonly GraphNode[])[] {
  const known = nodes.map(({ key, final: isLast }) => ({ key, isLast, width: 0, height: 0 }));
  const edges = nodes.flatMap((node) => dependencyKeys(node).map((from) => ({ from, to: node.key })));
  const layers: GraphNode[][] = [];
  for (const [at, depth] of depthsOf(known, linksOf(known, edges)).entries()) {
    const node = nodes[at];
    while (layers.length <= depth) layers.push([]);
    if (node !== undefined) layers[depth]?.push(node);
  }
  // A draft with a circle may leave a layer without tasks.
  return layers.filter((layer) => layer.length > 0);
}

/** Keys that a task waits for, without the mark of what those add. */
export function dependencyKeys(node: GraphNode): readonly string[] {
  return [...new Set(node.dependencies.map((key) => (key.endsWith("/*") ? key.slice(0, -2) : key)))];
}

/** `×8` where a matrix is fixed, `×n` where its members are known only when it runs; null: no group. */
export function membersText(node: GraphNode): string | null {
  return node.kind === "group" ? `×${node.members ?? "n"}` : null;
}

/** `deploy ×3, when failure(), after build, test`. */
export function nodeText(node: GraphNode): string {
  const members = membersText(node);
  const after = dependencyKeys(node);
  return [
    `${node.name}${members === null ? "" : ` ${members}`}`,
    node.kind === "approval" ? "asks a person" : node.kind === "child" ? "runs a pipeline" : "",
    node.condition === null ? "" : `when ${node.condition}`,
    node.final ? "at the end, whatever happens" : "",
    after.length === 0 ? "" : `after ${after.join(", ")}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** `19 tasks in 8 layers`. */
export function shapeText(nodes: readonly GraphNode[]): string {
  const layers = layersOf(nodes).length;
  const tasks = nodes.length === 1 ? "1 task" : `${nodes.length} tasks`;
  return `${tasks} in ${layers === 1 ? "1 layer" : `${layers} layers`}`;
}
