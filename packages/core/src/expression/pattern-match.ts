import type { Program, Range } from "./pattern-program.ts";

/**
 * Whether the pattern matches somewhere in the text: `^` and `$` tie it to the ends. All possible states are followed
 * at once, so each character costs at most one visit per state.
 *
 * @param pay is told how many visits a character has cost, and answers false to give up
 */
export function matchesPattern(program: Program, text: string, pay: (visits: number) => boolean): boolean {
  const walker = new Walker(program, text.length);
  if (walker.enter([0], 0)) return pay(walker.visits);
  let position = 0;
  for (const character of text) {
    if (!pay(walker.visits)) return false;
    position += character.length;
    if (walker.enter(walker.after(character), position)) return true;
  }
  return false;
}

class Walker {
  /** States and ranges looked at for the last character. */
  visits = 0;
  readonly #program: Program;
  readonly #length: number;
  /** For each state, the position at which it was last entered, so that it is entered once per position. */
  readonly #enteredAt: Int32Array;
  #waiting: { readonly next: number; readonly ranges: readonly Range[] }[] = [];

  constructor(program: Program, length: number) {
    this.#program = program;
    this.#length = length;
    this.#enteredAt = new Int32Array(program.length).fill(-1);
  }

  /** Follows everything that reads no character; true when that reaches a match. */
  enter(starts: readonly number[], position: number): boolean {
    this.#waiting = [];
    const open = [...starts];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      this.visits++;
      if (this.#enteredAt[index] === position) continue;
      this.#enteredAt[index] = position;
      const state = this.#program[index];
      if (state?.kind === "match") return true;
      if (state?.kind === "set") this.#waiting.push({ next: index + 1, ranges: state.ranges });
      if (state?.kind === "split") open.push(...state.targets);
      if (state?.kind === "anchor" && position === (state.at === "start" ? 0 : this.#length))
        open.push(index + 1);
    }
    return false;
  }

  /** The states after the character has been read; a match may also begin here, hence the first state. */
  after(character: string): number[] {
    const point = Number(character.codePointAt(0));
    const next = [0];
    this.visits = 0;
    for (const state of this.#waiting) {
      this.visits += state.ranges.length;
      if (isWithin(point, state.ranges)) next.push(state.next);
    }
    return next;
  }
}

function isWithin(point: number, ranges: readonly Range[]): boolean {
  return ranges.some(([first, last]) => point >= first && point <= last);
}
