import { type Expression, PRECEDENCE } from "./ast.ts";

/** How tightly a form binds: 0 for `?:`, then the rows of `PRECEDENCE`, then prefix operators, then all else. */
const UNARY = PRECEDENCE.length + 1;
const TIGHTEST = UNARY + 1;

/**
 * The text of an expression, with the brackets that it needs and no more: parsing it gives the same tree. Strings are
 * in double quotes; what was raw, hexadecimal or a three-argument `map` is printed in its plain form.
 */
export function printExpression(expression: Expression): string {
  return print(expression, 0);
}

/** The text of an expression for an error message: in backticks, shortened when it is long. */
export function quoteExpression(expression: Expression): string {
  const text = printExpression(expression);
  return text.length <= 80 ? `\`${text}\`` : `\`${text.slice(0, 79)}…\``;
}

function print(expression: Expression, least: number): string {
  const binding = bindingOf(expression);
  return binding < least ? `(${printBare(expression, binding)})` : printBare(expression, binding);
}

function bindingOf(expression: Expression): number {
  if (expression.kind === "conditional") return 0;
  if (expression.kind === "not" || expression.kind === "negate") return UNARY;
  if (expression.kind !== "binary") return TIGHTEST;
  const { operator } = expression;
  return 1 + PRECEDENCE.findIndex((row: readonly string[]) => row.includes(operator));
}

function printBare(expression: Expression, binding: number): string {
  switch (expression.kind) {
    case "list":
      return `[${printAll(expression.items)}]`;
    case "map":
      return `{${expression.entries.map(({ key, value }) => `${print(key, 0)}: ${print(value, 0)}`).join(", ")}}`;
    case "name":
      return expression.name;
    case "member":
      return `${print(expression.target, TIGHTEST)}.${expression.name}`;
    case "index":
      return `${print(expression.target, TIGHTEST)}[${print(expression.index, 0)}]`;
    case "has":
      return `has(${print(expression.target, TIGHTEST)}.${expression.name})`;
    case "not":
      return `!${print(expression.operand, UNARY)}`;
    case "negate":
      return `-${print(expression.operand, UNARY)}`;
    case "binary":
      return `${print(expression.left, binding)} ${expression.operator} ${print(expression.right, binding + 1)}`;
    case "conditional":
      return `${print(expression.condition, 1)} ? ${print(expression.whenTrue, 1)} : ${print(expression.whenFalse, 0)}`;
    case "call":
      return `${expression.name}(${printAll(expression.arguments)})`;
    case "method":
      return `${print(expression.target, TIGHTEST)}.${expression.name}(${printAll(expression.arguments)})`;
    case "macro":
      return `${print(expression.target, TIGHTEST)}.${expression.macro}(${expression.variable}, ${print(expression.body, 0)})`;
    case "literal":
      return printLiteral(expression.value);
  }
}

function printAll(expressions: readonly Expression[]): string {
  return expressions.map((expression) => print(expression, 0)).join(", ");
}

function printLiteral(value: null | boolean | number | string): string {
  if (typeof value === "string") return printString(value);
  // Whole numbers past 2^53 are only accepted with an exponent.
  if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER) return value.toExponential();
  return String(value);
}

/** Control characters and what would end the string are escaped. */
function printString(value: string): string {
  const escaped = value.replaceAll(/["\\\p{Cc}]/gu, (character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}
