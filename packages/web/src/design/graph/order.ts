import type { Ladder, Unit } from "./ladder.ts";
import type { GraphLayout, GraphNode } from "./layout.ts";

const SWEEPS = 12;
/** In large graphs more sweeps cost more than they give. */
const LARGE = 2_500;
const LARGE_SWEEPS = 4;

/** The ladder with its layers in an order in which few edges cross. */
export function ordered(ladder: Ladder, nodes: readonly GraphNode[], former: GraphLayout): Ladder {
  let layers = asBefore(ladder.layers, nodes, former);
  let best = layers;
  let least = crossings(layers, ladder);
  const sweeps = ladder.up.length > LARGE ? LARGE_SWEEPS : SWEEPS;
  for (let sweep = 0; sweep < sweeps && least > 0; sweep++) {
    layers = swept(layers, ladder, sweep % 2 === 0);
    const count = crossings(layers, ladder);
    if (count >= least) continue;
    least = count;
    best = layers;
  }
  return { ...ladder, layers: best };
}

type Layers = readonly (readonly Unit[])[];

/** What was there keeps its order; what is new stands behind. */
function asBefore(layers: Layers, nodes: readonly GraphNode[], former: GraphLayout): Layers {
  if (former.nodes.size === 0) return layers;
  const place = (unit: Unit): number =>
    former.nodes.get(nodes[unit.nodes[0] ?? -1]?.key ?? "")?.x ?? Number.MAX_SAFE_INTEGER;
  return layers.map((layer) => layer.toSorted((one, other) => place(one) - place(other)));
}

/** Each layer, from the top or the bottom, in the order of the middles of what its units are tied to. */
function swept(layers: Layers, ladder: Ladder, isDown: boolean): Layers {
  const at = positions(layers);
  const ties = isDown ? ladder.up : ladder.down;
  const next = [...layers];
  const order = [...layers.keys()];
  for (const index of isDown ? order : order.toReversed()) {
    const layer = layers[index] ?? [];
    const wish = new Map(
      layer.map((unit) => {
        const tied = ties[unit.id] ?? [];
        const sum = tied.reduce((total, other) => total + (at[other] ?? 0), 0);
        return [unit.id, tied.length === 0 ? (at[unit.id] ?? 0) : sum / tied.length];
      }),
    );
    const sorted = layer.toSorted((one, other) => (wish.get(one.id) ?? 0) - (wish.get(other.id) ?? 0));
    for (const [place, unit] of sorted.entries()) at[unit.id] = place / Math.max(1, sorted.length - 1);
    next[index] = sorted;
  }
  return next;
}

/** Place within the layer, from 0 to 1, by unit: layers of different widths compare. */
function positions(layers: Layers): number[] {
  const at: number[] = [];
  for (const layer of layers)
    for (const [place, unit] of layer.entries())
      at[unit.id] = layer.length === 1 ? 0.5 : place / (layer.length - 1);
  return at;
}

/** How many pairs of ties cross, by an accumulator tree (Barth, Jünger, Mutzel 2002). */
export function crossings(layers: Layers, ladder: Ladder): number {
  let count = 0;
  for (let index = 0; index + 1 < layers.length; index++) {
    const below = new Map((layers[index + 1] ?? []).map((unit, place) => [unit.id, place]));
    let leaves = 1;
    while (leaves < below.size) leaves *= 2;
    const tree = new Uint32Array(2 * leaves);
    for (const unit of layers[index] ?? []) {
      const targets = (ladder.down[unit.id] ?? []).flatMap((id) => below.get(id) ?? []);
      for (const place of targets.toSorted((one, other) => one - other)) {
        for (let at = place + leaves; at > 0; at >>= 1) {
          if (at > 1 && at % 2 === 0) count += tree[at + 1] ?? 0;
          tree[at] = (tree[at] ?? 0) + 1;
        }
      }
    }
  }
  return count;
}
