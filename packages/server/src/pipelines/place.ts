/** Where a value of a file stands, and what it was written as. Offsets are UTF-16 units. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** The key that leads to the value; null for items of lists and for the root. */
  readonly key: { readonly start: number; readonly end: number } | null;
  /** The text of a scalar, before it became a number or a boolean; null for maps and lists. */
  readonly text: string | null;
  readonly children: ReadonlyMap<string | number, Place> | null;
}

/** A way into a file: keys of maps and positions of lists. */
export type Path = readonly (string | number)[];

/** The place under a path, or the nearest one above it. */
export function placeAt(root: Place, path: Path): Place {
  let place = root;
  for (const step of path) {
    const next = place.children?.get(step);
    if (next === undefined) return place;
    place = next;
  }
  return place;
}

/** The text of the scalar under a path as it was written (`1.10` stays `1.10`), or null. */
export function textAt(root: Place, path: Path): string | null {
  return placeAt(root, path).text;
}
