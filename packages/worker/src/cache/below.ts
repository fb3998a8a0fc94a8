import { isAbsolute, relative, sep } from "node:path";

/** Whether a real path lies below a real folder. */
export function isBelow(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside !== "" && inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
