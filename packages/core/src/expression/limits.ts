/** What the parser accepts; past it, it answers with an error that names the limit. */
export const EXPRESSION_LIMITS = {
  /** Characters of one expression; longer logic belongs into a job. */
  textLength: 10_000,
  /** Brackets, prefix operators and `?:` within one another: bounds the parser's recursion. */
  nesting: 100,
  /** Levels of the tree, counting `a || b || c` as two: bounds the recursion of everything that walks it. */
  depth: 200,
} as const;

/** What one evaluation may use. */
export interface EvaluationBudget {
  /** A step is one node evaluated, one element visited, 100 characters read or made. */
  readonly steps: number;
  /** Levels of recursion, in the expression and in the values that it compares or returns. */
  readonly depth: number;
  /** Characters of a text that the expression makes. */
  readonly textLength: number;
  /** Elements of a list that the expression makes. */
  readonly listLength: number;
}

/** The budget of an evaluation that names none: well under 10 ms of work. */
export const DEFAULT_BUDGET: EvaluationBudget = {
  steps: 10_000,
  depth: EXPRESSION_LIMITS.depth + 100,
  textLength: 100_000,
  listLength: 10_000,
};

/** What `matches()` accepts. States times characters is its cost, and it is charged to the budget. */
export const PATTERN_LIMITS = {
  /** Characters of a pattern. */
  textLength: 1_000,
  /** Groups within one another. */
  nesting: 50,
  /** The highest n in `{m,n}`; RE2 has the same. */
  repeat: 1_000,
  /** States after `{m,n}` is written out: `(a{100}){100}` would be 10,000. */
  states: 2_000,
} as const;
