import { useState } from "react";

/**
 * Ids of rows in the order in which they are shown: what is there keeps its place, what came is behind it. While rows
 * are held (the pointer is over them) none comes and none goes.
 */
export function steadyOrder(
  shown: readonly string[],
  present: readonly string[],
  isHeld: boolean,
): readonly string[] {
  if (isHeld && shown.length > 0) return shown;
  const now = new Set(present);
  const before = new Set(shown);
  return [...shown.filter((id) => now.has(id)), ...present.filter((id) => !before.has(id))];
}

export interface Steady<Row> {
  readonly rows: readonly Row[];
  /** How many came that are not shown yet. */
  readonly fresh: number;
  /** Put on what holds the rows. */
  readonly hold: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
  };
}

/** Rows that change in place; nothing moves under the pointer. */
export function useSteady<Row>(present: readonly Row[], idOf: (row: Row) => string): Steady<Row> {
  const [isHeld, setHeld] = useState(false);
  const [last, setLast] = useState<{
    readonly order: readonly string[];
    readonly rows: ReadonlyMap<string, Row>;
  }>({ order: [], rows: new Map() });
  const ids = present.map(idOf);
  const order = steadyOrder(last.order, ids, isHeld);
  const rows = new Map(last.rows);
  for (const row of present) rows.set(idOf(row), row);
  if (order.join("\n") !== last.order.join("\n") || present.some((row) => last.rows.get(idOf(row)) !== row))
    setLast({ order, rows: new Map(order.flatMap((id) => pair(id, rows.get(id)))) });
  const isShown = new Set(order);
  return {
    rows: order.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined ? [] : [row];
    }),
    fresh: ids.filter((id) => !isShown.has(id)).length,
    hold: { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) },
  };
}

function pair<Row>(id: string, row: Row | undefined): readonly (readonly [string, Row])[] {
  return row === undefined ? [] : [[id, row]];
}
