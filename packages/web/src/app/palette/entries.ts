import type { IconName, Status } from "../../design/index.ts";
import { type Match, matchText } from "./match.ts";

/** What the palette lists. */

export type Group = "now" | "do" | "runs" | "pipelines" | "elsewhere";
export const GROUPS: readonly { readonly id: Group; readonly name: string }[] = [
  { id: "now", name: "Now" },
  { id: "do", name: "Do" },
  { id: "runs", name: "Runs and jobs" },
  { id: "pipelines", name: "Pipelines" },
  { id: "elsewhere", name: "Elsewhere" },
];

export type Choice =
  /** An address within the dashboard. */
  { readonly kind: "go"; readonly to: string } | { readonly kind: "act"; readonly act: () => void };

export interface Entry {
  /** The same for the same thing, so that what was chosen lately is known again. */
  readonly id: string;
  readonly group: Group;
  readonly mark:
    | { readonly kind: "icon"; readonly name: IconName }
    | { readonly kind: "status"; readonly status: Status };
  readonly title: string;
  readonly note: string;
  /** Keys that do the same, as they are shown. */
  readonly keys?: readonly string[];
  readonly choice: Choice;
  /** The server has found it by what its title does not say, such as a part of an id. */
  readonly isFound?: boolean;
}

export interface Found {
  readonly entry: Entry;
  readonly match: Match;
}

/** So many of each group are shown while something is typed, and while nothing is. */
const SHOWN = { typed: 7, empty: 5 };
/** What was chosen last stands so far above what matches alike. */
const RECENT = 8;
/** Where something matches so well, what matches less than that is noise. */
const CLEAR = 35;
const UNCLEAR = 14;
const NONE: Match = { score: 0, ranges: [] };

/**
 * The entries that match, by group, the best first; what was chosen lately before what matches alike. `>` at the
 * beginning: actions only.
 *
 * @param recent ids, the newest first
 */
export function foundEntries(
  entries: readonly Entry[],
  typed: string,
  recent: readonly string[],
): readonly Found[] {
  const actionsOnly = typed.startsWith(">");
  const query = (actionsOnly ? typed.slice(1) : typed).trim();
  const seen = new Set<string>();
  const found = entries.flatMap((entry): readonly Found[] => {
    if (seen.has(entry.id) || (actionsOnly && entry.group !== "do")) return [];
    seen.add(entry.id);
    const match = matchText(query, entry.title) ?? (entry.isFound === true ? NONE : null);
    if (match === null) return [];
    const at = recent.indexOf(entry.id);
    return [{ entry, match: at < 0 ? match : { ...match, score: match.score + RECENT / (at + 1) } }];
  });
  const best = Math.max(0, ...found.map(({ match }) => match.score));
  const clear =
    best < CLEAR
      ? found
      : found.filter(({ match, entry }) => match.score >= UNCLEAR || entry.isFound === true);
  const most = query === "" ? SHOWN.empty : SHOWN.typed;
  return GROUPS.flatMap(({ id }) => {
    const own = clear.filter(({ entry }) => entry.group === id);
    const isWhole = id === "elsewhere" || (id === "do" && actionsOnly);
    return own.toSorted((one, other) => other.match.score - one.match.score).slice(0, isWhole ? 12 : most);
  });
}

/** Place of the one that matches best: it is what Enter opens. */
export function bestOf(found: readonly Found[]): number {
  const scores = found.map(({ match }) => match.score);
  return Math.max(0, scores.indexOf(Math.max(...scores)));
}
