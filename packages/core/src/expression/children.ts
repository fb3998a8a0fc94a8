import type { Expression } from "./ast.ts";

/** The expressions directly inside an expression, from left to right. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "list":
      return expression.items;
    case "map":
      return expression.entries.flatMap((entry) => [entry.key, entry.value]);
    case "member":
    case "has":
      return [expression.target];
    case "index":
      return [expression.target, expression.index];
    case "not":
    case "negate":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case "call":
      return expression.arguments;
    case "method":
      return [expression.target, ...expression.arguments];
    case "macro":
      return [expression.target, expression.body];
    case "literal":
    case "name":
      return [];
  }
}
