import type { Ladder, Unit } from "./ladder.ts";

const GAP = 11;
const ROUNDS = 10;
/** A lane bends less readily than an edge of a node: what passes runs straight. */
const LANE_WEIGHT = 4;
/** What is tied to nothing on this side gives way to what is. */
const LOOSE_WEIGHT = 0.05;

/** Middles of the units, by id; the leftmost edge is at 0. */
export function placed(ladder: Ladder): readonly number[] {
  const xs: number[] = [];
  for (const layer of ladder.layers) {
    const offsets = offsetsOf(layer);
    const middle = (offsets.at(-1) ?? 0) / 2;
    for (const [at, unit] of layer.entries()) xs[unit.id] = (offsets[at] ?? 0) - middle;
  }
  const lanes = new Set(ladder.lanes.values());
  const order = [...ladder.layers.keys()];
  for (let round = 0; round < ROUNDS; round++) {
    const middle = xs.reduce((sum, x) => sum + x, 0) / Math.max(1, xs.length);
    const ties = tiesOf(ladder, round);
    const wishOf = (unit: Unit): Wish => {
      const tied = ties(unit);
      if (tied.length > 0) return middleOf(unit, tied, xs, lanes);
      const isFree = ladder.up[unit.id]?.length === 0 && ladder.down[unit.id]?.length === 0;
      return { value: isFree ? middle : (xs[unit.id] ?? 0), weight: LOOSE_WEIGHT };
    };
    for (const at of round % 2 === 0 ? order : order.toReversed()) shift(ladder.layers[at] ?? [], xs, wishOf);
  }
  const edges = ladder.layers.flatMap((layer) => layer.map((unit) => (xs[unit.id] ?? 0) - unit.width / 2));
  const left = edges.reduce((least, edge) => Math.min(least, edge), Number.POSITIVE_INFINITY);
  return xs.map((x) => x - left);
}

/** From above, from below, and at the end between both. */
function tiesOf(ladder: Ladder, round: number): (unit: Unit) => readonly number[] {
  if (round >= ROUNDS - 2) return (unit) => [...(ladder.up[unit.id] ?? []), ...(ladder.down[unit.id] ?? [])];
  const side = round % 2 === 0 ? ladder.up : ladder.down;
  return (unit) => side[unit.id] ?? [];
}

function middleOf(
  unit: Unit,
  tied: readonly number[],
  xs: readonly number[],
  lanes: ReadonlySet<number>,
): Wish {
  let sum = 0;
  let weight = 0;
  for (const other of tied) {
    const own = lanes.has(unit.id) && lanes.has(other) ? LANE_WEIGHT : 1;
    sum += own * (xs[other] ?? 0);
    weight += own;
  }
  return { value: sum / weight, weight };
}

/** Moves the units of a layer as near to their wishes as they can come without touching or passing. */
function shift(layer: readonly Unit[], xs: number[], wishOf: (unit: Unit) => Wish): void {
  const offsets = offsetsOf(layer);
  const wishes = layer.map((unit, at) => {
    const { value, weight } = wishOf(unit);
    return { value: value - (offsets[at] ?? 0), weight };
  });
  for (const [at, value] of rising(wishes).entries()) {
    const unit = layer[at];
    if (unit !== undefined) xs[unit.id] = value + (offsets[at] ?? 0);
  }
}

/** Middles when the units stand side by side. */
function offsetsOf(layer: readonly Unit[]): readonly number[] {
  const offsets: number[] = [];
  let former: Unit | undefined;
  let x = 0;
  for (const unit of layer) {
    if (former !== undefined) x += (former.width + unit.width) / 2 + GAP;
    offsets.push(x);
    former = unit;
  }
  return offsets;
}

interface Wish {
  readonly value: number;
  readonly weight: number;
}

/** The rising values with the least weighted squared distance to the wishes: neighbours that would pass are pooled. */
export function rising(wishes: readonly Wish[]): readonly number[] {
  const pools: { value: number; weight: number; size: number }[] = [];
  for (const { value, weight } of wishes) {
    let pool = { value, weight, size: 1 };
    for (let last = pools.at(-1); last !== undefined && last.value > pool.value; last = pools.at(-1)) {
      pools.pop();
      const sum = last.weight + pool.weight;
      pool = {
        value: (last.value * last.weight + pool.value * pool.weight) / sum,
        weight: sum,
        size: last.size + pool.size,
      };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ value, size }) => Array.from({ length: size }, () => value));
}
