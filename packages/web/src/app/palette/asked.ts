import { matchText } from "./match.ts";

/** More pipelines of that name are not asked for a number. */
const CANDIDATES = 4;

/** The server looks for one piece of text: the longest word that is no number of a run. */
export function askedFor(query: string): string {
  const words = wordsOf(query).filter((word) => numberIn(word) === null);
  return words.toSorted((one, other) => other.length - one.length)[0] ?? "";
}

/** Runs that are meant by number: `ledger #3` means `ledger-close#3`, if there is such a run. */
export function numberedRefs(query: string, pipelines: readonly string[]): readonly string[] {
  const words = wordsOf(query);
  const number = words.map(numberIn).find((found) => found !== null) ?? null;
  if (number === null) return [];
  const name = words.filter((word) => numberIn(word) === null).join(" ");
  return pipelines
    .flatMap((pipeline) => {
      const match = matchText(name, pipeline);
      return match === null ? [] : [{ pipeline, score: match.score }];
    })
    .toSorted((one, other) => other.score - one.score)
    .slice(0, CANDIDATES)
    .map(({ pipeline }) => `${pipeline}#${number}`);
}

function wordsOf(query: string): readonly string[] {
  return query
    .replaceAll("#", " #")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function numberIn(word: string): number | null {
  const match = /^#(\d+)$/.exec(word);
  return match === null ? null : Number(match[1]);
}
