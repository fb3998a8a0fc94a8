import type { Value } from "./ast.ts";
import type { EvaluationBudget } from "./limits.ts";
import type { Lookup } from "./lookup.ts";

/**
 * What evaluating a part of an expression gives. Messages are made when they are read: `exists()` may forgive thousands
 * of errors, and to word each one (with the nearest of many names) would cost more than the evaluation.
 */
export type Evaluated = { readonly kind: "ok"; readonly value: Lookup } | EvaluationFailure;

/** Why a part of an expression has no value. */
export interface EvaluationFailure {
  readonly kind: "error";
  readonly message: () => string;
}

/** Characters, or elements copied, that one step pays for. */
const UNITS_PER_STEP = 100;

/**
 * Counts the work of one evaluation. Once the budget is used up it stays `stopped`: every result after that is void,
 * also where `||` would forgive an error.
 */
export class Meter {
  readonly budget: EvaluationBudget;
  used = 0;
  depth = 0;
  stopped: string | null = null;

  constructor(budget: EvaluationBudget) {
    this.budget = budget;
  }

  /** Pays for `steps`; false when the budget does not cover them. */
  take(steps: number): boolean {
    if (this.stopped !== null) return false;
    if (this.used + steps <= this.budget.steps) {
      this.used += steps;
      return true;
    }
    this.used = this.budget.steps;
    return this.stop(
      `the expression needs more than its ${this.budget.steps} steps; test less data, or do it in a job`,
    );
  }

  /** Pays for reading or making so many characters, or copying so many elements. */
  takeUnits(count: number): boolean {
    return this.take(Math.ceil(count / UNITS_PER_STEP));
  }

  /** Goes one level deeper; false when that is too deep. Each call that answers true is followed by `leave`. */
  enter(): boolean {
    if (this.depth >= this.budget.depth) {
      return this.stop(`the expression or its values are nested more than ${this.budget.depth} levels deep`);
    }
    this.depth++;
    return true;
  }

  leave(): void {
    this.depth--;
  }

  /** Ends the evaluation for a reason that nothing forgives. */
  stop(reason: string): false {
    this.stopped ??= reason;
    return false;
  }

  /** A text that the expression has made, if its length is within the limit. */
  text(length: number, make: () => string): Evaluated {
    if (length > this.budget.textLength) {
      return failure(() => `a text of ${length} characters is past the limit of ${this.budget.textLength}`);
    }
    return this.takeUnits(length) ? success(make()) : VOID;
  }

  /** A list that the expression has made, if its length is within the limit. */
  list(length: number, make: () => readonly Value[]): Evaluated {
    if (length > this.budget.listLength) {
      return failure(() => `a list of ${length} elements is past the limit of ${this.budget.listLength}`);
    }
    return this.takeUnits(length) ? success(make()) : VOID;
  }
}

/** A result. */
export function success(value: Lookup): Evaluated {
  return { kind: "ok", value };
}

/** A mistake of the expression or its data, as a sentence. */
export function failure(message: () => string): EvaluationFailure {
  return { kind: "error", message };
}

/** Goes on with a result; an error stays the error that it is. */
export function andThen(result: Evaluated, next: (value: Lookup) => Evaluated): Evaluated {
  return result.kind === "ok" ? next(result.value) : result;
}

/** Stands for a result after the meter has stopped; the reason is the meter's. */
export const VOID: EvaluationFailure = failure(() => "stopped");
