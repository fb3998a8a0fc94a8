import { amount, first, numberWord, numberWordFirst } from "../design/number.ts";

/** The sentences of the start page: fixed patterns over facts. */

/** A piece of a sentence; with an address it is a link. */
export interface Piece {
  readonly text: string;
  readonly to?: string;
}

export interface Failing {
  readonly pipeline: string;
  readonly inARow: number;
  readonly occasion: Occasion;
}

export interface Facts {
  /** Questions that wait for a person. */
  readonly waiting: number;
  readonly failing: readonly Failing[];
  /** What is wrong with the server, each a sentence. */
  readonly troubles: readonly string[];
  readonly live: { readonly pending: number; readonly running: number; readonly stopping: number };
}

/** What runs that failed in a row have in common: one a night, one a day, or nothing. */
export type Occasion = "night" | "day" | "time";

/** What a person came to learn: does anything need me, is anything wrong? */
export function answerPieces(facts: Facts): readonly Piece[] {
  const { waiting, failing, troubles, live } = facts;
  if (waiting === 0 && failing.length === 0 && troubles.length === 0)
    return [{ text: `Everything is well. ${workingText(live)}` }];
  const pieces: Piece[] = [];
  if (waiting > 0)
    pieces.push(
      {
        text: `${numberWordFirst(waiting)} ${waiting === 1 ? "thing waits" : "things wait"} for you.`,
        to: "/inbox",
      },
      { text: " " },
    );
  for (const trouble of troubles) pieces.push({ text: trouble, to: "/system" }, { text: " " });
  if (failing.length === 0) return [...pieces, { text: "Everything else is well." }];
  return [...pieces, ...failingPieces(failing), { text: "; everything else is well." }];
}

/** How it goes on: what the live runs do unless that has been said, and what comes next. */
export function restPieces(
  facts: Facts,
  next: { readonly pipeline: string; readonly inText: string } | null,
): readonly Piece[] {
  const isSaid = facts.waiting === 0 && facts.failing.length === 0 && facts.troubles.length === 0;
  const live = liveText(facts.live, isSaid);
  const pieces: Piece[] = live === "" ? [] : [{ text: `${live} ` }];
  if (next === null) return [...pieces, { text: "No schedule is going to start a run." }];
  return [
    ...pieces,
    { text: "Next is " },
    { text: next.pipeline, to: pipelinePath(next.pipeline) },
    { text: `, ${next.inText}.` },
  ];
}

/** When runs began, as a person would count them. @param starts milliseconds since 1970, in the reader's zone */
export function occasionOf(starts: readonly number[]): Occasion {
  if (starts.length < 2) return "time";
  const dates = starts.map((at) => new Date(at));
  // A night belongs to the day on which it ends.
  const days = new Set(dates.map((date) => new Date(date.getTime() + 2 * 3_600_000).toDateString()));
  if (days.size < dates.length) return "time";
  const isNight = dates.every((date) => date.getHours() >= 22 || date.getHours() < 6);
  return isNight ? "night" : "day";
}

export function pipelinePath(name: string): string {
  return `/pipelines/${encodeURIComponent(name)}`;
}

function failingPieces(failing: readonly Failing[]): readonly Piece[] {
  const [worst, second, ...others] = failing;
  if (worst === undefined) return [];
  const pieces: Piece[] = [
    { text: worst.pipeline, to: pipelinePath(worst.pipeline) },
    { text: ` has failed ${rowText(worst)}` },
  ];
  if (second === undefined) return pieces;
  if (others.length > 0)
    return [...pieces, { text: `, and ${numberWord(failing.length - 1)} more pipelines fail` }];
  return [
    ...pieces,
    { text: ", " },
    { text: second.pipeline, to: pipelinePath(second.pipeline) },
    { text: ` ${rowText(second)}` },
  ];
}

function rowText({ inARow, occasion }: Failing): string {
  return `${numberWord(inARow)} ${occasion}${inARow === 1 ? "" : "s"} in a row`;
}

function workingText({ running, pending, stopping }: Facts["live"]): string {
  if (running > 0) return `${amount(running, "run")} ${running === 1 ? "is" : "are"} working.`;
  return pending + stopping === 0 ? "Nothing is running." : "Nothing is working.";
}

function liveText({ running, pending, stopping }: Facts["live"], isSaid: boolean): string {
  const clause = (count: number, what: string): readonly string[] =>
    count === 0 ? [] : [`${numberWord(count)} ${count === 1 ? "is" : "are"} ${what}`];
  const working =
    isSaid || running === 0
      ? []
      : [`${numberWord(running)} ${running === 1 ? "run is" : "runs are"} working`];
  const parts = [...working, ...clause(pending, "pending"), ...clause(stopping, "being stopped")];
  if (parts.length === 0) return isSaid || running > 0 ? "" : "Nothing is running.";
  return `${first(parts.join(", "))}.`;
}
