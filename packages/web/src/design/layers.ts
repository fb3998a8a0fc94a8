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
  const usual = byDepth(nodes.filter(({ final }) => !final));
  const last = byDepth(nodes.filter(({ final }) => final));
  return [...usual, ...last];
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

/** Longest paths by Kahn's order, without recursion: a chain may be 10,000 tasks long. */
function byDepth(nodes: readonly GraphNode[]): readonly (readonly GraphNode[])[] {
  const known = new Map(nodes.map((node) => [node.key, node]));
  const dependants = new Map<string, string[]>();
  const missing = new Map<string, number>();
  for (const node of nodes) {
    const keys = dependencyKeys(node).filter((key) => known.has(key));
    missing.set(node.key, keys.length);
    for (const key of keys) dependants.set(key, [...(dependants.get(key) ?? []), node.key]);
  }
  const depths = new Map<string, number>();
  const ready = nodes.filter(({ key }) => missing.get(key) === 0).map(({ key }) => key);
  for (const key of ready) {
    const depth = depths.get(key) ?? 0;
    depths.set(key, depth);
    for (const next of dependants.get(key) ?? []) {
      depths.set(next, Math.max(depths.get(next) ?? 0, depth + 1));
      const left = (missing.get(next) ?? 1) - 1;
      missing.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const layers: GraphNode[][] = [];
  for (const node of nodes) {
    const depth = depths.get(node.key) ?? 0;
    while (layers.length <= depth) layers.push([]);
    layers[depth]?.push(node);
  }
  return layers;
}
