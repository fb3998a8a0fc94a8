/**
 * What expressions work on: JSON values. Numbers are doubles, without CEL's distinction of int, uint and double:
 * `5 == 5.0` is true and `7 / 2` is 3.5 (`int(7 / 2)` is 3).
 */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Operators with two operands, the loosest binding first; those of one row bind alike and group to the left. */
export const PRECEDENCE = [
  ["||"],
  ["&&"],
  ["==", "!=", "<", "<=", ">", ">=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
] as const;

/** An operator with two operands. */
export type BinaryOperator = (typeof PRECEDENCE)[number][number];

/** The macros: calls whose body is evaluated once per element of a list, or per key of a map. */
export const MACROS = ["all", "exists", "exists_one", "map", "filter"] as const;

/** The name of a macro. */
export type MacroName = (typeof MACROS)[number];

/**
 * A parsed expression. Plain data without positions: it goes into the definition of a run as JSON, and two texts that
 * mean the same give equal trees.
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly MapEntry[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly target: Expression; readonly name: string }
  | { readonly kind: "index"; readonly target: Expression; readonly index: Expression }
  /** `has(target.name)`: whether the target has that key. */
  | { readonly kind: "has"; readonly target: Expression; readonly name: string }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "negate"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  /** `name(arguments)`: a function of the language, or one that the scope answers, such as `success()`. */
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  /** `target.name(arguments)`. */
  | {
      readonly kind: "method";
      readonly target: Expression;
      readonly name: string;
      readonly arguments: readonly Expression[];
    }
  /** `target.macro(variable, body)`. */
  | {
      readonly kind: "macro";
      readonly macro: MacroName;
      readonly target: Expression;
      readonly variable: string;
      readonly body: Expression;
    };

/** One `key: value` of a map. */
export interface MapEntry {
  readonly key: Expression;
  readonly value: Expression;
}
