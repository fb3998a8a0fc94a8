/** Filled by the command palette's part. */
export function Palette() {
  return null;
}
