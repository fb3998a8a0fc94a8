/** Names longer than this are not compared: the work grows with the square of their length. */
const MAX_NAME_LENGTH = 100;

/**
 * The candidate that `name` was probably meant to be, or null when none is near enough. Near enough: at most one
 * mistake in three characters, at least one and at most three; upper and lower case count as equal. Of candidates that
 * are equally near, the first one.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  if (name.length > MAX_NAME_LENGTH) return null;
  const wanted = name.toLowerCase();
  // A name of one character would be "near" every other one: it has to match but for its case.
  const allowed = name.length < 2 ? 0 : Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** `; did you mean "x"?` for the end of an error message, or nothing when no candidate is near enough. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates);
  return found === null ? "" : `; did you mean \`${found}\`?`;
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): the least number of insertions, deletions, replacements and
 * swaps of neighbours that turn one text into the other.
 */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current: number[] = [];
    for (let column = 0; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) least = Math.min(least, at(beforePrevious, column - 2) + 1);
      current.push(least);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, to.length);
}

/** Left of a row there is nothing to come from. */
function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
