import type { GraphView } from "./api.ts";

type Node = GraphView["nodes"][number];

/** Columns of the smallest terminal that a drawing must fit into. */
const LEAST_COLUMNS = 40;
const DEFAULT_COLUMNS = 80;
/** Columns that a name is left, whatever the lines in front of it take. */
const NAME_COLUMNS = 24;

/**
 * The graph as lines for a terminal: one task a line, in an order in which it can run, with lines from each task to
 * those that wait for it. Where more lines run side by side than there is room for, the names of what a task waits for
 * stand behind it instead. Ends without a newline.
 */
export function graphAsText(view: GraphView, options: { readonly columns?: number } = {}): string {
  const columns = Math.max(LEAST_COLUMNS, options.columns ?? DEFAULT_COLUMNS);
  const main = view.nodes.filter((node) => !node.final);
  const final = view.nodes.filter((node) => node.final);
  const lines = drawNodes(main, columns);
  if (final.length > 0)
    lines.push(cut("── finally, when all have ended ──", columns), ...drawNodes(final, columns));
  return lines.join("\n");
}

/** The graph as a Mermaid flowchart, which GitHub and many editors draw. Names are escaped. */
export function graphAsMermaid(view: GraphView): string {
  const numbers = new Map(view.nodes.map((node, index) => [node.key, index]));
  const lines = ["flowchart TD"];
  const main: string[] = [];
  const final: string[] = [];
  for (const [index, node] of view.nodes.entries())
    (node.final ? final : main).push(`  ${mermaidNode(index, node)}`);
  lines.push(...main);
  if (final.length > 0)
    lines.push('  subgraph finally["finally"]', ...final.map((line) => `  ${line}`), "  end");
  for (const [index, node] of view.nodes.entries()) {
    for (const dependency of node.dependencies) {
      const from = numbers.get(keyOf(dependency));
      if (from !== undefined) lines.push(`  n${from} ${isJoin(dependency) ? "==>" : "-->"} n${index}`);
    }
  }
  return lines.join("\n");
}

/** A line that leads down from a task, until the last one that waits for it. */
interface Lane {
  readonly key: string;
  waiting: number;
}

function drawNodes(nodes: readonly Node[], columns: number): string[] {
  const keys = new Set(nodes.map((node) => node.key));
  const waiting = new Map<string, number>();
  const dependenciesOf = (node: Node) =>
    [...new Set(node.dependencies.map(keyOf))].filter((key) => keys.has(key));
  for (const node of nodes)
    for (const key of dependenciesOf(node)) waiting.set(key, (waiting.get(key) ?? 0) + 1);
  const mostLanes = Math.floor((columns - NAME_COLUMNS) / 2);
  const lanes: (Lane | null)[] = [];
  return inOrder(nodes, dependenciesOf).map((node) => {
    const dependencies = dependenciesOf(node);
    const drawn = dependencies.filter((key) => lanes.some((lane) => lane?.key === key));
    const named = node.dependencies.filter(
      (dependency) =>
        keys.has(keyOf(dependency)) && (!drawn.includes(keyOf(dependency)) || isJoin(dependency)),
    );
    const line = drawLine(lanes, drawn);
    while (lanes.at(-1) === null) lanes.pop();
    const open = waiting.get(node.key) ?? 0;
    if (open > 0) place(lanes, { key: node.key, waiting: open }, line.column, mostLanes);
    return `${line.text}${labelOf(node, named, columns - line.text.length)}`;
  });
}

/** The lines of the lanes, and the turn from those of the dependencies to the task, which stands in `column`. */
function drawLine(
  lanes: (Lane | null)[],
  dependencies: readonly string[],
): { readonly text: string; readonly column: number } {
  const first = lanes.findIndex((lane) => lane !== null && dependencies.includes(lane.key));
  const width = lanes.length;
  if (first === -1) {
    const free = lanes.indexOf(null);
    const column = free === -1 ? width : free;
    // A task that waits for nothing stands in a free lane only when no line runs to its right: names must not cross lines.
    const isClear = lanes.slice(column).every((lane) => lane === null);
    const at = isClear ? column : width;
    return {
      text: lanes
        .slice(0, at)
        .map((lane) => (lane === null ? "  " : "│ "))
        .join(""),
      column: at,
    };
  }
  let text = "";
  for (const [index, lane] of lanes.entries()) {
    const isFrom = lane !== null && dependencies.includes(lane.key);
    if (isFrom) {
      lane.waiting--;
      text += signOf(index === first, lane.waiting > 0);
      if (lane.waiting === 0) lanes[index] = null;
    } else if (index < first) text += lane === null ? "  " : "│ ";
    else text += lane === null ? "──" : "│─";
  }
  return { text, column: width };
}

