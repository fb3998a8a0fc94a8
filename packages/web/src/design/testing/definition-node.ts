import type { GraphNode } from "../definition-nodes.ts";

/** A task of a definition, for tests. */
export function node(
  key: string,
  dependencies: readonly string[] = [],
  more: Partial<GraphNode> = {},
): GraphNode {
  return {
    key,
    name: key,
    kind: "task",
    dependencies,
    members: null,
    condition: null,
    final: false,
    ...more,
  };
}
