import { PATTERN_LIMITS } from "./limits.ts";

/** Code points from the first to the last, both included. */
export type Range = readonly [first: number, last: number];

/** A parsed pattern. */
export type PatternNode =
  | { readonly kind: "set"; readonly ranges: readonly Range[] }
  | { readonly kind: "anchor"; readonly at: "start" | "end" }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | {
      readonly kind: "repeat";
      readonly part: PatternNode;
      readonly least: number;
      readonly most: number | null;
    };

/**
 * A state of the automaton. `set` reads a character and goes on to the state after it; `split` goes on to all of
 * `targets`, `anchor` to the state after it if it stands at that end of the text; `match` ends.
 */
export type State =
  | { readonly kind: "set"; readonly ranges: readonly Range[] }
  | { readonly kind: "split"; readonly targets: number[] }
  | { readonly kind: "anchor"; readonly at: "start" | "end" }
  | { readonly kind: "match" };

/** The states; the first one is where a match begins. */
export type Program = readonly State[];

/** Thompson's construction. Null when it would take more states than the limit. */
export function compilePattern(node: PatternNode): Program | null {
  const states: State[] = [];
  return emit(node, states) && push({ kind: "match" }, states) ? states : null;
}

function push(state: State, states: State[]): boolean {
  return states.push(state) <= PATTERN_LIMITS.states;
}

/** Appends the states of a node; false once there are too many. */
function emit(node: PatternNode, states: State[]): boolean {
  switch (node.kind) {
    case "sequence":
      return node.parts.every((part) => emit(part, states));
    case "choice":
      return emitChoice(node.options, states);
    case "repeat":
      return emitRepeat(node.part, node.least, node.most, states);
    case "set":
    case "anchor":
      return push(node, states);
  }
}

function emitChoice(options: readonly PatternNode[], states: State[]): boolean {
  const starts: number[] = [];
  if (!push({ kind: "split", targets: starts }, states)) return false;
  const ends: number[][] = [];
  for (const option of options) {
    starts.push(states.length);
    const end: number[] = [];
    ends.push(end);
    if (!emit(option, states) || !push({ kind: "split", targets: end }, states)) return false;
  }
  for (const end of ends) end.push(states.length);
  return true;
}

function emitRepeat(part: PatternNode, least: number, most: number | null, states: State[]): boolean {
  for (let count = 0; count < least; count++) if (!emit(part, states)) return false;
  if (most === null) return emitLoop(part, states);
  const exits: number[][] = [];
  for (let count = least; count < most; count++) {
    const targets = [states.length + 1];
    exits.push(targets);
    if (!push({ kind: "split", targets }, states) || !emit(part, states)) return false;
  }
  for (const exit of exits) exit.push(states.length);
  return true;
}

function emitLoop(part: PatternNode, states: State[]): boolean {
  const start = states.length;
  const targets = [start + 1];
  if (!push({ kind: "split", targets }, states) || !emit(part, states)) return false;
  targets.push(states.length + 1);
  return push({ kind: "split", targets: [start] }, states);
}