function signOf(isFirst: boolean, staysOpen: boolean): string {
  if (isFirst) return staysOpen ? "├─" : "└─";
  return staysOpen ? "┼─" : "┴─";
}

/** Opens a lane in the task's own column, so that its line starts below its sign. */
function place(lanes: (Lane | null)[], lane: Lane, column: number, mostLanes: number): void {
  if (column >= mostLanes) return;
  while (lanes.length < column) lanes.push(null);
  lanes[column] = lane;
}

function labelOf(node: Node, named: readonly string[], room: number): string {
  const name = `${SIGNS[node.kind]} ${cleaned(node.key)}`;
  const notes = [
    ...(node.kind === "group" ? [node.members === null ? "× ?" : `× ${node.members}`] : []),
    ...(node.name === node.key ? [] : [cleaned(node.name)]),
    ...(named.length === 0 ? [] : [`after ${named.map(cleaned).join(", ")}`]),
    ...(node.condition === null ? [] : [`when ${cleaned(node.condition)}`]),
  ];
  if (notes.length === 0) return cut(name, room);
  const text = `${name}  ${notes.join("  ")}`;
  return text.length <= room
    ? text
    : cutEnd(`${cut(name, Math.max(NAME_COLUMNS, room - 12))}  ${notes.join("  ")}`, room);
}

const SIGNS: Readonly<Record<Node["kind"], string>> = { task: "●", group: "◆", approval: "?", child: "▸" };

/** Kahn's algorithm; of the tasks that are ready the one that became so last, which keeps lines short. */
function inOrder(nodes: readonly Node[], dependenciesOf: (node: Node) => readonly string[]): readonly Node[] {
  const open = new Map(nodes.map((node) => [node.key, dependenciesOf(node).length]));
  const dependants = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const key of dependenciesOf(node)) {
      const known = dependants.get(key);
      if (known === undefined) dependants.set(key, [node]);
      else known.push(node);
    }
  }
  const ready = nodes.filter((node) => open.get(node.key) === 0).toReversed();
  const order: Node[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    const freed: Node[] = [];
    for (const dependant of dependants.get(node.key) ?? []) {
      const rest = (open.get(dependant.key) ?? 0) - 1;
      open.set(dependant.key, rest);
      if (rest === 0) freed.push(dependant);
    }
    ready.push(...freed.toReversed());
  }
  return order;
}

function mermaidNode(index: number, node: Node): string {
  const members = node.kind === "group" ? ` × ${node.members ?? "?"}` : "";
  const condition = node.condition === null ? "" : `<br/>when ${escaped(node.condition)}`;
  const label = `"${escaped(node.name)}${members}${condition}"`;
  switch (node.kind) {
    case "task":
      return `n${index}[${label}]`;
    case "group":
      return `n${index}[[${label}]]`;
    case "approval":
      return `n${index}{{${label}}}`;
    case "child":
      return `n${index}([${label}])`;
  }
}

/** Everything that Mermaid or Markdown could read as more than a letter, as a numbered entity. */
function escaped(text: string): string {
  return cleaned(text).replaceAll(
    /[^\p{L}\p{N} _.,:/=+-]/gu,
    (character) => `#${character.codePointAt(0) ?? 32};`,
  );
}

/** A name cannot write to the terminal or break a line. */
function cleaned(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ");
}

function keyOf(dependency: string): string {
  return isJoin(dependency) ? dependency.slice(0, -2) : dependency;
}

function isJoin(dependency: string): boolean {
  return dependency.endsWith("/*");
}

/** The text, with `…` in its middle when it is too long. */
function cut(text: string, room: number): string {
  if (text.length <= room) return text;
  const head = Math.ceil((room - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (room - 1 - head))}`;
}

function cutEnd(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}
