import type { Piece } from "./ansi.ts";

/** A piece, or a part of one that was searched for. */
export interface Marked extends Piece {
  /** Number of the occurrence in its line, from 0; null: no match. */
  readonly match: number | null;
}

/** Cuts pieces where a searched text begins and ends. */
export function markMatches(pieces: readonly Piece[], text: string, wanted: string): readonly Marked[] {
  const starts = occurrences(text, wanted);
  if (starts.length === 0) return pieces.map((piece) => ({ ...piece, match: null }));
  const marked: Marked[] = [];
  let at = 0;
  let next = 0;
  for (const piece of pieces) {
    const end = at + piece.text.length;
    while (at < end) {
      const start = starts[next] ?? Number.POSITIVE_INFINITY;
      const until = at < start ? Math.min(start, end) : Math.min(start + wanted.length, end);
      const from = piece.text.length - (end - at);
      const part = piece.text.slice(from, from + until - at);
      marked.push({ ...piece, text: part, match: at < start ? null : next });
      at = until;
      if (at >= start + wanted.length) next += 1;
    }
  }
  return marked;
}

/** Where a text begins in another, whatever the case. */
export function occurrences(text: string, wanted: string): readonly number[] {
  if (wanted === "") return [];
  const [low, lowWanted] = [text.toLowerCase(), wanted.toLowerCase()];
  // A few letters become longer in lower case: then places would be wrong, and none is better.
  if (low.length !== text.length || lowWanted.length !== wanted.length) return [];
  const starts: number[] = [];
  for (let at = low.indexOf(lowWanted); at >= 0; at = low.indexOf(lowWanted, at + lowWanted.length))
    starts.push(at);
  return starts;
}
